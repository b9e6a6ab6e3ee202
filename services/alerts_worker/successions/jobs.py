"""When successions take effect: at the beginning of their day."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.audit import System
from shared.log import get_logger
from shared.tracking.succeeding import apply_due

logger = get_logger(__name__)

ACTOR = System("apply_successions")


async def apply_successions(session: AsyncSession, now: datetime) -> None:
    """Pass on what was recorded for today, or for days on which nobody kept the schedule."""
    logger.info("successions applied", successions=await apply_due(session, ACTOR, on=clock.today(), now=now))
