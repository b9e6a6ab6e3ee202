"""Which successions are due, and what they end."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Membership, OrganizationSuccession


async def list_due(session: AsyncSession, on: date) -> Sequence[OrganizationSuccession]:
    """In force by the day and not applied yet, oldest first, locked. Of a dissolution among several, whoever receives
    the rest comes last.
    """
    statement = (
        select(OrganizationSuccession)
        .where(OrganizationSuccession.applied_at.is_(None), OrganizationSuccession.effective_on <= on)
        .order_by(
            OrganizationSuccession.effective_on,
            OrganizationSuccession.task_ids.is_(None),
            OrganizationSuccession.id,
        )
        .with_for_update()
    )
    return (await session.scalars(statement)).all()


async def list_unended(session: AsyncSession, organization_id: UUID, last_day: date) -> Sequence[Membership]:
    """Memberships that would outlast the organization's last day, locked."""
    statement = (
        select(Membership)
        .where(
            Membership.organization_id == organization_id,
            Membership.revoked_at.is_(None),
            Membership.ends_on.is_(None) | (Membership.ends_on > last_day),
        )
        .order_by(Membership.id)
        .with_for_update()
    )
    return (await session.scalars(statement)).all()
