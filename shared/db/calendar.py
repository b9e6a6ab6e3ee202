"""The table of days that differ from the ordinary week, as it is and as it was."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import CalendarChange, CalendarDay
from shared.domain.calendar import WorkCalendar, days_named_around


async def load_calendar(session: AsyncSession) -> WorkCalendar:
    """Holidays and make-up workdays as the rules want them."""
    return calendar_of(await _load_kinds(session))


async def list_moved_days(session: AsyncSession, before: datetime) -> dict[date, date]:
    """Named days whose terms ended on another day by the calendar of the instant `before` than they do now, with the
    day they ended on then.
    """
    changed = select(CalendarChange).where(CalendarChange.changed_at >= before)
    changes = (
        await session.scalars(changed.order_by(CalendarChange.changed_at.desc(), CalendarChange.id.desc()))
    ).all()
    if not changes:
        return {}
    kinds = await _load_kinds(session)
    now = calendar_of(kinds)
    for change in changes:
        kinds[change.day] = change.kind_before
    then = calendar_of(kinds)
    named = days_named_around({change.day for change in changes})
    return {day: then.enforced_due(day) for day in named if then.enforced_due(day) != now.enforced_due(day)}


async def _load_kinds(session: AsyncSession) -> dict[date, str | None]:
    rows = await session.execute(select(CalendarDay.day, CalendarDay.kind))
    return {row.day: row.kind for row in rows}


def calendar_of(kinds: Mapping[date, str | None]) -> WorkCalendar:
    """The calendar of days that are `off` or `make_up`, read by other means."""
    return WorkCalendar(
        off_days=frozenset(day for day, kind in kinds.items() if kind == "off"),
        make_up_days=frozenset(day for day, kind in kinds.items() if kind == "make_up"),
    )
