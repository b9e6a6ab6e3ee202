"""Who waits for whom, seen from outside."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def count_waiting(session: AsyncSession) -> int:
    """Connections to this database that wait for a lock: a condition for `ledger.until`."""
    return int((await session.execute(_WAITING)).scalar_one())
