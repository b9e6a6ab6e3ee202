"""Where open work goes when the deadline of its task changes."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts_worker.amendments.rules import Held, Span, is_over, place
from shared.domain.cycles import CycleKind

ON = date(2026, 5, 20)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def span(kind: CycleKind, start: date, end: date | None) -> Span:
    return kind, start, end, end


def once(start: str, end: str) -> Span:
    return span(CycleKind.ONCE, day(start), day(end))


def month(number: int) -> Span:
    return span(CycleKind.MONTH, date(2026, number, 1), date(2026, number + 1, 1) - timedelta(days=1))


YEAR: Span = span(CycleKind.YEAR, day("01-01"), day("12-31"))
UNKNOWN: Span = span(CycleKind.ONCE, day("01-01"), None)
SECOND_QUARTER: Span = span(CycleKind.QUARTER, day("04-01"), day("06-30"))
FIRST_QUARTER: Span = span(CycleKind.QUARTER, day("01-01"), day("03-31"))


@pytest.mark.parametrize(
    ("held", "spans", "expected"),
    [
        pytest.param([once("01-01", "03-20")], [once("04-01", "09-30")], [once("04-01", "09-30")], id="put off"),
        pytest.param([once("01-01", "03-20")], [UNKNOWN], [UNKNOWN], id="no longer understood"),
        pytest.param([UNKNOWN], [once("01-01", "06-30")], [once("01-01", "06-30")], id="understood at last"),
        pytest.param([once("01-01", "03-20")], [YEAR], [YEAR], id="one-off work becomes recurring"),
        pytest.param([YEAR], [once("01-01", "09-30")], [once("01-01", "09-30")], id="recurring work is done once"),
        pytest.param(
            [FIRST_QUARTER, SECOND_QUARTER],
            [month(n) for n in range(1, 6)],
            ["stays", month(5)],
            id="a cycle that is over stays owed",
        ),
        pytest.param([YEAR], [], [None], id="no cycle is left"),
        pytest.param(
            [once("01-01", "03-20"), YEAR], [once("01-01", "06-30")], [once("01-01", "06-30"), None], id="two"
        ),
    ],
)
def test_where_open_work_goes(held: list[Span], spans: list[Span], expected: list[Span | str | None]) -> None:
    ids = [UUID(int=number) for number in range(len(held))]
    placed = place([Held(id_, each, open=True) for id_, each in zip(ids, held, strict=True)], spans, ON)
    assert [placed.get(id_, "stays") for id_ in ids] == expected


def test_the_cycle_of_completed_work_is_taken() -> None:
    done = Held(UUID(int=1), span(CycleKind.MONTH, day("05-01"), day("05-31")), open=False)
    running = Held(UUID(int=2), SECOND_QUARTER, open=True)
    assert place([done, running], [month(4), month(5)], ON) == {running.id: None}


def test_a_cycle_that_is_over_keeps_its_day_though_the_deadline_names_another() -> None:
    kind, start, end, _ = FIRST_QUARTER
    over = Held(UUID(int=1), (kind, start, end, day("03-14")), open=True)
    assert place([over], [FIRST_QUARTER, SECOND_QUARTER], ON) == {over.id: over.span}


SPANS = st.sampled_from([once("01-01", "03-20"), YEAR, FIRST_QUARTER, SECOND_QUARTER, *map(month, range(1, 7))])
HELD = st.lists(st.tuples(SPANS, st.booleans()), max_size=6, unique_by=lambda each: each[0][:2]).map(
    lambda each: [Held(UUID(int=number), held, is_open) for number, (held, is_open) in enumerate(each)]
)


@given(held=HELD, spans=st.lists(SPANS, max_size=5, unique=True), on=st.dates(day("01-01"), day("12-31")))
def test_nothing_closed_is_touched_and_no_cycle_is_owed_twice(held: list[Held], spans: list[Span], on: date) -> None:
    placed = place(held, spans, on)
    given_out = [span for span in placed.values() if span is not None]
    assert not {each.id for each in held if not each.open} & set(placed)
    assert len(given_out) == len(set(given_out))
    assert set(given_out) <= set(spans)
    for each in held:
        if each.open and each.id not in placed:
            assert is_over(each.span, on)
            assert each.span not in spans


@given(held=HELD, on=st.dates(day("01-01"), day("12-31")))
def test_the_same_deadline_again_moves_nothing(held: list[Held], on: date) -> None:
    spans = [each.span for each in held]
    assert place(held, spans, on) == {each.id: each.span for each in held if each.open}
