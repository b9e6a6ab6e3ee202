from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.cycles import Cycle, CycleKind, begun_cycles, cycle_label_vi
from shared.domain.deadlines import UNKNOWN, parse_deadline

TERM_START = date(2025, 2, 23)
TERM_END = date(2027, 6, 30)

# text, the day asked about, the cycles that exist by then
TABLE = [
    ("Quý IV/2025", "2025-03-01", ["once 2025-10-01 2025-12-31"]),
    ("Quý IV/2025", "2030-01-01", ["once 2025-10-01 2025-12-31"]),
    ("Trước 20/3/2025", "2020-01-01", ["once 2025-02-23 2025-03-19"]),
    ("31/1/2025", "2025-03-01", ["once 2025-01-31 2025-01-31"]),  # named before the plan was issued
    ("2026-2030", "2025-03-01", ["once 2026-01-01 2030-12-31"]),
    ("Phân kỳ năm 2026", "2025-03-01", ["once 2026-01-01 2026-12-31"]),
    ("Hằng năm", "2025-02-22", []),
    ("Hằng năm", "2025-02-23", ["year 2025-02-23 2025-12-31"]),
    ("Hằng năm", "2025-12-31", ["year 2025-02-23 2025-12-31"]),
    ("Hằng năm", "2026-01-01", ["year 2025-02-23 2025-12-31", "year 2026-01-01 2026-12-31"]),
    (
        "Thường xuyên",
        "2040-01-01",
        ["year 2025-02-23 2025-12-31", "year 2026-01-01 2026-12-31", "year 2027-01-01 2027-06-30"],
    ),
    ("2026 và những năm tiếp theo", "2025-12-31", []),
    ("2026 và những năm tiếp theo", "2026-06-01", ["year 2026-01-01 2026-12-31"]),
    ("2024 và những năm tiếp theo", "2025-03-01", ["year 2025-02-23 2025-12-31"]),
    ("Thường xuyên trong năm 2026", "2040-01-01", ["year 2026-01-01 2026-12-31"]),
    ("6 tháng/lần", "2025-07-01", ["half_year 2025-02-23 2025-06-30", "half_year 2025-07-01 2025-12-31"]),
    ("Hằng quý", "2025-04-01", ["quarter 2025-02-23 2025-03-31", "quarter 2025-04-01 2025-06-30"]),
    ("Hằng tháng", "2025-03-31", ["month 2025-02-23 2025-02-28", "month 2025-03-01 2025-03-31"]),
    ("Tháng 8/2025 và thường xuyên", "2025-08-31", ["once 2025-08-01 2025-08-31"]),
    (
        "Tháng 8/2025 và thường xuyên",
        "2026-01-01",
        ["once 2025-08-01 2025-08-31", "year 2025-09-01 2025-12-31", "year 2026-01-01 2026-12-31"],
    ),
    ("Tháng 12/2025 và thường xuyên", "2026-01-01", ["once 2025-12-01 2025-12-31", "year 2026-01-01 2026-12-31"]),
    ("khi có chỉ đạo", "2026-01-01", []),
]

DEADLINES = [*sorted({text for text, _, _ in TABLE}), "Thường xuyên, bắt đầu từ quý II/2026", "Hằng quý đến năm 2026"]
RECURRING = [text for text in DEADLINES if parse_deadline(text).deadline.recurrence]
dates = st.dates(date(2023, 1, 1), date(2032, 12, 31))
terms = st.tuples(dates, st.none() | dates).filter(lambda term: term[1] is None or term[0] <= term[1])


def cycles(text: str, term: tuple[date, date | None], on: date) -> tuple[Cycle, ...]:
    return begun_cycles(parse_deadline(text).deadline, term_start=term[0], term_end=term[1], on=on)


@pytest.mark.parametrize(("text", "on", "expected"), TABLE)
def test_the_cycles_that_have_begun(text: str, on: str, expected: list[str]) -> None:
    begun = cycles(text, (TERM_START, TERM_END), date.fromisoformat(on))
    assert [f"{cycle.kind} {cycle.starts_on} {cycle.ends_on}" for cycle in begun] == expected


def test_a_plan_without_an_end_goes_on() -> None:
    assert len(cycles("Hằng năm", (TERM_START, None), date(2034, 1, 1))) == 10


def test_an_unknown_deadline_waits_for_a_person() -> None:
    assert begun_cycles(UNKNOWN, term_start=TERM_START, term_end=None, on=date(2030, 1, 1)) == ()


@given(st.sampled_from(DEADLINES), terms, dates)
def test_cycles_are_in_order_and_never_overlap(text: str, term: tuple[date, date | None], on: date) -> None:
    begun = cycles(text, term, on)
    assert all(cycle.starts_on <= cycle.ends_on for cycle in begun)
    assert all(earlier.ends_on < later.starts_on for earlier, later in pairwise(begun))


@given(st.sampled_from(DEADLINES), terms, dates, dates)
def test_time_only_adds_cycles_at_the_end(text: str, term: tuple[date, date | None], first: date, second: date) -> None:
    before, after = sorted((first, second))
    earlier, later = cycles(text, term, before), cycles(text, term, after)
    assert later[: len(earlier)] == earlier


@given(
    st.sampled_from(
        ["Hằng năm", "Thường xuyên", "6 tháng/lần", "Hằng quý", "Hằng tháng", "Tháng 8/2025 và thường xuyên"]
    ),
    st.integers(2026, 2060),
)
def test_recurrence_survives_new_year_without_a_gap(text: str, year: int) -> None:
    begun = cycles(text, (TERM_START, None), date(year, 1, 1))
    assert begun[-1].starts_on == date(year, 1, 1)
    assert all(later.starts_on - earlier.ends_on == timedelta(days=1) for earlier, later in pairwise(begun))


@given(st.sampled_from(RECURRING), terms, dates)
def test_recurring_cycles_stay_within_the_term_and_have_begun(
    text: str, term: tuple[date, date | None], on: date
) -> None:
    for cycle in cycles(text, term, on):
        if cycle.kind is not CycleKind.ONCE:
            assert term[0] <= cycle.starts_on <= on
            assert term[1] is None or cycle.ends_on <= term[1]


@pytest.mark.parametrize(
    ("kind", "start", "label"),
    [
        (CycleKind.ONCE, date(2026, 3, 5), "Một lần"),
        (CycleKind.YEAR, date(2026, 2, 23), "Năm 2026"),
        (CycleKind.HALF_YEAR, date(2026, 6, 30), "6 tháng đầu năm 2026"),
        (CycleKind.HALF_YEAR, date(2026, 7, 1), "6 tháng cuối năm 2026"),
        (CycleKind.QUARTER, date(2026, 3, 31), "Quý I/2026"),
        (CycleKind.QUARTER, date(2026, 4, 1), "Quý II/2026"),
        (CycleKind.QUARTER, date(2026, 12, 1), "Quý IV/2026"),
        (CycleKind.MONTH, date(2026, 3, 2), "Tháng 3/2026"),
    ],
)
def test_labels(kind: CycleKind, start: date, label: str) -> None:
    assert cycle_label_vi(kind, start) == label


ON_DAYS = [
    ("Trước 15/12 hằng năm", ["2025-12-14", "2026-12-14", "2027-06-30"]),  # the plan ends before the last one's day
    ("Trước 10/1 hằng năm", ["2026-01-09", "2027-01-09"]),  # the plan began after the first one's day
    ("Trước 15/6 và 15/12 hằng năm", ["2025-06-14", "2025-12-14", "2026-06-14", "2026-12-14", "2027-06-14"]),
    ("Trước ngày 1/3 hằng năm", ["2025-02-28", "2026-02-28", "2027-02-28"]),
    ("Trước ngày 15/12 hằng năm, đến năm 2026", []),
]


@pytest.mark.parametrize(("text", "due"), ON_DAYS)
def test_a_round_is_due_on_its_day(text: str, due: list[str]) -> None:
    begun = cycles(text, (TERM_START, TERM_END), date(2040, 1, 1))
    assert [cycle.due_on.isoformat() for cycle in begun] == due


def test_monthly_work_is_due_on_its_day_or_the_last_of_a_shorter_month() -> None:
    begun = cycles("Ngày 31 hằng tháng", (date(2027, 1, 15), None), date(2027, 4, 1))
    assert [cycle.due_on for cycle in begun] == [date(2027, n, d) for n, d in ((1, 31), (2, 28), (3, 31), (4, 30))]


@pytest.mark.parametrize("text", ["Hằng tuần", "02 tuần/lần"])
def test_weekly_work_is_followed_month_by_month(text: str) -> None:
    begun = cycles(text, (TERM_START, TERM_END), date(2025, 3, 10))
    assert [cycle.kind for cycle in begun] == [CycleKind.MONTH, CycleKind.MONTH]


@given(
    st.sampled_from([text for text, _ in ON_DAYS] + ["Ngày 31 hằng tháng", "Hằng quý (trước ngày 15 tháng cuối quý)"]),
    terms,
    dates,
)
def test_a_due_day_lies_in_its_cycle(text: str, term: tuple[date, date | None], on: date) -> None:
    assert all(cycle.starts_on <= cycle.due_on <= cycle.ends_on for cycle in cycles(text, term, on))
