"""When successions and new names take effect: at the beginning of their day, or as soon as one is recorded for a day
gone by.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.successions.operations import apply_due
from services.alerts_worker.successions.renaming import apply_due_renames
from shared import clock
from shared.audit import System
from shared.events import RenameRecorded, SuccessionRecorded
from shared.log import get_logger

logger = get_logger(__name__)

ACTOR = System("apply_successions")


async def apply_successions(session: AsyncSession, now: datetime) -> None:
    """Pass on what was recorded for today, or for days on which nobody kept the schedule."""
    renamed = await apply_due_renames(session, ACTOR, on=clock.today(), now=now)
    passed = await apply_due(session, ACTOR, on=clock.today(), now=now)
    logger.info("successions applied", successions=passed, names=renamed)


async def apply_recorded(session: AsyncSession, _: SuccessionRecorded | RenameRecorded, now: datetime) -> None:
    """One was recorded, perhaps for today or before, or has more to pass on: whatever is due is applied."""
    await apply_successions(session, now)
