"""When amendments take effect: on their day, and as soon as one is recorded for a day that has come."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments.operations import apply_due
from shared import clock
from shared.audit import System
from shared.events import AmendmentRecorded
from shared.log import get_logger

logger = get_logger(__name__)

ACTOR = System("apply_amendments")


async def apply_amendments(session: AsyncSession, now: datetime) -> None:
    """Apply what was recorded for today, or for days on which nobody kept the schedule."""
    logger.info("amendments applied", amendments=await apply_due(session, ACTOR, on=clock.today(), now=now))


async def apply_recorded(session: AsyncSession, _: AmendmentRecorded, now: datetime) -> None:
    """One was recorded, perhaps for today or before: whatever is due is applied."""
    await apply_amendments(session, now)
