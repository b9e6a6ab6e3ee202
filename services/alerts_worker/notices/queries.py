"""Who has to do with a piece of evidence."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment, Evidence, Organization, Plan, SupplementRequest, TaskOrganization
from shared.domain.notices import Parties


async def get_request(session: AsyncSession, request_id: UUID) -> SupplementRequest:
    """A request for more."""
    return await session.get_one(SupplementRequest, request_id)


async def load_parties(session: AsyncSession, evidence_id: UUID, level: int) -> tuple[UUID, Parties]:
    """The assignment that a piece of evidence proves, and who has to do with both."""
    statement = (
        select(
            Assignment.id,
            Assignment.task_id,
            Assignment.organization_id.label("lead_id"),
            Evidence.organization_id.label("submitter_id"),
            Plan.reviewing_organization_ids,
        )
        .join(Assignment, Assignment.id == Evidence.assignment_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(Evidence.id == evidence_id)
    )
    row = (await session.execute(statement)).one()
    coordinating = select(TaskOrganization.organization_id).where(
        TaskOrganization.task_id == row.task_id,
        TaskOrganization.role == "coordinating",
        TaskOrganization.organization_id.is_not(None),
    )
    reviewers = row.reviewing_organization_ids
    superior = select(Organization.parent_id).where(Organization.id.in_(reviewers[level - 1 : level]))
    parties = Parties(
        submitter=row.submitter_id,
        lead=row.lead_id,
        coordinating=[each for each in (await session.scalars(coordinating)).all() if each],
        reviewers=reviewers,
        superior=await session.scalar(superior),
    )
    return row.id, parties
