"""The enforced day of open work follows the calendar, so that what is shown is what is enforced."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deadlines import queries
from shared import audit, outbox
from shared.db.calendar import load_calendar
from shared.db.viewers import keep_in_order
from shared.domain.calendar import days_named_around
from shared.events import CalendarChanged
from shared.tracking.moving import set_alert_days

BATCH = 1000
"""Assignments that move in one transaction: it keeps what others wait for short."""


async def move_deadlines(
    session: AsyncSession, actor: audit.Actor, day: date, *, now: datetime, batch: int = BATCH
) -> int:
    """Bring every open assignment whose named day ends otherwise since `day` changed to the day that is enforced now,
    with its alert days and its place in every list; returns how many. What is left over goes on by the event.

    What is finished keeps the day it was held to. Alerts follow at their next evaluation.
    """
    calendar = await load_calendar(session)
    enforced = {named: calendar.enforced_due(named) for named in days_named_around({day})}
    found = await queries.list_misplaced(session, enforced, limit=batch)
    for assignment in found:
        assert assignment.cycle_due_on is not None
        before: dict[str, object] = {"due_on": assignment.due_on.isoformat() if assignment.due_on else None}
        assignment.due_on = assignment.due_key = enforced[assignment.cycle_due_on]
        set_alert_days(assignment)
        assignment.version += 1
        assignment.updated_at = now
        after: dict[str, object] = {"due_on": assignment.due_on.isoformat(), "calendar_day": day.isoformat()}
        audit.record(session, actor, "assignment.deadline_moved", assignment, before=before, after=after)
    await keep_in_order(session, [assignment.id for assignment in found])
    if len(found) == batch:
        outbox.add(session, CalendarChanged(day=day.isoformat()))
    await session.flush()
    return len(found)
