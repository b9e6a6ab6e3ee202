"""What a figure changes, and whose figures make one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.tasks_api.measurements.rules import Change, Known, Member, Share, change_of, nearest, share_of
from shared.domain.indicators import Aggregation, Observed
from shared.domain.periods import Period, PeriodKind

AT = datetime(2026, 1, 1, tzinfo=UTC)
QUARTER = Period(date(2026, 1, 1), PeriodKind.QUARTER)
KNOWN = Known(Decimal(5), Decimal(2), "ghi chú", 1)


@pytest.mark.parametrize(
    ("known", "value", "weight", "note", "change"),
    [
        (None, 5, None, None, Change.NEW),
        (KNOWN, 5, 2, None, Change.UNCHANGED),
        (KNOWN, 5, 2, "ghi chú", Change.UNCHANGED),
        (KNOWN, 5, 2, "khác", Change.CORRECTED),
        (KNOWN, 5, None, None, Change.CORRECTED),
        (KNOWN, 6, 2, None, Change.CORRECTED),
    ],
)
def test_what_a_figure_changes(
    known: Known | None, value: int, weight: int | None, note: str | None, change: Change
) -> None:
    assert change_of(known, Decimal(value), None if weight is None else Decimal(weight), note) is change


def test_the_nearest_are_those_with_no_other_above() -> None:
    assert nearest(["/A/A.2/", "/A/A.1/A.1.9/", "/A/A.1/", "/A/A.10/"]) == ["/A/A.1/", "/A/A.10/", "/A/A.2/"]


def test_members_that_do_not_exist_in_the_period_are_not_expected() -> None:
    members = [
        Member("/A/A.1/", None, None),
        Member("/A/A.2/", None, date(2025, 12, 31)),
        Member("/A/A.3/", date(2026, 4, 1), None),
        Member("/A/A.4/", date(2026, 3, 31), None),
    ]
    measured = {"/A/A.1/A.1.1/": Observed(Decimal(3), None, AT), "/A/A.2/": Observed(Decimal(4), None, AT)}
    share = share_of("/A/", members, measured, Aggregation.SUM, QUARTER)
    assert share == Share(Decimal(7), is_own=False, expected=2, reported=1)
