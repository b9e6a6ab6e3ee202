"""Who has to do with a piece of evidence."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Appraisal,
    Assignment,
    Evidence,
    EvidenceAssignment,
    Organization,
    Plan,
    SupplementRequest,
    TaskOrganization,
)
from shared.domain.notices import Parties


async def get_request(session: AsyncSession, request_id: UUID) -> SupplementRequest:
    """A request for more."""
    return await session.get_one(SupplementRequest, request_id)


async def count_passed(session: AsyncSession, evidence_id: UUID, version: int) -> int:
    """How many levels have given a verdict that stands on a version."""
    standing = (
        Appraisal.evidence_id == evidence_id,
        Appraisal.evidence_version == version,
        Appraisal.withdrawn_at.is_(None),
    )
    return await session.scalar(select(func.count()).select_from(Appraisal).where(*standing)) or 0


async def list_parties(session: AsyncSession, evidence_id: UUID, level: int) -> list[tuple[UUID, Parties]]:
    """Each assignment that evidence proves, the one it was submitted for first, with who has to do with it."""
    statement = (
        select(
            Assignment.id,
            Assignment.task_id,
            Assignment.organization_id.label("lead_id"),
            Evidence.organization_id.label("submitter_id"),
            Plan.reviewing_organization_ids,
        )
        .join(EvidenceAssignment, EvidenceAssignment.assignment_id == Assignment.id)
        .join(Evidence, Evidence.id == EvidenceAssignment.evidence_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(Evidence.id == evidence_id)
        .order_by(EvidenceAssignment.linked_at.nulls_first(), Assignment.id)
    )
    rows = (await session.execute(statement)).all()
    helping = await _list_coordinating(session, {row.task_id for row in rows})
    reviewers = rows[0].reviewing_organization_ids
    superior = await session.scalar(
        select(Organization.parent_id).where(Organization.id.in_(reviewers[level - 1 : level]))
    )
    return [(row.id, Parties(row.submitter_id, row.lead_id, helping[row.task_id], reviewers, superior)) for row in rows]


async def _list_coordinating(session: AsyncSession, task_ids: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    statement = (
        select(TaskOrganization.task_id, TaskOrganization.organization_id)
        .where(
            TaskOrganization.task_id.in_(task_ids),
            TaskOrganization.role == "coordinating",
            TaskOrganization.organization_id.is_not(None),
        )
        .order_by(TaskOrganization.id)
    )
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for task_id, organization_id in await session.execute(statement):
        if organization_id:
            found[task_id].append(organization_id)
    return found
