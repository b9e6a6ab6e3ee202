"""When an account counts as idle."""

from datetime import date

import pytest

from shared.domain.accounts import is_idle, last_used_on

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("seen_on", "vouched_on", "used_on"),
    [
        (None, MAY, MAY),
        (date(2026, 4, 1), MAY, MAY),
        (date(2026, 6, 1), MAY, date(2026, 6, 1)),
    ],
)
def test_an_account_counts_from_its_last_use_or_a_later_word_for_it(
    seen_on: date | None, vouched_on: date, used_on: date
) -> None:
    assert last_used_on(seen_on, vouched_on) == used_on


@pytest.mark.parametrize(
    ("on", "idle"), [(MAY, False), (date(2026, 6, 15), False), (date(2026, 6, 16), True), (date(2026, 4, 1), False)]
)
def test_the_forty_fifth_day_is_still_in_time(on: date, idle: bool) -> None:
    assert is_idle(MAY, on=on, days=45) is idle
