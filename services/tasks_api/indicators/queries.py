"""Reads of indicators and their targets."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Indicator, IndicatorTarget, Organization, Plan
from shared.db.visibility import visible
from shared.domain.errors import Conflict, NotFound
from shared.domain.principal import Principal
from shared.domain.text import fold


async def get_indicator(
    session: AsyncSession, principal: Principal, indicator_id: UUID, *, lock: bool = False
) -> Indicator:
    """The indicator, as far as the caller may know of its plan; NotFound otherwise. Who locks it writes:
    Conflict("indicator-cancelled") for one that an amendment gave up.
    """
    statement = select(Indicator).where(Indicator.id == indicator_id, visible(principal, Indicator))
    # What hangs on the indicator may be written beside it, except by whoever locks it too.
    indicator = await session.scalar(statement.with_for_update(key_share=True) if lock else statement)
    if indicator is None:
        raise NotFound("indicator-not-found", "Không tìm thấy chỉ tiêu này.")
    if lock and indicator.state == "cancelled":
        raise Conflict("indicator-cancelled", "Chỉ tiêu này đã được bãi bỏ bởi văn bản điều chỉnh kế hoạch.")
    return indicator


async def get_issuer(session: AsyncSession, indicator: Indicator) -> Organization:
    """Who issued the plan of an indicator that may be seen."""
    statement = select(Organization).join(Plan, Plan.issuer_id == Organization.id).where(Plan.id == indicator.plan_id)
    return (await session.scalars(statement)).one()


async def list_indicators(
    session: AsyncSession,
    principal: Principal,
    *,
    plan_id: UUID | None,
    text: str | None,
    after: Sequence[str],
    limit: int,
) -> Sequence[Indicator]:
    """One page of visible indicators in the order of their plans; `text` is looked for with or without marks."""
    statement = (
        select(Indicator)
        .where(visible(principal, Indicator))
        .order_by(Indicator.plan_id, Indicator.position, Indicator.id)
        .limit(limit)
    )
    if plan_id:
        statement = statement.where(Indicator.plan_id == plan_id)
    if text:
        statement = statement.where(Indicator.search_text.contains(fold(text), autoescape=True))
    if after:
        plan, position, indicator = after
        key = tuple_(Indicator.plan_id, Indicator.position, Indicator.id)
        statement = statement.where(key > tuple_(UUID(plan), int(position), UUID(indicator)))
    return (await session.scalars(statement)).all()


async def list_targets(
    session: AsyncSession, indicator_id: UUID, *, history: bool = False
) -> Sequence[IndicatorTarget]:
    """The targets that count, or all there ever were, by year; that of the plan as a whole last, newest first."""
    statement = (
        select(IndicatorTarget)
        .where(IndicatorTarget.indicator_id == indicator_id)
        .order_by(IndicatorTarget.year, IndicatorTarget.revision.desc())
    )
    if not history:
        statement = statement.where(IndicatorTarget.superseded_at.is_(None))
    return (await session.scalars(statement)).all()
