"""A deadline of an amendment keeps everything its words mean."""

from datetime import date

import pytest

from services.tasks_api.amendments.rules import deadline_cell
from shared.domain.errors import Invalid

PLAN = date(2026, 1, 20)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("trước ngày 15/6 và 15/12 hằng năm", ["06-14", "12-14"]),
        ("Trước ngày 20 hằng tháng", ["19"]),
        ("Quý I/2027", None),
    ],
)
def test_days_that_come_back_are_kept(text: str, days: list[str] | None) -> None:
    assert deadline_cell(text, None, "x", not_before=PLAN)["deadline"].get("days") == days


def test_what_is_not_understood_is_refused() -> None:
    with pytest.raises(Invalid, match="không hiểu"):
        deadline_cell("Khi có kinh phí", None, "x", not_before=PLAN)


@pytest.mark.parametrize(
    ("text", "due", "code"),
    [
        ("Quý IV/2026", date(2026, 6, 30), "deadline-contradicted"),
        ("Hằng tháng", date(2026, 6, 30), "deadline-contradicted"),
        ("Khi có kinh phí", date(2020, 1, 1), "deadline-before-plan"),
        ("31/12/2025", None, "deadline-before-plan"),
    ],
)
def test_a_day_that_words_or_the_plan_contradict_is_refused(text: str, due: date | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        deadline_cell(text, due, "x", not_before=PLAN)
    assert refused.value.code == code


def test_a_day_that_says_what_the_words_say_keeps_the_words() -> None:
    cell = deadline_cell("Quý IV/2026", date(2026, 12, 31), "x", not_before=PLAN)
    assert (cell["deadline"]["kind"], cell["deadline"]["start"]) == ("quarter", "2026-10-01")
