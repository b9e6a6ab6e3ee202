"""Reads of stored alerts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.db.models import Alert, AlertAcknowledgement, Assignment, Organization, Plan, Task
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal

AlertRow = Row[Alert, Assignment, Task, Plan, Organization, AlertAcknowledgement]


def _shown(principal: Principal) -> Select[Alert, Assignment, Task, Plan, Organization, AlertAcknowledgement]:
    other = aliased(AlertAcknowledgement)
    latest = select(other.id).where(other.alert_id == Alert.id).order_by(other.id.desc()).limit(1).scalar_subquery()
    return (
        select(Alert, Assignment, Task, Plan, Organization, AlertAcknowledgement)
        .join(Assignment, Assignment.id == Alert.assignment_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Organization, Organization.id == Assignment.organization_id)
        .outerjoin(AlertAcknowledgement, AlertAcknowledgement.id == latest)
        .where(visible(principal, Alert))
    )


async def list_alerts(
    session: AsyncSession,
    principal: Principal,
    *,
    open_only: bool,
    rule: str | None,
    after: Sequence[str],
    limit: int,
) -> Sequence[AlertRow]:
    """One page of stored alerts, latest first."""
    statement = _shown(principal).order_by(Alert.id.desc()).limit(limit)
    if open_only:
        statement = statement.where(Alert.closed_on.is_(None))
    if rule:
        statement = statement.where(Alert.rule == rule)
    if after:
        statement = statement.where(Alert.id < UUID(after[0]))
    return (await session.execute(statement)).all()


async def get_alert(session: AsyncSession, principal: Principal, alert_id: UUID) -> AlertRow:
    """The alert and what it speaks of; NotFound when the caller may not know of it."""
    row = (await session.execute(_shown(principal).where(Alert.id == alert_id))).one_or_none()
    if row is None:
        raise NotFound("alert-not-found", "Không tìm thấy cảnh báo này.")
    return row
