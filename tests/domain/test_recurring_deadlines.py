"""Days that come back, and terms that count from the day a plan was issued."""

from datetime import date

import pytest

from shared.domain.calendar import WorkCalendar
from shared.domain.deadlines import UNKNOWN, YEAR_OF_THE_PLAN, parse_deadline

RECURRING_DAYS = [
    ("Trước 15/12 hằng năm", "annual", ["12-14"]),
    ("trước ngày 30/6 hằng năm", "annual", ["06-29"]),
    ("truoc 30/6 hang nam", "annual", ["06-29"]),
    ("Hằng năm (trước ngày 15/12)", "annual", ["12-14"]),
    ("Hằng năm, trước ngày 15/12", "annual", ["12-14"]),
    ("Định kỳ hằng năm trước ngày 10 tháng 12", "annual", ["12-09"]),
    ("Hằng năm: chậm nhất ngày 15/12", "annual", ["12-15"]),
    ("ngày 15/12 mỗi năm", "annual", ["12-15"]),
    ("Trước ngày 1/3 hằng năm", "annual", ["02-29"]),
    ("Tháng 12 hằng năm", "annual", ["12-31"]),
    ("trước tháng 12 hằng năm", "annual", ["11-30"]),
    ("Quý IV hằng năm", "annual", ["12-31"]),
    ("Hằng năm (quý I)", "annual", ["03-31"]),
    ("Hằng năm, 6 tháng đầu năm", "annual", ["06-30"]),
    ("cuối năm hằng năm", "annual", ["12-31"]),
    ("Trước 15/6 và 15/12 hằng năm", "half_year", ["06-14", "12-14"]),
    ("Trước ngày 15/6, trước ngày 15/12 hằng năm", "half_year", ["06-14", "12-14"]),
    ("6 tháng (trước ngày 15/6 và 15/12)", "half_year", ["06-14", "12-14"]),
    ("tháng 6 và tháng 12 hằng năm", "half_year", ["06-30", "12-31"]),
    ("15/3, 15/6, 15/9, 15/12 hằng năm", "quarterly", ["03-15", "06-15", "09-15", "12-15"]),
    ("Hằng quý (trước ngày 15 tháng cuối quý)", "quarterly", ["03-14", "06-14", "09-14", "12-14"]),
    ("trước ngày 05 của tháng đầu quý", "quarterly", ["01-04", "04-04", "07-04", "10-04"]),
    ("cuối mỗi quý", "quarterly", []),
    ("Trước ngày 20 hằng tháng", "monthly", ["19"]),
    ("trước 20 hằng tháng", "monthly", ["19"]),
    ("Hằng tháng (trước ngày 20)", "monthly", ["19"]),
    ("Hàng tháng, trước ngày 20 hằng tháng", "monthly", ["19"]),
    ("Ngày 25 hàng tháng", "monthly", ["25"]),
    ("ngày cuối tháng hằng tháng", "monthly", ["31"]),
    ("Hằng tuần", "weekly", []),
    ("01 tuần/lần", "weekly", []),
    ("Chiều thứ sáu hằng tuần", "weekly", []),
    ("Hằng tuần (thứ sáu)", "weekly", []),
    ("02 tuần/lần", "fortnightly", []),
    ("hai tuần một lần", "fortnightly", []),
    ("Hằng ngày", "continuous", []),
    ("3 tháng/lần", "quarterly", []),
]


@pytest.mark.parametrize(("text", "recurrence", "days"), RECURRING_DAYS)
def test_days_that_come_back_are_understood(text: str, recurrence: str, days: list[str]) -> None:
    deadline = parse_deadline(text).deadline
    assert (deadline.recurrence, list(deadline.days)) == (recurrence, days)
    assert (deadline.start, deadline.due, deadline.confidence) == (None, None, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "Trước 15/12 hằng năm, giai đoạn 2026-2030",
        "Hằng năm (trước 15/12) từ năm 2026 đến năm 2030",
        "Trước ngày 15/12 hằng năm (từ năm 2026 đến năm 2030)",
    ],
)
def test_days_that_come_back_may_have_bounds(text: str) -> None:
    deadline = parse_deadline(text).deadline
    assert (deadline.start, deadline.due, deadline.days) == (date(2026, 1, 1), date(2030, 12, 31), ("12-14",))


ISSUED = date(2026, 1, 31)
CALENDAR = WorkCalendar(off_days=frozenset({date(2026, 2, 4)}), make_up_days=frozenset({date(2026, 2, 7)}))
TERMS = [
    ("05 ngày kể từ ngày ban hành Kế hoạch", "2026-02-05"),
    ("Trong vòng 10 (mười) ngày kể từ ngày ký ban hành", "2026-02-10"),
    ("chậm nhất 02 tuần kể từ khi kế hoạch được ban hành", "2026-02-14"),
    ("01 tháng kể từ ngày Kế hoạch này được ban hành", "2026-02-28"),
    ("15 ngày kể từ ngày ban hành Quyết định này", "2026-02-15"),
    ("05 ngày làm việc kể từ ngày ban hành", "2026-02-07"),
]


@pytest.mark.parametrize(("text", "due"), TERMS)
def test_a_term_counts_from_the_day_the_plan_was_issued(text: str, due: str) -> None:
    deadline = parse_deadline(text, issued_on=ISSUED, calendar=CALENDAR).deadline
    assert (deadline.kind, deadline.start, deadline.due, deadline.recurrence) == (
        "date",
        None,
        date.fromisoformat(due),
        None,
    )
    assert parse_deadline(text).deadline == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "05 ngày kể từ ngày nhận được văn bản",
        "30 ngày kể từ ngày Quyết định được ban hành",
        "trong 10 ngày kể từ ngày văn bản được ký ban hành",
        "03 tháng kể từ ngày Kế hoạch có hiệu lực",
        "sau 05 ngày kể từ ngày ban hành",
        "0 ngày kể từ ngày ban hành",
        "05 ngày",
        "kể từ ngày ban hành",
    ],
)
def test_a_term_from_another_day_is_unknown(text: str) -> None:
    assert parse_deadline(text, issued_on=ISSUED, calendar=CALENDAR).deadline == UNKNOWN


def test_working_days_are_unknown_without_a_calendar() -> None:
    assert parse_deadline("05 ngày làm việc kể từ ngày ban hành", issued_on=ISSUED).deadline == UNKNOWN


POINTS = [
    ("15/6 và 15/12/2026", ["2026-06-15", "2026-12-15"]),
    ("Trước 15/6 và 15/12/2026", ["2026-06-14", "2026-12-14"]),
    ("Tháng 4, tháng 8/2026", ["2026-04-30", "2026-08-31"]),
    ("quý I và quý III năm 2026", ["2026-03-31", "2026-09-30"]),
]


@pytest.mark.parametrize(("text", "dues"), POINTS)
def test_several_days_of_a_year_are_milestones(text: str, dues: list[str]) -> None:
    parsed = parse_deadline(text)
    assert [step.due.isoformat() for step in parsed.milestones] == dues
    assert (parsed.deadline.kind, parsed.deadline.due) == ("phased", date.fromisoformat(dues[-1]))
    assert all(step.title in text for step in parsed.milestones)


def test_days_out_of_order_are_no_milestones() -> None:
    assert parse_deadline("15/12 và 15/6/2026").deadline == UNKNOWN


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Quý II", "2026-06-30"),
        ("Tháng 3", "2026-03-31"),
        ("15/01", "2026-01-15"),
        ("Trước 30/6", "2026-06-29"),
        ("20/01 - 25/01", "2026-01-25"),
        ("Cả năm", "2026-12-31"),
        ("6 tháng đầu năm", "2026-06-30"),
        ("cuối năm", "2026-12-31"),
    ],
)
def test_words_without_a_year_are_of_the_year_of_the_plan_and_less_sure(text: str, due: str) -> None:
    assert parse_deadline(text).deadline == UNKNOWN
    deadline = parse_deadline(text, year=2026).deadline
    assert (deadline.due, deadline.confidence) == (date.fromisoformat(due), YEAR_OF_THE_PLAN)


@pytest.mark.parametrize("text", ["Theo kế hoạch", "Quý V", "31/2", "Dự kiến quý II", "đầu năm", "", "2027-"])
def test_a_year_alone_makes_no_deadline(text: str) -> None:
    assert parse_deadline(text, year=2026).deadline == UNKNOWN
