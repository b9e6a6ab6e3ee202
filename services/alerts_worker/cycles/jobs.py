"""When cycles are opened: once in each business day."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.cycles import operations
from shared import clock
from shared.log import get_logger

logger = get_logger(__name__)


async def open_next_cycles(session: AsyncSession, now: datetime) -> None:
    """Recurring work gets its next assignment on the day its cycle begins; nobody has to ask."""
    opened = await operations.open_next_cycles(session, on=clock.today(), now=now)
    logger.info("cycles opened", assignments=opened)
