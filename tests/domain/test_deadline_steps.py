"""Cells with several days: milestones, lists and ranges; how sure a reading is, and what is published of it."""

from datetime import date

import pytest

from shared.domain.deadlines import UNKNOWN, DeadlineKind, Recurrence, parse_deadline


def test_two_steps_in_one_cell_become_milestones_of_a_phased_deadline() -> None:
    parsed = parse_deadline("Quý I/2026 hoàn thành xây dựng Đề án, triển khai nhiệm vụ theo phân kỳ năm 2026")
    assert parsed.deadline.kind is DeadlineKind.PHASED
    assert (parsed.deadline.start, parsed.deadline.due) == (date(2026, 1, 1), date(2026, 12, 31))
    assert [(step.due, step.title) for step in parsed.milestones] == [
        (date(2026, 3, 31), "Quý I/2026 hoàn thành xây dựng Đề án"),
        (date(2026, 12, 31), "triển khai nhiệm vụ theo phân kỳ năm 2026"),
    ]


def test_a_step_that_names_only_its_last_day_leaves_the_start_open() -> None:
    parsed = parse_deadline("Trước 30/6/2026 hoàn thành Đề án; Quý IV/2026: nghiệm thu")
    assert (parsed.deadline.start, parsed.deadline.due) == (None, date(2026, 12, 31))
    assert [step.due for step in parsed.milestones] == [date(2026, 6, 29), date(2026, 12, 31)]


@pytest.mark.parametrize(
    ("text", "start", "steps"),
    [
        ("- 30/4/2026\n- 31/5/2026", None, ["2026-04-30 30/4/2026", "2026-05-31 31/5/2026"]),
        ("-Quý I/2026\n\n–Quý II/2026", "2026-01-01", ["2026-03-31 Quý I/2026", "2026-06-30 Quý II/2026"]),
        (
            "+ 30/4/2026: hoàn thành\nĐề án\n+ Quý II/2026",
            None,
            ["2026-04-30 30/4/2026: hoàn thành Đề án", "2026-06-30 Quý II/2026"],
        ),
    ],
)
def test_a_list_of_days_is_no_range(text: str, start: str | None, steps: list[str]) -> None:
    parsed = parse_deadline(text, year=2026)
    assert (parsed.deadline.kind, parsed.deadline.start) == (
        DeadlineKind.PHASED,
        date.fromisoformat(start) if start else None,
    )
    assert [f"{step.due} {step.title}" for step in parsed.milestones] == steps


@pytest.mark.parametrize(
    "text", ["- 31/5/2026\n- 30/4/2026", "- 30/4/2026\n- hằng năm", "- 30/4\n- 31/5", "- Năm 2026\n- Đề án"]
)
def test_a_list_that_is_not_one_of_days_in_order_is_unknown(text: str) -> None:
    assert parse_deadline(text, year=2026).deadline is UNKNOWN


def test_a_range_may_go_on_in_the_next_line() -> None:
    assert parse_deadline("01/4/2026\n- 31/5/2026").deadline.kind is DeadlineKind.RANGE


def test_certainty_falls_when_the_last_day_is_a_convention() -> None:
    assert parse_deadline("20/3/2025").deadline.confidence == 1.0
    assert parse_deadline("đến năm 2030").deadline.confidence == 0.9


def test_kinds_and_recurrences_are_the_published_ones() -> None:
    assert " ".join(DeadlineKind) == (
        "date month quarter half_year year range continuous annual quarterly monthly weekly fortnightly"
        " month_and_continuous year_onwards phased unknown"
    )
    assert " ".join(Recurrence) == "annual half_year quarterly monthly weekly fortnightly continuous"
