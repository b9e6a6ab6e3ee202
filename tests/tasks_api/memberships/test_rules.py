"""From when to when a membership may hold."""

from datetime import date

import pytest

from services.tasks_api.memberships.rules import ensure_term
from shared.domain.errors import DomainError

TODAY = date(2026, 7, 1)
JUNE, AUGUST = date(2026, 6, 30), date(2026, 8, 31)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "last_day", "code"),
    [
        (TODAY, None, None, None),
        (TODAY, TODAY, None, None),
        (TODAY, JUNE, None, "dates-reversed"),
        # An organization whose end is known: a membership may begin until then, and ends with it.
        (TODAY, None, AUGUST, None),
        (AUGUST, None, AUGUST, None),
        (date(2026, 9, 1), None, AUGUST, "organization-ended"),
        # One that has ended: nothing reaches past its last day.
        (JUNE, JUNE, JUNE, None),
        (JUNE, TODAY, JUNE, "organization-ended"),
        (JUNE, None, JUNE, "organization-ended"),
        (TODAY, TODAY, JUNE, "organization-ended"),
        # On the last day itself it still lasts.
        (TODAY, None, TODAY, None),
    ],
)
def test_a_term_lies_within_the_days_of_its_organization(
    starts_on: date, ends_on: date | None, last_day: date | None, code: str | None
) -> None:
    found = None
    try:
        ensure_term(starts_on, ends_on, last_day=last_day, on=TODAY)
    except DomainError as error:
        found = error.code
    assert found == code
