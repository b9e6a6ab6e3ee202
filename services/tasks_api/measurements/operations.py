"""Figures are recorded one by one; a correction is a new revision."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.indicators.queries import get_indicator
from services.tasks_api.measurements import queries
from services.tasks_api.measurements.policies import RECORD, ensure_may_record
from services.tasks_api.measurements.rules import REASON_MISSING, TOO_EARLY, Change, Known, change_of
from services.tasks_api.measurements.schemas import MeasurementRequest
from services.tasks_api.organizations.queries import require_by_code
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Measurement, Organization
from shared.domain.errors import FieldError, Invalid
from shared.domain.periods import find_period
from shared.domain.principal import Principal
from shared.events import MeasurementsRecorded


def source_of(principal: Principal) -> str:
    """Figures of registered systems come over the integration platform (LGSP)."""
    return "manual" if principal.scopes is None else "lgsp"


async def record_measurement(
    session: AsyncSession,
    principal: Principal,
    indicator_id: UUID,
    wanted: MeasurementRequest,
    *,
    on: date,
    now: datetime,
) -> tuple[Measurement, Organization, bool]:
    """Record the figure of an organization for a period, or correct it. The same again changes nothing: the answer
    tells whether anything was written.

    Raises Invalid("reason-required") for a correction without reason, Invalid("period-in-future").
    """
    # Locked, so that figures of the same period follow each other.
    indicator = await get_indicator(session, principal, indicator_id, lock=True)
    RECORD.ensure(principal)
    organization = await require_by_code(session, wanted.organization, "organization")
    ensure_may_record(principal, organization)
    period = find_period(wanted.period)
    assert period is not None
    if period.starts_on > on:
        raise _refusal("period", "period-in-future", TOO_EARLY)
    current = await queries.find_newest(session, indicator.id, organization.id, period)
    known = Known(current.value, current.weight, current.note, current.revision) if current else None
    change = change_of(known, wanted.value, wanted.weight, wanted.note)
    if current is not None and change is Change.UNCHANGED:
        return current, organization, False
    if change is Change.CORRECTED and wanted.reason is None:
        raise _refusal("reason", "reason-required", REASON_MISSING)
    measurement = Measurement(
        id=new_id(),
        indicator_id=indicator.id,
        organization_id=organization.id,
        period_kind=period.kind,
        period_starts_on=period.starts_on,
        value=wanted.value,
        weight=wanted.weight,
        note=wanted.note or (current.note if current else None),
        source=source_of(principal),
        revision=current.revision + 1 if current else 1,
        reason=wanted.reason,
        actor=audit.actor_name(principal),
        recorded_at=now,
    )
    session.add(measurement)
    audit.record(
        session,
        principal,
        f"measurement.{'recorded' if current is None else 'corrected'}",
        measurement,
        before=_told(current) if current else None,
        after=_told(measurement) | {"reason": wanted.reason},
    )
    outbox.add(session, MeasurementsRecorded(indicator_id=indicator.id, count=1))
    await session.flush()
    return measurement, organization, True


def _told(measurement: Measurement) -> dict[str, object]:
    return {
        "organization_id": str(measurement.organization_id),
        "period": f"{measurement.period_kind} {measurement.period_starts_on.isoformat()}",
        "value": str(measurement.value),
        "weight": None if measurement.weight is None else str(measurement.weight),
        "note": measurement.note,
        "revision": measurement.revision,
    }


def _refusal(place: str, code: str, message: str) -> Invalid:
    return Invalid(code, f"Chưa ghi nhận: {message}.", errors=[FieldError(place, code, message)])
