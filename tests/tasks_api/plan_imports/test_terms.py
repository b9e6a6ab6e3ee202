"""The term of a plan lies around the day it was issued."""

from datetime import date

import pytest

from services.tasks_api.plans.terms import ensure_term
from shared.domain.errors import Invalid

ISSUED = date(2026, 2, 2)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (ISSUED, None),
        (date(2025, 2, 2), ISSUED),
        (date(2031, 2, 2), date(2061, 2, 2)),
        (ISSUED, ISSUED),
    ],
)
def test_terms_that_plans_have(starts_on: date, ends_on: date | None) -> None:
    ensure_term(ISSUED, starts_on, ends_on)


@pytest.mark.parametrize(
    ("issued_on", "starts_on", "ends_on", "code"),
    [
        (ISSUED, date(2025, 2, 1), None, "term-start-far"),
        (ISSUED, date(2031, 2, 3), None, "term-start-far"),
        (date(2024, 2, 29), date(2023, 2, 27), None, "term-start-far"),
        (ISSUED, ISSUED, date(2026, 2, 1), "term-inverted"),
        (ISSUED, ISSUED, date(2056, 2, 3), "term-too-long"),
    ],
)
def test_terms_that_are_slips_of_typing(issued_on: date, starts_on: date, ends_on: date | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ensure_term(issued_on, starts_on, ends_on)
    assert refused.value.code == code
    assert [error.code for error in refused.value.errors] == [code]
