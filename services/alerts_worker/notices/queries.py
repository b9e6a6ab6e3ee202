"""Who has to do with a piece of evidence."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Appraisal,
    Assignment,
    Evidence,
    EvidenceAssignment,
    Organization,
    PendingAppraisal,
    Plan,
    SupplementRequest,
    Task,
    TaskOrganization,
)
from shared.domain.cycles import CycleKind, cycle_label_vi
from shared.domain.notices import Parties


async def get_request(session: AsyncSession, request_id: UUID) -> SupplementRequest:
    """A request for more."""
    return await session.get_one(SupplementRequest, request_id)


async def list_pending(session: AsyncSession, assignment_id: UUID) -> Sequence[PendingAppraisal]:
    """The waits for a verdict on evidence of an assignment."""
    statement = (
        select(PendingAppraisal)
        .join(EvidenceAssignment, EvidenceAssignment.evidence_id == PendingAppraisal.evidence_id)
        .where(EvidenceAssignment.assignment_id == assignment_id)
        .order_by(PendingAppraisal.evidence_id)
    )
    return (await session.scalars(statement)).all()


async def is_awaited(session: AsyncSession, evidence_id: UUID, version: int, level: int) -> bool:
    """Whether a version waits for the verdict of this level: not where it was withdrawn or replaced, the level has
    judged it meanwhile, or all it proves is closed.
    """
    awaited = exists().where(
        PendingAppraisal.evidence_id == evidence_id,
        PendingAppraisal.evidence_version == version,
        PendingAppraisal.level == level,
    )
    return bool(await session.scalar(select(awaited)))


async def count_passed(session: AsyncSession, evidence_id: UUID, version: int) -> int:
    """How many levels have given a verdict that stands on a version."""
    standing = (
        Appraisal.evidence_id == evidence_id,
        Appraisal.evidence_version == version,
        Appraisal.withdrawn_at.is_(None),
    )
    return await session.scalar(select(func.count()).select_from(Appraisal).where(*standing)) or 0


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment that evidence proves, who has to do with it, and what a notice calls it by."""

    assignment_id: UUID
    parties: Parties
    facts: Mapping[str, object]


async def list_work(session: AsyncSession, evidence_id: UUID, level: int) -> list[Work]:
    """Each assignment that evidence proves, the one it was submitted for first."""
    statement = (
        select(
            Assignment.id,
            Assignment.task_id,
            Assignment.organization_id.label("lead_id"),
            Evidence.organization_id.label("submitter_id"),
            Plan.reviewing_organization_ids,
            Plan.number.label("plan_number"),
            Task.code.label("task_code"),
            Task.title.label("task_title"),
            Assignment.cycle_kind,
            Assignment.cycle_starts_on,
        )
        .join(EvidenceAssignment, EvidenceAssignment.assignment_id == Assignment.id)
        .join(Evidence, Evidence.id == EvidenceAssignment.evidence_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Evidence.id == evidence_id)
        .order_by(EvidenceAssignment.linked_at.nulls_first(), Assignment.id)
    )
    rows = (await session.execute(statement)).all()
    helping = await _list_coordinating(session, {row.task_id for row in rows})
    reviewers = rows[0].reviewing_organization_ids
    body = await session.scalar(select(Organization).where(Organization.id.in_(reviewers[level - 1 : level])))
    superior, named = (body.parent_id, {"body": body.name}) if body else (None, {})
    return [
        Work(
            row.id,
            Parties(row.submitter_id, row.lead_id, helping[row.task_id], reviewers, superior),
            {
                "plan_number": row.plan_number,
                "task_code": row.task_code,
                "task_title": row.task_title,
                "cycle": _cycle_of(row.cycle_kind, row.cycle_starts_on),
                **named,
            },
        )
        for row in rows
    ]


def _cycle_of(kind: str, starts_on: date) -> str | None:
    return None if kind == CycleKind.ONCE else cycle_label_vi(CycleKind(kind), starts_on)


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
