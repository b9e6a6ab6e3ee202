"""What a figure that comes in means beside the one that is known, and how figures of many make one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from shared.domain.indicators import Aggregation, Observed, aggregate
from shared.domain.periods import Period

REASON_MISSING = "đã có số liệu khác cho kỳ này: sửa phải nêu lý do"
TOO_EARLY = "kỳ số liệu chưa bắt đầu"


class Known(NamedTuple):
    """The newest revision of a figure."""

    value: Decimal
    weight: Decimal | None
    note: str | None
    revision: int


class Change(StrEnum):
    NEW = "new"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"


def change_of(known: Known | None, value: Decimal, weight: Decimal | None, note: str | None) -> Change:
    """What a figure changes; one that comes without a note leaves the note that is there."""
    if known is None:
        return Change.NEW
    same = (known.value, known.weight) == (value, weight) and note in {None, known.note}
    return Change.UNCHANGED if same else Change.CORRECTED


@dataclass(frozen=True, slots=True)
class Member:
    """An organization right below another, and the days it exists as far as they are known."""

    path: str
    first_day: date | None
    last_day: date | None

    def exists_in(self, period: Period) -> bool:
        """On any day of the period."""
        begun = self.first_day is None or self.first_day <= period.ends_on
        return begun and (self.last_day is None or self.last_day >= period.starts_on)


@dataclass(frozen=True, slots=True)
class Share:
    """What a period comes to: `is_own` where the organization measured it itself; how many of those right below it are
    expected to have figures, and how many have, themselves or below.
    """

    value: Decimal | None
    is_own: bool
    expected: int
    reported: int


def share_of(
    path: str, members: Sequence[Member], measured: Mapping[str, Observed], how: Aggregation, period: Period
) -> Share:
    """The figure of the organization at `path` for a period, where `measured` holds by path the newest figures of it
    and of all below: its own, else one of the nearest below that have any.
    """
    expected = {member.path for member in members if member.exists_in(period)}
    below = [each for each in measured if each != path]
    reported = {f"{path}{each[len(path) :].split('/', 1)[0]}/" for each in below}
    own = measured.get(path)
    value = own.value if own else aggregate((measured[each] for each in nearest(below)), how)
    return Share(value, own is not None, len(expected), len(expected & reported))


def nearest(paths: Iterable[str]) -> list[str]:
    """The paths that have no other above them."""
    found: list[str] = []
    for path in sorted(paths):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return found
