"""What every new database holds: the calendar of public holidays and the groups plans speak of."""

from datetime import date

import holidays
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import CalendarChange, CalendarDay, OrganizationGroup
from shared.domain.organizations import DEFAULT_GROUPS

YEARS = range(2024, 2031)

# Decided year by year by the Government and not computable; only what the `holidays` package does not know.
EXCHANGED_DAYS = (
    (date(2026, 1, 2), "off", "Nghỉ hoán đổi dịp Tết Dương lịch"),
    (date(2026, 1, 10), "make_up", "Làm bù cho ngày 02/01/2026"),
)


def calendar_days() -> list[dict[str, object]]:
    """Public holidays and exchanged workdays of `YEARS`, one row a day, in the columns of `calendar_days`."""
    known = holidays.country_holidays("VN", years=YEARS, language="vi")
    days: dict[date, tuple[str, str]] = {day: ("off", name) for day, name in known.items()}
    days |= {day: ("make_up", "Làm bù") for day in known.weekend_workdays if day.year in YEARS}
    days |= {day: (kind, name) for day, kind, name in EXCHANGED_DAYS}
    return [{"day": day, "kind": kind, "name": name} for day, (kind, name) in sorted(days.items())]


async def seed(session: AsyncSession) -> None:
    """Add what is missing; what people edited stays as they left it."""
    decided = set(await session.scalars(select(CalendarChange.day)))
    days = [row for row in calendar_days() if row["day"] not in decided]
    await session.execute(insert(CalendarDay).values(days).on_conflict_do_nothing())
    for group in DEFAULT_GROUPS:
        values = {
            "name": group.name,
            "aliases": list(group.aliases),
            "selector": {
                "kinds": [str(kind) for kind in group.selector.kinds],
                "scope": group.selector.scope,
                "relation": group.selector.relation,
            },
        }
        statement = insert(OrganizationGroup).values(**values)
        await session.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    await session.flush()
