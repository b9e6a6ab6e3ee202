"""The table of days that differ from the ordinary week."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import CalendarDay
from shared.domain.calendar import WorkCalendar


async def load_calendar(session: AsyncSession) -> WorkCalendar:
    """Holidays and make-up workdays as the rules want them."""
    days = (await session.scalars(select(CalendarDay))).all()
    return WorkCalendar(
        off_days=frozenset(day.day for day in days if day.kind == "off"),
        make_up_days=frozenset(day.day for day in days if day.kind == "make_up"),
    )
