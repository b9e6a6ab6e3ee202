"""Writes about alerts. Alerts themselves open and close by rule; people only answer them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.alerts import queries
from services.tasks_api.alerts.policies import ensure_may_acknowledge
from services.tasks_api.alerts.schemas import AlertAcknowledgementRequest
from shared import audit
from shared.db.models import AlertAcknowledgement
from shared.domain.calendar import local_date
from shared.domain.errors import Conflict, FieldError, Invalid
from shared.domain.principal import Principal


async def acknowledge_alert(
    session: AsyncSession,
    principal: Principal,
    alert_id: UUID,
    answer: AlertAcknowledgementRequest,
    *,
    now: datetime,
) -> None:
    """Add an answer to an open alert; the latest one is shown."""
    alert, _, _, _, lead, _ = await queries.get_alert(session, principal, alert_id)
    ensure_may_acknowledge(principal, lead)
    if alert.closed_on is not None:
        raise Conflict("alert-closed", "Cảnh báo này đã tự đóng.")
    _ensure_in_future(answer.promised_on, local_date(now))
    session.add(
        AlertAcknowledgement(
            alert_id=alert.id,
            acknowledged_by=principal.subject,
            organization_id=principal.organization_id,
            note=answer.note,
            promised_on=answer.promised_on,
            acknowledged_at=now,
        )
    )
    audit.record(session, principal, "alert.acknowledged", alert, after=answer.model_dump(mode="json"))
    await session.flush()


def _ensure_in_future(promised_on: date | None, today: date) -> None:
    if promised_on and promised_on < today:
        message = "phải từ hôm nay trở đi"
        raise Invalid(
            "promise-in-past", f"Ngày cam kết {message}.", errors=[FieldError("promised_on", "past", message)]
        )
