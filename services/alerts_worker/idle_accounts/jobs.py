"""When idle accounts are marked: once in each business day."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.idle_accounts import operations
from shared import clock
from shared.log import get_logger
from shared.settings import get_settings

logger = get_logger(__name__)


async def deactivate_idle_accounts(session: AsyncSession, now: datetime) -> None:
    """They are refused anyway; now their administrators see it."""
    days = get_settings().idle_account_days
    marked = await operations.deactivate_idle(session, on=clock.today(), days=days, now=now)
    logger.info("idle accounts deactivated", accounts=marked)
