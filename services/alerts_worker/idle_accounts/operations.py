"""Marks the accounts that nobody uses."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.idle_accounts import queries
from shared import audit
from shared.domain.accounts import IDLE, last_used_on

ACTOR = audit.System("deactivate_idle_accounts")


async def deactivate_idle(session: AsyncSession, *, on: date, days: int, now: datetime) -> int:
    """Deactivate what was not used for more than `days` days; returns the number of accounts."""
    idle = await queries.list_idle(session, on=on, days=days)
    for user in idle:
        user.deactivated_at = now
        user.deactivated_by = IDLE
        user.version += 1
        used_on = last_used_on(user.last_seen_on, user.vouched_on)
        after: dict[str, object] = {"active": False, "reason": IDLE, "last_used_on": used_on.isoformat()}
        audit.record(session, ACTOR, "user.deactivated", user, before={"active": True}, after=after)
    await session.flush()
    return len(idle)
