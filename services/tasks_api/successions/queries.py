"""Reads of successions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks_api.successions.rules import Step, Term, last_day_of
from shared.audit import Actor
from shared.db.models import Assignment, Organization, OrganizationSuccession, Task, TaskOrganization
from shared.db.visibility import visible
from shared.domain.principal import Principal
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


async def list_steps(session: AsyncSession, *organization_ids: UUID, applied: bool = False) -> list[Step]:
    """What is on record for these organizations, as the rules want it; or only what has passed on already."""
    statement = select(OrganizationSuccession).where(_concerning(*organization_ids))
    if applied:
        statement = statement.where(OrganizationSuccession.applied_at.is_not(None))
    return [step_of(each) for each in await session.scalars(statement)]


def step_of(succession: OrganizationSuccession) -> Step:
    """A record, as the rules want it."""
    return Step(
        succession.predecessor_id,
        succession.receiver_id,
        SuccessionKind(succession.kind),
        succession.effective_on,
        frozenset(succession.task_ids) if succession.task_ids is not None else None,
    )


async def list_tasks_of(
    session: AsyncSession, actor: Actor, organization_id: UUID, task_ids: Sequence[UUID]
) -> set[UUID]:
    """Those of the tasks that the actor knows of and in which the organization is named or leads work."""
    named = exists().where(TaskOrganization.task_id == Task.id, TaskOrganization.organization_id == organization_id)
    leads = exists().where(Assignment.task_id == Task.id, Assignment.organization_id == organization_id)
    statement = select(Task.id).where(Task.id.in_(task_ids), named | leads)
    if isinstance(actor, Principal):
        statement = statement.where(visible(actor, Task))
    return set(await session.scalars(statement))


def term_of(organization: Organization) -> Term:
    """The days of an organization, as the rules want them."""
    return Term(organization.id, organization.valid_from, organization.valid_to)


async def find_last_day(session: AsyncSession, organization: Organization) -> date | None:
    """The last day of an organization, where its end is known."""
    return last_day_of(term_of(organization), await list_steps(session, organization.id))
