"""Which way is better, how figures of many make one, and whether a target is met."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.indicators import (
    Aggregation,
    Direction,
    Goal,
    Observed,
    Standing,
    aggregate,
    aggregation_of,
    direction_of,
    judge,
    year_in_force,
)
from shared.domain.targets import Comparator

AT = datetime(2026, 1, 1, tzinfo=UTC)
FIGURES = st.decimals(-(10**15), 10**15, places=6, allow_nan=False)


@pytest.mark.parametrize(
    ("comparators", "direction"),
    [
        ([">="], Direction.HIGHER),
        (["="], Direction.HIGHER),
        (["<="], Direction.LOWER),
        (["rank_within", "<="], Direction.LOWER),
        ([">=", "qualitative"], Direction.HIGHER),
        (["between"], Direction.NONE),
        ([">", "<"], Direction.NONE),
        ([], Direction.NONE),
    ],
)
def test_targets_say_which_way_is_better(comparators: Sequence[str], direction: Direction) -> None:
    assert direction_of(map(Comparator, comparators)) is direction


@pytest.mark.parametrize(
    ("unit", "how"),
    [
        ("%", Aggregation.MEAN),
        ("% dân số", Aggregation.MEAN),
        ("Tỷ lệ", Aggregation.MEAN),
        ("mô hình", Aggregation.SUM),
        ("Nghìn lượt", Aggregation.SUM),
        ("tỷ đồng", Aggregation.SUM),
        ("m²", Aggregation.SUM),
        ("thứ bậc", Aggregation.NONE),
        ("điểm", Aggregation.NONE),
        ("năm", Aggregation.NONE),
        ("hạng", Aggregation.NONE),
        (None, Aggregation.NONE),
    ],
)
def test_shares_are_averaged_and_counts_added(unit: str | None, how: Aggregation) -> None:
    assert aggregation_of(unit) is how


def seen(*figures: tuple[int, int | None]) -> list[Observed]:
    return [
        Observed(Decimal(value), None if weight is None else Decimal(weight), AT + timedelta(days=day))
        for day, (value, weight) in enumerate(figures)
    ]


@pytest.mark.parametrize(
    ("figures", "how", "one"),
    [
        ([(1, None), (2, None)], Aggregation.SUM, "3"),
        ([(1, None), (2, None)], Aggregation.MEAN, "1.5"),
        ([(1, 1), (2, 3)], Aggregation.WEIGHTED_MEAN, "1.75"),
        ([(1, 1), (2, None)], Aggregation.WEIGHTED_MEAN, None),
        ([(1, 0)], Aggregation.WEIGHTED_MEAN, None),
        ([(9, None), (2, None)], Aggregation.LATEST, "2"),
        ([(1, None)], Aggregation.NONE, None),
        ([], Aggregation.SUM, None),
    ],
)
def test_figures_of_many_make_one(figures: Sequence[tuple[int, int | None]], how: Aggregation, one: str | None) -> None:
    assert aggregate(seen(*figures), how) == (None if one is None else Decimal(one))


OBSERVED = st.builds(
    Observed,
    FIGURES,
    st.none() | st.decimals(0, 10**15, places=6, allow_nan=False),
    st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(OBSERVED, max_size=8), st.sampled_from(Aggregation), st.randoms())
def test_the_order_does_not_matter(observed: list[Observed], how: Aggregation, chance: object) -> None:
    shuffled = list(observed)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # the strategy's own Random
    assert aggregate(observed, how) == aggregate(shuffled, how)


@given(st.lists(OBSERVED, min_size=1, max_size=6), st.lists(OBSERVED, min_size=1, max_size=6))
def test_the_sums_of_two_parts_are_the_sum_of_the_whole(some: list[Observed], others: list[Observed]) -> None:
    parts = [aggregate(part, Aggregation.SUM) for part in (some, others)]
    joined = [Observed(part, None, AT) for part in parts if part is not None]
    assert aggregate(joined, Aggregation.SUM) == aggregate(some + others, Aggregation.SUM)


@given(st.lists(OBSERVED, min_size=1, max_size=6), st.sampled_from([Aggregation.MEAN, Aggregation.WEIGHTED_MEAN]))
def test_a_mean_lies_among_its_figures(observed: list[Observed], how: Aggregation) -> None:
    mean = aggregate(observed, how)
    values = [each.value for each in observed]
    assert mean is None or min(values) <= mean <= max(values)


HIGHER, LOWER, NEITHER = Direction.HIGHER, Direction.LOWER, Direction.NONE


@pytest.mark.parametrize(
    ("figure", "comparator", "value", "value_to", "direction", "standing", "gap"),
    [
        (90, ">=", 90, None, HIGHER, Standing.MET, 0),
        (89, ">=", 90, None, HIGHER, Standing.NOT_MET, 1),
        (90, ">", 90, None, HIGHER, Standing.NOT_MET, 0),
        (11, "<=", 10, None, LOWER, Standing.NOT_MET, 1),
        (10, "<", 10, None, LOWER, Standing.NOT_MET, 0),
        (3, "rank_within", 5, None, LOWER, Standing.MET, 0),
        (6, "=", 5, None, HIGHER, Standing.MET, 0),
        (6, "=", 5, None, NEITHER, Standing.NOT_MET, 1),
        (31, "between", 25, 30, NEITHER, Standing.NOT_MET, 1),
        (31, "between", 25, 30, HIGHER, Standing.MET, 0),
        (24, "between", 25, 30, LOWER, Standing.MET, 0),
        (1, "qualitative", None, None, NEITHER, Standing.NOT_COMPARABLE, None),
        (None, ">=", 90, None, HIGHER, Standing.NO_DATA, None),
    ],
)
def test_whether_a_target_is_met(
    figure: int | None,
    comparator: str,
    value: int | None,
    value_to: int | None,
    direction: Direction,
    standing: Standing,
    gap: int | None,
) -> None:
    numbers = [None if number is None else Decimal(number) for number in (figure, value, value_to, gap)]
    goal = Goal(Comparator(comparator), numbers[1], numbers[2])
    assert judge(numbers[0], goal, direction) == (standing, numbers[3])


def test_without_a_target_nothing_is_compared() -> None:
    assert judge(Decimal(1), None, HIGHER) == (Standing.NOT_COMPARABLE, None)


@given(FIGURES, FIGURES, FIGURES, st.sampled_from(Comparator), st.sampled_from([HIGHER, LOWER]))
def test_what_is_better_never_undoes_what_is_met(
    one: Decimal, other: Decimal, value: Decimal, comparator: Comparator, direction: Direction
) -> None:
    """Where target and direction agree, as they do unless somebody decides otherwise."""
    if direction_of([comparator]) not in {direction, NEITHER}:
        return
    goal = Goal(comparator, value, value + 1 if comparator is Comparator.BETWEEN else None)
    worse, better = sorted([one, other], reverse=direction is LOWER)
    if judge(worse, goal, direction)[0] is Standing.MET:
        assert judge(better, goal, direction)[0] is Standing.MET


@pytest.mark.parametrize(
    ("years", "year", "chosen"),
    [([2025, 2026, None], 2026, 2026), ([2025, None], 2026, None), ([2025, 2030, 2028], 2026, 2028)],
)
def test_the_target_in_force(years: Sequence[int | None], year: int, chosen: int | None) -> None:
    assert year_in_force(dict.fromkeys(years), year) == chosen


def test_targets_of_the_past_bind_nobody() -> None:
    with pytest.raises(LookupError):
        year_in_force({2025: None}, 2026)
