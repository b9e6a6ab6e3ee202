"""When deadlines move: as soon as the calendar says that a day they end on, or could end on, is another."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deadlines import operations
from shared.audit import System
from shared.events import CalendarChanged
from shared.log import get_logger

logger = get_logger(__name__)

ACTOR = System("move_deadlines")


async def move_deadlines(session: AsyncSession, event: CalendarChanged, now: datetime) -> None:
    """A day was changed."""
    day = date.fromisoformat(event.day)
    moved = await operations.move_deadlines(session, ACTOR, day, now=now)
    logger.info("deadlines moved", day=event.day, assignments=moved)
