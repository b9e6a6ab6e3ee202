from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import Invalid
from shared.domain.roadmaps import Roadmap, RoadmapPoint, first_day_above, planned_percent

START = date(2026, 1, 1)


def after(days: int) -> date:
    return START + timedelta(days=days)


def roadmap(length: int, *points: tuple[int, int]) -> Roadmap:
    return Roadmap(START, after(length), tuple(RoadmapPoint(after(n), Decimal(percent)) for n, percent in points))


@st.composite
def roadmaps(draw: st.DrawFn) -> Roadmap:
    length = draw(st.integers(0, 60))
    days = sorted(draw(st.sets(st.integers(0, length - 1), max_size=4))) if length else []
    percents = sorted(draw(st.lists(st.integers(0, 100), min_size=len(days), max_size=len(days))))
    return roadmap(length, *zip(days, percents, strict=True))


@pytest.mark.parametrize(
    ("plan", "day", "percent"),
    [
        (roadmap(100), -1, "0"),
        (roadmap(100), 0, "0"),
        (roadmap(100), 25, "25"),
        (roadmap(100), 99, "99"),
        (roadmap(100), 100, "100"),
        (roadmap(100), 101, "100"),
        (roadmap(3), 1, "33.33"),
        (roadmap(3), 2, "66.67"),
        (roadmap(100, (50, 10)), 25, "5"),
        (roadmap(100, (50, 10)), 50, "10"),
        (roadmap(100, (50, 10)), 75, "55"),
        (roadmap(100, (50, 80), (60, 80)), 55, "80"),
        (roadmap(100, (0, 30)), -1, "0"),
        (roadmap(100, (0, 30)), 0, "30"),
        (roadmap(100, (100, 100)), 50, "50"),
        (roadmap(0), -1, "0"),
        (roadmap(0), 0, "100"),
        (roadmap(0), 1, "100"),
    ],
)
def test_the_planned_percent_is_linear_between_points(plan: Roadmap, day: int, percent: str) -> None:
    assert planned_percent(plan, after(day)) == Decimal(percent)


@pytest.mark.parametrize(
    ("length", "points"),
    [
        (-1, []),
        (10, [(5, 60), (4, 70)]),
        (10, [(5, 60), (5, 70)]),
        (10, [(4, 60), (5, 50)]),
        (10, [(11, 60)]),
        (10, [(-1, 60)]),
        (10, [(5, 101)]),
        (10, [(5, -1)]),
        (10, [(10, 90)]),
    ],
)
def test_a_roadmap_that_does_not_rise_is_refused(length: int, points: list[tuple[int, int]]) -> None:
    with pytest.raises(Invalid) as refusal:
        roadmap(length, *points)
    assert refusal.value.code == "roadmap-not-rising"


def test_a_percent_that_is_no_number_is_refused() -> None:
    with pytest.raises(Invalid):
        Roadmap(START, after(9), (RoadmapPoint(after(1), Decimal("NaN")),))


@pytest.mark.parametrize(
    ("plan", "percent", "day"),
    [
        (roadmap(100), "0", 1),
        (roadmap(100), "40", 41),
        (roadmap(100), "39.99", 40),
        (roadmap(100), "99.99", 100),
        (roadmap(100), "100", None),
        (roadmap(100), "140", None),
        (roadmap(0), "0", 0),
        (roadmap(100, (0, 30)), "20", 0),
        (roadmap(100, (50, 10), (60, 10)), "10", 61),
    ],
)
def test_the_first_day_above(plan: Roadmap, percent: str, day: int | None) -> None:
    assert first_day_above(plan, Decimal(percent)) == (None if day is None else after(day))


@given(roadmaps(), st.decimals(0, 100, places=2))
def test_the_first_day_above_is_the_one_found_by_looking_at_every_day(plan: Roadmap, percent: Decimal) -> None:
    days = (after(n) for n in range(-1, 62))
    assert first_day_above(plan, percent) == next((day for day in days if planned_percent(plan, day) > percent), None)


@given(roadmaps(), st.integers(-2, 62))
def test_the_plan_never_goes_down_and_stays_within_bounds(plan: Roadmap, day: int) -> None:
    assert 0 <= planned_percent(plan, after(day)) <= planned_percent(plan, after(day + 1)) <= 100
