"""When waits are looked at: once in each business day. Silence is told on, and never taken for a verdict."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.appraisal_waits import operations
from shared import clock
from shared.db.calendar import load_calendar
from shared.domain.service_levels import ServiceLevels
from shared.log import get_logger
from shared.settings import get_settings

logger = get_logger(__name__)


async def escalate_appraisals(session: AsyncSession, now: datetime) -> None:
    """Whoever stands above a reviewing body learns what has waited there for too long."""
    levels = ServiceLevels(get_settings().appraisal_days, await load_calendar(session))
    told = await operations.escalate_overdue(session, levels, on=clock.today(), now=now)
    logger.info("appraisals escalated", versions=told)


async def expire_supplements(session: AsyncSession, now: datetime) -> None:
    """What submitters were to add and did not goes back to whoever asked for it."""
    expired = await operations.expire_supplements(session, on=clock.today(), now=now)
    logger.info("supplements expired", requests=expired)
