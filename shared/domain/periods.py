"""Spans of the calendar that figures are told for: `2026`, `2026-H1`, `2026-Q1`, `2026-01`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.domain.calendar import FIRST_DAY, LAST_DAY


class PeriodKind(StrEnum):
    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def months(self) -> int:
        """How long such a period is."""
        return _MONTHS[self]


_MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF_YEAR: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
PERIOD = r"(?P<year>[0-9]{4})(?:-(?:H(?P<half_year>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?"
_WRITTEN = re.compile(PERIOD)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`starts_on` is the first day of such a period."""

    starts_on: date
    kind: PeriodKind

    @property
    def ends_on(self) -> date:
        """The last day."""
        months = self.starts_on.month - 1 + self.kind.months
        return date(self.starts_on.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)

    def __str__(self) -> str:
        number = (self.starts_on.month - 1) // self.kind.months + 1
        tail = {
            PeriodKind.YEAR: "",
            PeriodKind.HALF_YEAR: f"-H{number}",
            PeriodKind.QUARTER: f"-Q{number}",
            PeriodKind.MONTH: f"-{number:02}",
        }
        return f"{self.starts_on.year}{tail[self.kind]}"


def find_period(text: str) -> Period | None:
    """The period that is written so; None for anything else, and for years outside of what plans speak of."""
    match = _WRITTEN.fullmatch(text)
    if match is None or not FIRST_DAY.year <= int(match["year"]) < LAST_DAY.year:
        return None
    year = int(match["year"])
    for kind in (PeriodKind.HALF_YEAR, PeriodKind.QUARTER, PeriodKind.MONTH):
        if match[kind]:
            return Period(date(year, (int(match[kind]) - 1) * kind.months + 1, 1), kind)
    return Period(date(year, 1, 1), PeriodKind.YEAR)


def periods_of_year(year: int, kind: PeriodKind) -> list[Period]:
    """All periods of a kind that the year is made of, in order."""
    return [Period(date(year, month, 1), kind) for month in range(1, 13, kind.months)]
