"""Reads of the calendar."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import CalendarDay


async def list_days(
    session: AsyncSession, *, first: date | None, last: date | None, after: Sequence[str], limit: int
) -> Sequence[CalendarDay]:
    """One page of the days that differ from the ordinary week, from `first` to `last`, earliest first."""
    statement = select(CalendarDay).order_by(CalendarDay.day).limit(limit)
    if first:
        statement = statement.where(CalendarDay.day >= first)
    if last:
        statement = statement.where(CalendarDay.day <= last)
    if after:
        statement = statement.where(CalendarDay.day > date.fromisoformat(after[0]))
    return (await session.scalars(statement)).all()


async def find_day(session: AsyncSession, day: date) -> CalendarDay | None:
    """The day, locked, where it differs from the ordinary week."""
    return await session.get(CalendarDay, day, with_for_update=True)
