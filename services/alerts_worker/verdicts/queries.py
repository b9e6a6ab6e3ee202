"""Reads of what a verdict bears on."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts.rules import Judgement
from shared.db.models import (
    Appraisal,
    Assignment,
    CompletionEvidence,
    Evidence,
    EvidenceAssignment,
    Plan,
    ProgressUpdate,
)
from shared.domain.assignment_states import Verdict


async def get_assignment_for_update(session: AsyncSession, assignment_id: UUID) -> Assignment:
    """The assignment as committed, locked until the transaction ends."""
    statement = select(Assignment).where(Assignment.id == assignment_id).with_for_update(key_share=True)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def find_latest_appraisal(
    session: AsyncSession, assignment_id: UUID, submitted: Mapping[UUID, int]
) -> Appraisal | None:
    """The last verdict that stands on what the completion stands on (evidence → version); before any completion, on any
    evidence of the assignment.
    """
    statement = (
        select(Appraisal)
        .join(EvidenceAssignment, EvidenceAssignment.evidence_id == Appraisal.evidence_id)
        .where(EvidenceAssignment.assignment_id == assignment_id, Appraisal.withdrawn_at.is_(None))
        .order_by(Appraisal.decided_at.desc(), Appraisal.id.desc())
        .limit(1)
    )
    if submitted:
        judged = tuple_(Appraisal.evidence_id, Appraisal.evidence_version)
        statement = statement.where(judged.in_(list(submitted.items())))
    return await session.scalar(statement)


async def list_proved_for_update(session: AsyncSession, evidence_id: UUID) -> Sequence[UUID]:
    """The assignments that a piece of evidence proves, all locked, always in the same order."""
    statement = (
        select(Assignment.id)
        .join(EvidenceAssignment, EvidenceAssignment.assignment_id == Assignment.id)
        .where(EvidenceAssignment.evidence_id == evidence_id)
        .order_by(Assignment.id)
        .with_for_update(of=Assignment, key_share=True)
    )
    return (await session.scalars(statement)).all()


async def get_appraised(session: AsyncSession, appraisal_id: UUID) -> UUID:
    """The evidence that a verdict was given on."""
    return (await session.get_one(Appraisal, appraisal_id)).evidence_id


async def is_withdrawn(session: AsyncSession, evidence_id: UUID) -> bool:
    """Whether a piece of evidence was taken back."""
    statement = select(Evidence.withdrawn_at).where(Evidence.id == evidence_id)
    return (await session.scalars(statement)).one() is not None


async def drop_submission(session: AsyncSession, assignment_id: UUID, evidence_id: UUID) -> None:
    """Take a piece of evidence out of the present completion."""
    statement = delete(CompletionEvidence).where(
        CompletionEvidence.assignment_id == assignment_id, CompletionEvidence.evidence_id == evidence_id
    )
    await session.execute(statement.execution_options(synchronize_session="fetch"))


async def list_submitted(session: AsyncSession, assignment_id: UUID) -> dict[UUID, int]:
    """The evidence, with its exact version, on which the present completion stands. Nothing of it is withdrawn until
    the transaction ends, and what was before is not told.
    """
    statement = (
        select(CompletionEvidence.evidence_id, CompletionEvidence.evidence_version)
        .join(Evidence, Evidence.id == CompletionEvidence.evidence_id)
        .where(CompletionEvidence.assignment_id == assignment_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
        .with_for_update(of=Evidence, key_share=True)
    )
    return dict((await session.execute(statement)).all())


async def find_submission(session: AsyncSession, assignment_id: UUID, evidence_id: UUID) -> CompletionEvidence | None:
    """The part this evidence has in the present completion."""
    return await session.get(CompletionEvidence, (assignment_id, evidence_id), populate_existing=True)


async def list_judgements(session: AsyncSession, assignment_id: UUID) -> list[Judgement]:
    """All verdicts that stand on evidence the completion stands on, of any version, in the order given."""
    statement = (
        select(
            Appraisal.evidence_id,
            Appraisal.evidence_version,
            Appraisal.level,
            Appraisal.verdict,
            Appraisal.reasons,
            Appraisal.comment,
        )
        .join(CompletionEvidence, CompletionEvidence.evidence_id == Appraisal.evidence_id)
        .where(CompletionEvidence.assignment_id == assignment_id, Appraisal.withdrawn_at.is_(None))
        .order_by(Appraisal.decided_at, Appraisal.id)
    )
    rows = (await session.execute(statement)).all()
    return [
        Judgement(row.evidence_id, row.evidence_version, row.level, Verdict(row.verdict), row.reasons, row.comment)
        for row in rows
    ]


async def find_last_percent(session: AsyncSession, assignment_id: UUID) -> Decimal:
    """The percent reported last; 0 when none was."""
    statement = (
        select(ProgressUpdate.percent)
        .where(ProgressUpdate.assignment_id == assignment_id)
        .order_by(ProgressUpdate.recorded_at.desc(), ProgressUpdate.id.desc())
        .limit(1)
    )
    return await session.scalar(statement) or Decimal(0)


async def count_levels(session: AsyncSession, plan_id: UUID) -> int:
    """How many reviewing bodies of the plan must pass each version."""
    statement = select(Plan.reviewing_organization_ids).where(Plan.id == plan_id)
    return len((await session.scalars(statement)).one())
