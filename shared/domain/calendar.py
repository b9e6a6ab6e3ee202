"""Days as the law and people in Viet Nam count them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# Asia/Ho_Chi_Minh: UTC+7 all year, no daylight saving time.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
"""No plan, deadline or document lies outside: such a day is a slip of typing."""

LONGEST_REST = 31
"""No run of days off is longer: Tết takes nine or so."""

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday, less the days off, plus the weekend days worked instead.

    A day listed as both is worked: the make-up list is decided for that very day.
    """

    off_days: frozenset[date]
    make_up_days: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.off_days

    def enforced_due(self, due: date) -> date:
        """The day whose 24:00 ends a term that names `due` (Civil Code 2015 art. 148)."""
        day = due
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def after_working_days(self, day: date, count: int) -> date:
        """The last of `count` working days after `day`, which itself is not counted (Civil Code 2015 art. 147)."""
        while count:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day


def days_named_around(changed: Collection[date]) -> list[date]:
    """The days that a deadline may name whose term could end otherwise once the days `changed` are worked or not:
    those themselves and as many before them as people are ever off in one go.
    """
    return sorted({day - timedelta(days=back) for day in changed for back in range(LONGEST_REST + 1)})


def local_date(instant: datetime) -> date:
    """The business date in Viet Nam at an instant. Raises ValueError for a naive datetime."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(VIETNAM).date()


def local_midnight(day: date) -> datetime:
    """The instant, in UTC, at which a business date begins; a term due on D ends at `local_midnight(D + 1)`."""
    return datetime.combine(day, time.min, VIETNAM).astimezone(UTC)
