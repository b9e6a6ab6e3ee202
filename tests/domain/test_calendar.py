from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import WorkCalendar, local_date, local_midnight

# National Day 2026: Monday 31 August is off and Saturday 22 August is worked for it.
CALENDAR = WorkCalendar(
    off_days=frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}),
    make_up_days=frozenset({date(2026, 8, 22)}),
)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 8, 28), True),  # Friday
        (date(2026, 8, 29), False),  # Saturday
        (date(2026, 8, 30), False),  # Sunday
        (date(2026, 8, 31), False),  # Monday off
        (date(2026, 9, 3), True),  # Thursday after the holiday
        (date(2026, 8, 22), True),  # Saturday worked
    ],
)
def test_working_days(day: date, working: bool) -> None:
    assert CALENDAR.is_working_day(day) is working


@pytest.mark.parametrize(
    ("due", "enforced"),
    [
        (date(2026, 8, 28), date(2026, 8, 28)),
        (date(2026, 8, 29), date(2026, 9, 3)),
        (date(2026, 9, 2), date(2026, 9, 3)),
        (date(2026, 8, 22), date(2026, 8, 22)),
        (date(2026, 8, 23), date(2026, 8, 24)),
    ],
)
def test_a_term_that_ends_on_a_day_off_ends_with_the_next_working_day(due: date, enforced: date) -> None:
    assert CALENDAR.enforced_due(due) == enforced


def test_a_day_listed_as_off_and_as_make_up_is_worked() -> None:
    day = date(2026, 1, 10)
    assert WorkCalendar(frozenset({day}), frozenset({day})).is_working_day(day)


@given(
    st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    st.sets(st.integers(0, 30)),
    st.sets(st.integers(0, 30)),
)
def test_the_enforced_day_is_the_first_working_day_from_the_due_day(
    due: date, off: set[int], make_up: set[int]
) -> None:
    calendar = WorkCalendar(
        frozenset(due + timedelta(days=n) for n in off), frozenset(due + timedelta(days=n) for n in make_up)
    )
    enforced = calendar.enforced_due(due)
    assert calendar.is_working_day(enforced)
    assert not any(calendar.is_working_day(due + timedelta(days=n)) for n in range((enforced - due).days))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=9))), date(2025, 12, 31)),
    ],
)
def test_the_business_date_turns_at_seventeen_hours_utc(instant: datetime, day: date) -> None:
    assert local_date(instant) == day


def test_a_naive_datetime_is_refused() -> None:
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        local_date(naive)


def test_a_business_date_begins_at_its_local_midnight_in_utc() -> None:
    assert local_midnight(date(2026, 1, 1)) == datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    assert local_midnight(date(2026, 1, 1)).tzinfo is UTC


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_local_midnight_is_the_first_instant_of_its_date(day: date) -> None:
    begins = local_midnight(day)
    assert local_date(begins) == day
    assert local_date(begins - timedelta(microseconds=1)) == day - timedelta(days=1)
