"""When an assignment follows its evidence: a verdict is given, work is submitted, a new version is released."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts import operations
from shared.domain.assignment_states import AssignmentStatus
from shared.events import AppraisalDecided, AppraisalWithdrawn, AssignmentChanged, EvidenceReleased


async def apply_verdict(session: AsyncSession, event: AppraisalDecided, now: datetime) -> None:
    """A reviewing body gave its verdict."""
    await operations.settle(session, event.assignment_id, now=now)


async def apply_withdrawal(session: AsyncSession, event: AppraisalWithdrawn, now: datetime) -> None:
    """A reviewing body took its verdict back."""
    await operations.take_back(session, event.assignment_id, event.appraisal_id, now=now)


async def settle_completion(session: AsyncSession, event: AssignmentChanged, now: datetime) -> None:
    """Completion was submitted on evidence that may have been appraised before: no further verdict will come."""
    if event.status == AssignmentStatus.AWAITING_APPRAISAL:
        await operations.settle(session, event.assignment_id, now=now)


async def resubmit_evidence(session: AsyncSession, event: EvidenceReleased, now: datetime) -> None:
    """A new version of evidence that a completion stands on may be judged now."""
    await operations.resubmit(session, event.assignment_id, event.evidence_id, event.version, now=now)
