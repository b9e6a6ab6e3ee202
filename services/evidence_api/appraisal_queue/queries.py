"""Reads of the queue: what the caller's body decided, what to take next, and the whole file of one version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Appraisal,
    Assignment,
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    Organization,
    PendingAppraisal,
    Plan,
    Task,
    Upload,
)
from shared.db.proving import appraised_for, is_damaged
from shared.db.visibility import visible
from shared.domain.errors import NotFound
from shared.domain.principal import Principal

_SHOWN = (
    Evidence.id.label("evidence_id"),
    Evidence.kind,
    EvidenceVersion.number.label("evidence_version"),
    EvidenceVersion.released_at,
    EvidenceVersion.risk,
    Assignment.id.label("assignment_id"),
    Assignment.due_on,
    Organization.id.label("organization_id"),
    Organization.name.label("organization_name"),
    Plan.number.label("plan_number"),
    Plan.title.label("plan_title"),
    Task.code.label("task_code"),
    Task.title.label("task_title"),
    Task.required_output,
)


async def list_decided(
    session: AsyncSession, principal: Principal, *, after: UUID | None, limit: int
) -> Sequence[tuple[dict[str, Any], Appraisal]]:
    """Verdicts the caller's organization gave, latest first, each with what it was given on."""
    statement = (
        select(Appraisal, *_SHOWN)
        .select_from(Evidence)
        .join(EvidenceVersion, EvidenceVersion.evidence_id == Evidence.id)
        .join(Assignment, Assignment.id == appraised_for(Evidence.id))
        .join(Organization, Organization.id == Assignment.organization_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(
            Appraisal,
            (Appraisal.evidence_id == Evidence.id) & (Appraisal.evidence_version == EvidenceVersion.number),
        )
        .where(visible(principal, Evidence), Appraisal.organization_id == principal.organization_id)
        .order_by(Appraisal.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Appraisal.id < after)
    rows = [dict(row) for row in (await session.execute(statement)).mappings()]
    return [(row, row.pop("Appraisal")) for row in rows]


async def take_next(session: AsyncSession, principal: Principal, now: datetime) -> PendingAppraisal | None:
    """The first version of the queue that nobody holds and that the caller may judge, locked; None when there is none.
    What others are taking at this moment is passed over.

    `appraisals` says the same of what is damaged and of who may never judge: here it is asked of the rows, so that one
    version that cannot be judged hides no other.
    """
    statement = (
        select(PendingAppraisal)
        .join(Evidence, Evidence.id == PendingAppraisal.evidence_id)
        .where(
            PendingAppraisal.organization_id == principal.organization_id,
            PendingAppraisal.supplement.is_distinct_from("open"),
            or_(PendingAppraisal.claimed_until.is_(None), PendingAppraisal.claimed_until <= now),
            visible(principal, Evidence),
            ~_submitted_by(principal),
            ~_submitted_above(principal),
            ~_damaged(),
        )
        .order_by(-PendingAppraisal.risk, PendingAppraisal.since, PendingAppraisal.evidence_id)
        .limit(1)
        .with_for_update(of=PendingAppraisal, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return await session.scalar(statement)


def _damaged() -> Any:
    return exists().where(
        EvidenceVersion.evidence_id == PendingAppraisal.evidence_id,
        EvidenceVersion.number == PendingAppraisal.evidence_version,
        is_damaged(EvidenceVersion.id),
    )


def _submitted_by(principal: Principal) -> Any:
    return exists().where(
        EvidenceVersion.evidence_id == PendingAppraisal.evidence_id,
        EvidenceVersion.submitted_by == principal.subject,
        or_(EvidenceVersion.submitted_by_issuer.is_(None), EvidenceVersion.submitted_by_issuer == principal.client),
    )


def _submitted_above(principal: Principal) -> Any:
    return exists().where(
        EvidenceVersion.evidence_id == PendingAppraisal.evidence_id,
        EvidenceVersion.number == PendingAppraisal.evidence_version,
        EvidenceFile.evidence_version_id == EvidenceVersion.id,
        EvidenceFile.position == 1,
        Upload.id == EvidenceFile.upload_id,
        Organization.id == Upload.organization_id,
        Organization.path != principal.organization_path,
        func.starts_with(principal.organization_path, Organization.path),
    )


async def get_path(session: AsyncSession, organization_id: UUID) -> str:
    """The place of an organization in the tree, which is nobody's secret. Raises NotFound."""
    path = await session.scalar(select(Organization.path).where(Organization.id == organization_id))
    if path is None:
        raise NotFound("organization-not-found", "Không tìm thấy cơ quan này.")
    return path
