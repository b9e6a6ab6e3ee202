"""Periods as they are written, and the days they span."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.periods import Period, PeriodKind, find_period, periods_of_year


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026", PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-H1", PeriodKind.HALF_YEAR, date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", PeriodKind.HALF_YEAR, date(2026, 7, 1), date(2026, 12, 31)),
        ("2026-Q1", PeriodKind.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", PeriodKind.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        ("2028-02", PeriodKind.MONTH, date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_period_spans_whole_months(text: str, kind: PeriodKind, first: date, last: date) -> None:
    period = find_period(text)
    assert period == Period(first, kind)
    assert period.ends_on == last


@pytest.mark.parametrize(
    "text", ["", "26", "2026-H3", "2026-Q0", "2026-13", "2026-1", "2026-q1", "1989", "2100", "２０２６"]
)
def test_anything_else_is_no_period(text: str) -> None:
    assert find_period(text) is None


@given(st.integers(1990, 2099), st.sampled_from(PeriodKind))
def test_a_year_is_made_of_its_periods_and_each_is_read_as_it_is_written(year: int, kind: PeriodKind) -> None:
    periods = periods_of_year(year, kind)
    assert [find_period(str(period)) for period in periods] == periods
    assert (periods[0].starts_on, periods[-1].ends_on) == (date(year, 1, 1), date(year, 12, 31))
    for before, after in pairwise(periods):
        assert (after.starts_on - before.ends_on).days == 1
