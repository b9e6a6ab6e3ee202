"""How a reviewing body kept to its service level: counts, and the middle and slow end of the days it took."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from shared.domain.calendar import WorkCalendar
from shared.domain.errors import FieldError, Invalid
from shared.domain.service_levels import working_days_taken

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Decided:
    """`count` verdicts on what came on `since`, given on `decided_on`; the service level ended on `due_on`."""

    since: date
    decided_on: date
    due_on: date
    count: int


@dataclass(frozen=True, slots=True)
class Kept:
    """`decided` are `within` and `late` ones; the days are working days, None without any verdict."""

    decided: int
    within: int
    late: int
    median_days: int | None
    slow_days: int | None


def ensure_span(from_: date, to: date) -> None:
    """Raises Invalid("span-invalid") for days in the wrong order or more than a year apart."""
    if not 0 <= (to - from_).days < MOST_DAYS:
        detail = f"Khoảng thời gian phải từ ngày sớm đến ngày muộn, nhiều nhất {MOST_DAYS} ngày."
        raise Invalid("span-invalid", detail, errors=[FieldError("to", "span-invalid", detail)])


def summarize(decided: Iterable[Decided], calendar: WorkCalendar) -> Kept:
    """What the verdicts of one body come to."""
    within = late = 0
    taken: dict[int, int] = {}
    for each in decided:
        if each.decided_on <= each.due_on:
            within += each.count
        else:
            late += each.count
        days = working_days_taken(calendar, each.since, each.decided_on)
        taken[days] = taken.get(days, 0) + each.count
    return Kept(within + late, within, late, percentile(taken, 50), percentile(taken, 90))


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that at least so many percent of all (value → how often) do not exceed; None of nothing."""
    wanted, seen = ceil(sum(counts.values()) * percent / 100), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= wanted:
            return value
    return None
