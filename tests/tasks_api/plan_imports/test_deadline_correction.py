"""What a person may say a recurring deadline means."""

import pytest
from pydantic import ValidationError

from services.tasks_api.plan_imports.schemas import DeadlineCorrection


def correction(recurrence: str, days: list[str]) -> DeadlineCorrection:
    return DeadlineCorrection.model_validate({"kind": recurrence, "recurrence": recurrence, "days": days})


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        ("annual", ["12-14"]),
        ("half_year", ["06-14", "12-14"]),
        ("quarterly", ["03-14", "06-14", "09-14", "12-14"]),
        ("monthly", ["19"]),
        ("weekly", []),
    ],
)
def test_days_of_each_round_can_be_given_by_hand(recurrence: str, days: list[str]) -> None:
    assert correction(recurrence, days).days == days


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        ("annual", ["06-14", "12-14"]),
        ("half_year", ["06-14"]),
        ("half_year", ["03-14", "06-14"]),
        ("annual", ["19"]),
        ("monthly", ["12-14"]),
        ("continuous", ["12-14"]),
        ("weekly", ["12-14"]),
        ("annual", ["13-14"]),
        ("monthly", ["32"]),
    ],
)
def test_days_that_do_not_fit_the_recurrence_are_refused(recurrence: str, days: list[str]) -> None:
    with pytest.raises(ValidationError):
        correction(recurrence, days)
