"""Writes of the calendar. Deadlines follow in the worker, which sees all work that they concern."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.calendar_days import queries
from services.tasks_api.calendar_days.policies import ensure_may_change
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import CalendarChange, CalendarDay
from shared.domain.errors import NotFound, PreconditionMissing
from shared.domain.versions import ensure_current
from shared.events import CalendarChanged

_CHANGING = 0x7EDA0CA1
"""Key of the advisory lock of all changes: the order in which they are kept is the order they happened in."""


async def set_day(
    session: AsyncSession,
    actor: audit.Actor,
    day: date,
    *,
    kind: str,
    name: str,
    instrument: str | None,
    expected_version: int | None,
    now: datetime,
) -> CalendarDay:
    """Say what a day is; the same again changes nothing. Whoever changes what others entered names its version.

    Raises PreconditionMissing("if-match-required") and Stale.
    """
    ensure_may_change(actor)
    await _lock(session)
    known = await queries.find_day(session, day)
    if known and (known.kind, known.name, known.instrument) == (kind, name, instrument):
        return known
    if known and not isinstance(actor, audit.System):
        if expected_version is None:
            raise PreconditionMissing("if-match-required", "Cần gửi If-Match với ETag của ngày đang sửa.")
        ensure_current(known.version, expected_version)
    before = _facts_of(known)
    if known:
        known.kind, known.name, known.instrument = kind, name, instrument
        known.version += 1
    changed = known or CalendarDay(day=day, kind=kind, name=name, instrument=instrument, version=1)
    session.add(changed)
    await _keep(session, actor, day, before, _facts_of(changed), now)
    return changed


async def remove_day(
    session: AsyncSession, actor: audit.Actor, day: date, *, expected_version: int | None, now: datetime
) -> None:
    """Make a day one like any other of the week. Raises NotFound and Stale."""
    ensure_may_change(actor)
    await _lock(session)
    known = await queries.find_day(session, day)
    if known is None:
        raise NotFound("calendar-day-not-found", f"Ngày {day:%d/%m/%Y} là ngày thường: không có gì để bỏ.")
    ensure_current(known.version, expected_version)
    before = _facts_of(known)
    await session.delete(known)
    await _keep(session, actor, day, before, None, now)


async def _lock(session: AsyncSession) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(_CHANGING)))


def _facts_of(day: CalendarDay | None) -> dict[str, object] | None:
    if day is None:
        return None
    return {"day": day.day.isoformat(), "kind": day.kind, "name": day.name, "instrument": day.instrument}


async def _keep(
    session: AsyncSession,
    actor: audit.Actor,
    day: date,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
    now: datetime,
) -> None:
    kinds = [str(facts["kind"]) if facts else None for facts in (before, after)]
    change = CalendarChange(id=new_id(), day=day, kind_before=kinds[0], kind_after=kinds[1], changed_at=now)
    session.add(change)
    action = "calendar_day.set" if after else "calendar_day.removed"
    audit.record(session, actor, action, change, before=before, after=after or {"day": day.isoformat()})
    if kinds[0] != kinds[1]:
        outbox.add(session, CalendarChanged(day=day.isoformat()))
    await session.flush()
