"""Opens the assignments whose cycle has begun."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.cycles import queries
from shared import audit
from shared.tracking.opening import open_begun_cycles, record_opened

ACTOR = audit.System("open_next_cycles")


async def open_next_cycles(session: AsyncSession, *, on: date, now: datetime) -> int:
    """Open in every active plan what has begun by `on` and is not open yet; returns the number of assignments."""
    opened = 0
    for plan in await queries.list_running_plans(session, on):
        assignments = await open_begun_cycles(session, plan, ACTOR, on=on, now=now)
        record_opened(session, ACTOR, assignments)
        opened += len(assignments)
    return opened
