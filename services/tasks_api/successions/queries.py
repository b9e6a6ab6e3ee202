"""Reads of successions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks_api.successions.rules import Step, Term, last_day_of
from shared.db.models import Organization, OrganizationSuccession
from shared.domain.successions import SuccessionKind

SuccessionRow = Row[OrganizationSuccession, Organization, Organization]


def _concerning(*organization_ids: UUID) -> ColumnElement[bool]:
    return or_(
        OrganizationSuccession.predecessor_id.in_(organization_ids),
        OrganizationSuccession.receiver_id.in_(organization_ids),
    )


async def list_successions(
    session: AsyncSession, organization_id: UUID, *, after: Sequence[str], limit: int
) -> Sequence[SuccessionRow]:
    """One page of what the organization gave up or received, newest record first: succession, predecessor, receiver."""
    predecessor, receiver = aliased(Organization), aliased(Organization)
    statement = (
        select(OrganizationSuccession, predecessor, receiver)
        .join(predecessor, predecessor.id == OrganizationSuccession.predecessor_id)
        .join(receiver, receiver.id == OrganizationSuccession.receiver_id)
        .where(_concerning(organization_id))
        .order_by(OrganizationSuccession.id.desc())
        .limit(limit)
    )
    if after:
        statement = statement.where(OrganizationSuccession.id < UUID(after[0]))
    return (await session.execute(statement)).all()


async def list_steps(session: AsyncSession, *organization_ids: UUID) -> list[Step]:
    """What is on record for these organizations, as the rules want it."""
    found = await session.scalars(select(OrganizationSuccession).where(_concerning(*organization_ids)))
    return [Step(each.predecessor_id, each.receiver_id, SuccessionKind(each.kind), each.effective_on) for each in found]


def term_of(organization: Organization) -> Term:
    """The days of an organization, as the rules want them."""
    return Term(organization.id, organization.valid_from, organization.valid_to)


async def find_last_day(session: AsyncSession, organization: Organization) -> date | None:
    """The last day of an organization, where its end is known."""
    return last_day_of(term_of(organization), await list_steps(session, organization.id))
