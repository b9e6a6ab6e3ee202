"""How long a reviewing body may take over a version, in working days. Nothing is approved because they are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.domain.calendar import WorkCalendar, local_date, local_midnight

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """`days` are the working days of each reviewing level, lowest first; the last counts for all further ones."""

    days: Sequence[int]
    calendar: WorkCalendar

    def days_of(self, level: int) -> int:
        """Working days that `level` (from 1) has."""
        return self.days[min(level, len(self.days)) - 1]

    def decide_by(self, since: datetime, level: int) -> date:
        """The last day for a verdict on what came before `level` at an instant."""
        return self.calendar.after_working_days(local_date(since), self.days_of(level))

    def overdue_before(self, on: date, level: int) -> date:
        """What came before `level` on this day or earlier is overdue on the day `on`; what came later is not."""
        day, left = on - _ONE_DAY, self.days_of(level)
        while left:
            left -= self.calendar.is_working_day(day)
            day -= _ONE_DAY
        return day

    def overdue_since(self, on: date) -> list[datetime]:
        """For each level that has days of its own, the instant before which something must have come before it to be
        overdue on the day `on`.
        """
        return [local_midnight(self.overdue_before(on, level) + _ONE_DAY) for level in range(1, len(self.days) + 1)]


def working_days_taken(calendar: WorkCalendar, since: date, until: date) -> int:
    """Working days after `since` up to `until`, as terms are counted (Civil Code 2015 art. 147): 0 for the same day."""
    span = (until - since).days
    return sum(calendar.is_working_day(since + timedelta(days=number)) for number in range(1, span + 1))
