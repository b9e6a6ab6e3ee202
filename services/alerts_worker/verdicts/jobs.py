"""When verdicts are applied: when one is given, and when work is submitted whose evidence already has them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts import operations
from shared.domain.assignment_states import AssignmentStatus
from shared.events import AppraisalDecided, AssignmentChanged


async def apply_verdict(session: AsyncSession, event: AppraisalDecided, now: datetime) -> None:
    """A reviewing body gave its verdict."""
    await operations.settle(session, event.assignment_id, now=now)


async def settle_completion(session: AsyncSession, event: AssignmentChanged, now: datetime) -> None:
    """Completion was submitted on evidence that may have been appraised before: no further verdict will come."""
    if event.status == AssignmentStatus.AWAITING_APPRAISAL:
        await operations.settle(session, event.assignment_id, now=now)
