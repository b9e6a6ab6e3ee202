"""Roadmaps: how many percent of the work were planned to be done by a day."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from shared.domain.errors import Invalid

NOTHING = Decimal(0)
EVERYTHING = Decimal(100)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RoadmapPoint:
    """By the end of `on`, `percent` of the work is planned to be done."""

    on: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Roadmap:
    """From (start, 0) through the points to (due, 100).

    Points come in time order between the first and the last day and never go down; one on the due day says 100.
    Raises Invalid("roadmap-not-rising") otherwise.
    """

    start: date
    due: date
    points: tuple[RoadmapPoint, ...]

    def __post_init__(self) -> None:
        days = [self.start, *(point.on for point in self.points), self.due]
        percents = [NOTHING, *(point.percent for point in self.points), EVERYTHING]
        finite = all(percent.is_finite() for percent in percents)
        if not finite or days != sorted(days) or percents != sorted(percents) or self._two_say_otherwise():
            raise Invalid(
                "roadmap-not-rising",
                "Lộ trình phải đi từ ngày bắt đầu đến hạn hoàn thành, mỗi ngày một mốc, tỷ lệ từ 0 đến 100 không giảm.",
            )

    def _two_say_otherwise(self) -> bool:
        same_day = any(one.on == other.on for one, other in pairwise(self.points))
        return same_day or any(point.on == self.due and point.percent != EVERYTHING for point in self.points)


def planned_percent(roadmap: Roadmap, on: date) -> Decimal:
    """0 to 100, linear by day between the points, rounded to hundredths: what is shown is what is compared.

    0 before the start, 100 from the due day on.
    """
    if on >= roadmap.due:
        return EVERYTHING
    if on < roadmap.start:
        return NOTHING
    knots = [
        RoadmapPoint(roadmap.start, NOTHING),
        *roadmap.points,
        RoadmapPoint(roadmap.due, EVERYTHING),
    ]
    before, after = next((one, other) for one, other in pairwise(knots) if one.on <= on < other.on)
    share = Decimal((on - before.on).days) / Decimal((after.on - before.on).days)
    percent = before.percent + (after.percent - before.percent) * share
    return percent.quantize(_HUNDREDTH, ROUND_HALF_UP)


def first_day_above(roadmap: Roadmap, percent: Decimal) -> date | None:
    """The first day whose planned percent is greater than `percent` (0 or more); None when no day ever is."""
    if percent >= EVERYTHING:
        return None
    days = range((roadmap.due - roadmap.start).days + 1)
    # The plan never goes down, so the days above the line are all those after some day.
    offset = bisect_left(
        days, True, key=lambda day: planned_percent(roadmap, roadmap.start + timedelta(days=day)) > percent
    )
    return roadmap.start + timedelta(days=offset)
