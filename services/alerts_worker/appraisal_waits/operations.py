"""Waits that are over: of reviewing bodies, and of those who asked a submitter for more."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.appraisal_waits import queries
from shared import audit, outbox
from shared.db.calendar import load_calendar
from shared.domain.service_levels import ServiceLevels
from shared.events import SupplementExpired

ACTOR = audit.System("expire_supplements")


async def escalate_overdue(session: AsyncSession, levels: ServiceLevels, *, on: date, now: datetime) -> int:
    """Mark what a reviewing body has had for longer than its service level, and publish `appraisal.overdue`, once for
    each version and level; returns how many. No verdict is given: the version waits on.
    """
    return await queries.escalate(session, levels.overdue_since(on), now=now)


async def expire_supplements(session: AsyncSession, *, on: date, now: datetime) -> int:
    """End the requests for more whose day is over by the calendar; returns how many."""
    calendar = await load_calendar(session)
    expired = 0
    for request, assignment_id in await queries.list_unanswered(session, on):
        due_on = calendar.enforced_due(request.named_on)
        if due_on >= on:
            continue
        request.expired_at = now
        outbox.add(session, SupplementExpired(supplement_request_id=request.id, assignment_id=assignment_id))
        after: dict[str, object] = {"expired_at": now.isoformat(), "due_on": due_on.isoformat()}
        audit.record(session, ACTOR, "supplement.expired", request, before={"expired_at": None}, after=after)
        expired += 1
    await session.flush()
    return expired
