"""Service levels end on working days, and what is overdue is told the same way round and back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import WorkCalendar, local_midnight
from shared.domain.service_levels import ServiceLevels, working_days_taken

TET = frozenset(date(2026, 2, day) for day in range(16, 21))
CALENDAR = WorkCalendar(off_days=TET, make_up_days=frozenset({date(2026, 2, 28)}))
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("since", "level", "last_day"),
    [
        (datetime(2026, 3, 2, 3, tzinfo=UTC), 1, date(2026, 3, 9)),
        (datetime(2026, 3, 2, 3, tzinfo=UTC), 2, date(2026, 3, 4)),
        (datetime(2026, 3, 2, 3, tzinfo=UTC), 7, date(2026, 3, 4)),
        (datetime(2026, 3, 2, 18, tzinfo=UTC), 2, date(2026, 3, 5)),  # already Tuesday in Viet Nam
        (datetime(2026, 2, 13, 3, tzinfo=UTC), 2, date(2026, 2, 24)),
        (datetime(2026, 2, 26, 3, tzinfo=UTC), 2, date(2026, 2, 28)),
    ],
)
def test_a_service_level_ends_on_a_working_day(since: datetime, level: int, last_day: date) -> None:
    assert ServiceLevels((5, 2), CALENDAR).decide_by(since, level) == last_day


@given(days, days, st.integers(1, 15))
def test_what_is_overdue_is_what_had_its_last_day(began: date, on: date, allowed: int) -> None:
    levels = ServiceLevels((allowed,), CALENDAR)
    overdue = on > levels.decide_by(local_midnight(began), 1)
    assert overdue == (began <= levels.overdue_before(on, 1))


@given(days, st.integers(0, 60))
def test_working_days_taken_are_those_a_term_counts(since: date, more: int) -> None:
    until = since + timedelta(days=more)
    taken = working_days_taken(CALENDAR, since, until)
    assert CALENDAR.after_working_days(since, taken) <= until < CALENDAR.after_working_days(since, taken + 1)
