"""Cycles: the spans of time for which one task makes one assignment each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from shared.domain.deadlines import Deadline, DeadlineKind, Recurrence
from shared.domain.recurring_days import last_day_in


class CycleKind(StrEnum):
    ONCE = "once"
    YEAR = "year"
    HALF_YEAR = "half_year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cycle:
    """From `starts_on` to `ends_on`, both included.

    A recurring cycle is a calendar span, cut short where the plan's term or the deadline begins or ends in it.
    `due_on` is the last day its work is given: `ends_on`, unless the deadline names a day within each cycle.
    """

    kind: CycleKind
    starts_on: date
    ends_on: date
    due_on: date


_MONTHS = {CycleKind.YEAR: 12, CycleKind.HALF_YEAR: 6, CycleKind.QUARTER: 3, CycleKind.MONTH: 1}
_ONE_DAY = timedelta(days=1)

# Continuous work is opened and reported year by year, weekly work month by month.
_KIND_OF_RECURRENCE = {
    Recurrence.CONTINUOUS: CycleKind.YEAR,
    Recurrence.ANNUAL: CycleKind.YEAR,
    Recurrence.HALF_YEAR: CycleKind.HALF_YEAR,
    Recurrence.QUARTERLY: CycleKind.QUARTER,
    Recurrence.MONTHLY: CycleKind.MONTH,
    Recurrence.FORTNIGHTLY: CycleKind.MONTH,
    Recurrence.WEEKLY: CycleKind.MONTH,
}


def begun_cycles(deadline: Deadline, *, term_start: date, term_end: date | None, on: date) -> tuple[Cycle, ...]:
    """The cycles that exist by the day `on`, earliest first; a later day only ever adds cycles at the end.

    One-off work has its one cycle from the outset. Recurring work has every cycle of the plan's term, and of
    the deadline's own bounds, that begins by `on`. An unknown deadline has none: a person must decide first.
    """
    if deadline.recurrence is None:
        return (_once(deadline.start or term_start, deadline.due),) if deadline.due else ()
    kind = _KIND_OF_RECURRENCE[deadline.recurrence]
    if deadline.kind is DeadlineKind.MONTH_AND_CONTINUOUS and deadline.due:
        first = _once(deadline.start or term_start, deadline.due)
        following = _recurring(kind, max(term_start, deadline.due + _ONE_DAY), term_end, on)
        return (first, *following)
    begin = max(term_start, deadline.start or term_start)
    ends = [day for day in (term_end, deadline.due) if day]
    cycles = _recurring(kind, begin, min(ends, default=None), on)
    return tuple(owed for cycle in cycles if (owed := _due_on_a_day(cycle, deadline.days)))


def _once(start: date, due: date) -> Cycle:
    """A plan may be issued after the day it names: the cycle is then that day alone."""
    return Cycle(CycleKind.ONCE, min(start, due), due, due)


def _due_on_a_day(cycle: Cycle, days: tuple[str, ...]) -> Cycle | None:
    """The cycle due on the day named for it. A round whose day had passed when the term began owes nothing; one that
    ends before its day is due with its last day.
    """
    if not days:
        return cycle
    if due := last_day_in(days, cycle.starts_on, cycle.ends_on):
        return replace(cycle, due_on=due)
    return cycle if last_day_in(days, cycle.ends_on + _ONE_DAY, _calendar_end(cycle.kind, cycle.ends_on)) else None


def _recurring(kind: CycleKind, begin: date, end: date | None, on: date) -> Iterator[Cycle]:
    day = begin
    while day <= on and (end is None or day <= end):
        last = _calendar_end(kind, day)
        cut = min(last, end) if end else last
        yield Cycle(kind, day, cut, cut)
        day = last + _ONE_DAY


def _calendar_end(kind: CycleKind, day: date) -> date:
    """The last day of the calendar year, half-year, quarter or month that holds the day."""
    months = _MONTHS[kind]
    months_until_next = (day.month - 1) // months * months + months
    return date(day.year + months_until_next // 12, months_until_next % 12 + 1, 1) - _ONE_DAY


_ROMAN = ("I", "II", "III", "IV")


def cycle_label_vi(kind: CycleKind, day: date) -> str:
    """What users read of the cycle of this kind that holds the day.

    `Năm 2026`, `6 tháng đầu năm 2026`, `Quý I/2026`, `Tháng 3/2026`, `Một lần`.
    """
    match kind:
        case CycleKind.ONCE:
            return "Một lần"
        case CycleKind.YEAR:
            return f"Năm {day.year}"
        case CycleKind.HALF_YEAR:
            return f"6 tháng {'đầu' if day.month <= 6 else 'cuối'} năm {day.year}"
        case CycleKind.QUARTER:
            return f"Quý {_ROMAN[(day.month - 1) // 3]}/{day.year}"
        case CycleKind.MONTH:
            return f"Tháng {day.month}/{day.year}"
