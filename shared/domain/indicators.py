"""Figures that plans promise: which way is better, how figures of many make one, and whether a target is met."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, localcontext
from enum import StrEnum

from shared.domain.targets import Comparator
from shared.domain.text import fold


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


class Aggregation(StrEnum):
    SUM = "sum"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    LATEST = "latest"
    NONE = "none"


class Standing(StrEnum):
    """How a figure stands to its target."""

    MET = "met"
    NOT_MET = "not_met"
    NO_DATA = "no_data"
    NOT_COMPARABLE = "not_comparable"


_DIRECTIONS = {
    Comparator.AT_LEAST: Direction.HIGHER,
    Comparator.MORE_THAN: Direction.HIGHER,
    # A plan that names a bare figure wants it reached: nobody is blamed for more than "5 mô hình".
    Comparator.EQUAL: Direction.HIGHER,
    Comparator.AT_MOST: Direction.LOWER,
    Comparator.LESS_THAN: Direction.LOWER,
    Comparator.RANK_WITHIN: Direction.LOWER,
    Comparator.BETWEEN: Direction.NONE,
    Comparator.QUALITATIVE: Direction.NONE,
}


def direction_of(comparators: Iterable[Comparator]) -> Direction:
    """Which way is better, as the targets say; `none` where they contradict each other or say nothing."""
    told = {_DIRECTIONS[comparator] for comparator in comparators} - {Direction.NONE}
    return told.pop() if len(told) == 1 else Direction.NONE


_COUNTED = re.compile(
    r"(?:so |nghin |ngan |trieu |ty )*"
    r"(?:nguoi|luot|lao dong|hoc sinh|hoc vien|can bo|cong chuc|ho|doanh nghiep|hop tac xa|htx|co so|co quan|don vi"
    r"|truong|lop|xa|phuong|thon|thu tuc|tthc|dich vu|ho so|van ban|bao cao|nhiem vu|du an|cong trinh|mo hinh|san pham"
    r"|cuoc|hoi nghi|vu|viec|tin|bai|thiet bi|may|tram|camera|giuong|nha|can|dong|usd|ha|km|km2|m2|m3|tan|kg|con|cay)\b"
)


def aggregation_of(unit: str | None) -> Aggregation:
    """How figures of several organizations make one, unless somebody says otherwise: shares are averaged, what is
    counted is added up; of anything else (ranks, points, years) nobody can know.
    """
    folded = fold((unit or "").replace("²", "2").replace("³", "3"))
    if folded.startswith(("%", "phan tram", "ty le", "ti le")):
        return Aggregation.MEAN
    return Aggregation.SUM if _COUNTED.match(folded) else Aggregation.NONE


@dataclass(frozen=True, slots=True)
class Observed:
    """One organization's figure."""

    value: Decimal
    weight: Decimal | None
    recorded_at: datetime


_EXACT = Context(prec=80)
"""Enough for the sum of any figures that are stored, times their weights: the order of adding never shows."""
_PLACES = Decimal("0.000001")


def aggregate(observed: Iterable[Observed], how: Aggregation) -> Decimal | None:
    """One figure of many; None where there is none to be had: nothing measured, or weights missing."""
    seen = list(observed)
    if not seen or how is Aggregation.NONE:
        return None
    if how is Aggregation.LATEST:
        return max(seen, key=lambda each: (each.recorded_at, each.value)).value
    with localcontext(_EXACT):
        if how is Aggregation.WEIGHTED_MEAN:
            weights = [each.weight for each in seen if each.weight is not None]
            whole = sum(weights, Decimal(0))
            if len(weights) < len(seen) or not whole:
                return None
            weighed = sum((each.value * (each.weight or 0) for each in seen), Decimal(0))
            return (weighed / whole).quantize(_PLACES)
        total = sum((each.value for each in seen), Decimal(0))
        return total if how is Aggregation.SUM else (total / len(seen)).quantize(_PLACES)


@dataclass(frozen=True, slots=True)
class Goal:
    """A target as numbers; see `shared.domain.targets.Target`."""

    comparator: Comparator
    value: Decimal | None
    value_to: Decimal | None = None


def judge(figure: Decimal | None, goal: Goal | None, direction: Direction) -> tuple[Standing, Decimal | None]:
    """Whether the figure meets the goal, and how much it is off: None without comparison, 0 when met.

    Of a goal that is one figure, or lies between two, more is good too where higher is better, and less where lower is.
    """
    if figure is None:
        return Standing.NO_DATA, None
    ends = _ends(goal, direction) if goal else None
    if goal is None or ends is None:
        return Standing.NOT_COMPARABLE, None
    low, high = ends
    with localcontext(_EXACT):
        short = low - figure if low is not None else Decimal(0)
        over = figure - high if high is not None else Decimal(0)
        off = max(short, over, Decimal(0))
    strictly = goal.comparator in {Comparator.MORE_THAN, Comparator.LESS_THAN} and figure == goal.value
    return (Standing.NOT_MET if off or strictly else Standing.MET), off


def _ends(goal: Goal, direction: Direction) -> tuple[Decimal | None, Decimal | None] | None:
    """The least and the most that meets the goal."""
    value = goal.value
    if value is None or goal.comparator is Comparator.QUALITATIVE:
        return None
    if goal.comparator in {Comparator.AT_LEAST, Comparator.MORE_THAN}:
        return value, None
    if goal.comparator in {Comparator.AT_MOST, Comparator.LESS_THAN, Comparator.RANK_WITHIN}:
        return None, value
    most = value if goal.comparator is Comparator.EQUAL else goal.value_to
    if most is None:
        return None
    return (None if direction is Direction.LOWER else value), (None if direction is Direction.HIGHER else most)


def year_in_force(years: Mapping[int | None, object], year: int) -> int | None:
    """Which of the targets a figure of `year` is held against: that year's, else the plan's as a whole (None), else
    that of the nearest year to come. LookupError where all are past.
    """
    if year in years:
        return year
    if None in years:
        return None
    coming = [each for each in years if each is not None and each > year]
    if not coming:
        raise LookupError(year)
    return min(coming)
