"""When an assignment follows its evidence: a verdict is given, work is submitted, a new version is released."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts import operations, queries
from shared.domain.assignment_states import AssignmentStatus
from shared.events import (
    AppraisalDecided,
    AppraisalWithdrawn,
    AssignmentChanged,
    EvidenceLinked,
    EvidenceReleased,
    EvidenceWithdrawn,
)


async def apply_verdict(session: AsyncSession, event: AppraisalDecided, now: datetime) -> None:
    """A reviewing body gave its verdict: on all that the evidence proves."""
    evidence_id = await queries.get_appraised(session, event.appraisal_id)
    for assignment_id in await queries.list_proved_for_update(session, evidence_id):
        await operations.settle(session, assignment_id, now=now)


async def apply_withdrawal(session: AsyncSession, event: AppraisalWithdrawn, now: datetime) -> None:
    """A reviewing body took its verdict back: on all that the evidence proves."""
    evidence_id = await queries.get_appraised(session, event.appraisal_id)
    for assignment_id in await queries.list_proved_for_update(session, evidence_id):
        await operations.take_back(session, assignment_id, event.appraisal_id, now=now)


async def settle_completion(session: AsyncSession, event: AssignmentChanged, now: datetime) -> None:
    """Completion was submitted on evidence that may have been appraised before: no further verdict will come."""
    if event.status == AssignmentStatus.AWAITING_APPRAISAL:
        await operations.settle(session, event.assignment_id, now=now)


async def resubmit_evidence(session: AsyncSession, event: EvidenceReleased, now: datetime) -> None:
    """A new version of evidence that a completion stands on may be judged now."""
    for assignment_id in await queries.list_proved_for_update(session, event.evidence_id):
        await operations.resubmit(session, assignment_id, event.evidence_id, event.version, now=now)


async def settle_linked(session: AsyncSession, event: EvidenceLinked, now: datetime) -> None:
    """Evidence that was appraised before proves one more assignment."""
    await operations.settle(session, event.assignment_id, now=now)


async def drop_withdrawn(session: AsyncSession, event: EvidenceWithdrawn, now: datetime) -> None:
    """What was taken back carries no completion any more; what is left may suffice."""
    for assignment_id in await queries.list_proved_for_update(session, event.evidence_id):
        await operations.drop(session, assignment_id, event.evidence_id, now=now)
