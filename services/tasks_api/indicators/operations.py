"""Writes of indicators and their targets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.indicators import queries
from services.tasks_api.indicators.policies import ensure_may_define
from services.tasks_api.indicators.schemas import IndicatorChange, TargetRequest
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Indicator, IndicatorTarget
from shared.domain.errors import FieldError, Invalid
from shared.domain.principal import Principal
from shared.domain.targets import parse_target
from shared.domain.versions import ensure_current


async def change_indicator(
    session: AsyncSession, principal: Principal, indicator_id: UUID, wanted: IndicatorChange, *, expected_version: int
) -> Indicator:
    """Say what the figure means; targets and measurements stay as they are."""
    indicator = await _get_to_define(session, principal, indicator_id, expected_version)
    before = _told(indicator)
    if "unit" in wanted.model_fields_set:
        indicator.unit = wanted.unit
    indicator.direction = wanted.direction or indicator.direction
    indicator.aggregation = wanted.aggregation or indicator.aggregation
    if _told(indicator) != before:
        indicator.version += 1
        audit.record(session, principal, "indicator.changed", indicator, before=before, after=_told(indicator))
        await session.flush()
    return indicator


async def set_target(
    session: AsyncSession,
    principal: Principal,
    indicator_id: UUID,
    wanted: TargetRequest,
    *,
    expected_version: int | None,
    now: datetime,
) -> tuple[Indicator, IndicatorTarget, bool]:
    """Add the target of a year, or correct it: the old one stays readable. The same text again changes nothing.

    The answer tells whether anything was written. Raises Invalid("reason-required") for a correction without reason.
    """
    indicator = await _get_to_define(session, principal, indicator_id, expected_version)
    known = [
        each
        for each in await queries.list_targets(session, indicator.id, history=True)
        if each.year == wanted.year  # an amendment may have taken the last one away
    ]
    current = next((each for each in known if each.superseded_at is None), None)
    if current is not None and current.target_text == wanted.target_text:
        return indicator, current, False
    if current is not None and wanted.reason is None:
        message = "bắt buộc khi sửa mục tiêu đã có"
        raise Invalid(
            "reason-required",
            "Mục tiêu này đã có: sửa phải nêu lý do.",
            errors=[FieldError("reason", "reason-required", message)],
        )
    if current is not None:
        current.superseded_at = now
    parsed = parse_target(wanted.target_text, indicator.unit)
    target = IndicatorTarget(
        id=new_id(),
        indicator_id=indicator.id,
        year=wanted.year,
        target_text=wanted.target_text,
        comparator=parsed.comparator,
        value=parsed.value,
        value_to=parsed.value_to,
        revision=1 + max((each.revision for each in known), default=0),
        actor=audit.actor_name(principal),
        reason=wanted.reason,
        created_at=now,
    )
    session.add(target)
    indicator.version += 1
    before: dict[str, object] | None = {"target_text": current.target_text} if current else None
    after: dict[str, object] = {"year": target.year, "target_text": target.target_text, "reason": target.reason}
    audit.record(session, principal, "indicator.target_set", indicator, before=before, after=after)
    await session.flush()
    return indicator, target, True


async def _get_to_define(
    session: AsyncSession, principal: Principal, indicator_id: UUID, expected_version: int | None
) -> Indicator:
    indicator = await queries.get_indicator(session, principal, indicator_id, lock=True)
    ensure_may_define(principal, await queries.get_issuer(session, indicator))
    ensure_current(indicator.version, expected_version)
    return indicator


def _told(indicator: Indicator) -> dict[str, object]:
    return {"unit": indicator.unit, "direction": indicator.direction, "aggregation": indicator.aggregation}
