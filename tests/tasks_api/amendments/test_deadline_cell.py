"""A deadline of an amendment keeps everything its words mean."""

import pytest

from services.tasks_api.amendments.rules import deadline_cell
from shared.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("trước ngày 15/6 và 15/12 hằng năm", ["06-14", "12-14"]),
        ("Trước ngày 20 hằng tháng", ["19"]),
        ("Quý I/2027", None),
    ],
)
def test_days_that_come_back_are_kept(text: str, days: list[str] | None) -> None:
    assert deadline_cell(text, None, "x")["deadline"].get("days") == days


def test_what_is_not_understood_is_refused() -> None:
    with pytest.raises(Invalid, match="không hiểu"):
        deadline_cell("Khi có kinh phí", None, "x")
