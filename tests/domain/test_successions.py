"""Who carries on what an organization did."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.successions import ENDING, Step, SuccessionKind, bearer_of, heirs_of, receiver_of

MERGE, DISSOLVE, SPLIT = SuccessionKind
A, B, C, D = (UUID(int=number) for number in range(1, 5))
T, U = UUID(int=11), UUID(int=12)
JULY, AUGUST, SEPTEMBER = (date(2026, month, 1) for month in (7, 8, 9))
CHAIN = [Step(A, B, MERGE, JULY), Step(B, C, DISSOLVE, AUGUST)]
SHARED = [Step(A, B, DISSOLVE, JULY), Step(A, C, DISSOLVE, JULY, frozenset({T}))]
PART = [Step(A, D, SPLIT, JULY, frozenset({T}))]


@pytest.mark.parametrize(
    ("known", "on", "task", "receiver"),
    [
        (CHAIN, date(2026, 6, 30), None, A),
        (CHAIN, JULY, None, B),
        (CHAIN, AUGUST, T, C),
        (SHARED, JULY, T, C),
        (SHARED, JULY, U, B),
        (SHARED, JULY, None, B),
        (SHARED[1:], JULY, U, A),  # nobody was named for the rest yet
        (PART, JULY, T, D),
        (PART, JULY, U, A),
        ([*PART, Step(D, A, MERGE, AUGUST)], SEPTEMBER, T, A),  # back where it was split off
        ([*PART, Step(A, B, MERGE, AUGUST)], SEPTEMBER, T, D),
        ([*PART, Step(A, B, MERGE, AUGUST)], SEPTEMBER, U, B),
        ([Step(A, B, MERGE, AUGUST), Step(B, C, SPLIT, JULY, frozenset({T}))], AUGUST, T, B),  # it left before
        ([Step(A, B, SPLIT, JULY)], JULY, T, A),  # as older records are: access, and no work
    ],
)
def test_the_work_of_a_task_goes_where_the_records_say(
    known: list[Step], on: date, task: UUID | None, receiver: UUID
) -> None:
    assert receiver_of(A, on, known, task) == receiver


@pytest.mark.parametrize(
    ("known", "bearer"),
    [
        (PART, D),  # its names have not passed yet
        ([Step(A, D, SPLIT, JULY, frozenset({T}), applied=True)], A),  # named again since
        ([Step(A, B, MERGE, JULY, applied=True)], B),  # who ended leads nothing, whoever names it
        ([Step(A, B, MERGE, JULY, applied=True), Step(B, C, SPLIT, AUGUST, frozenset({T}), applied=True)], B),
    ],
)
def test_who_is_named_leads_unless_the_name_is_still_to_pass(known: list[Step], bearer: UUID) -> None:
    assert bearer_of(A, SEPTEMBER, known, T) == bearer


@pytest.mark.parametrize(
    ("known", "on", "heirs"),
    [
        (CHAIN, date(2026, 6, 30), {A}),
        (CHAIN, JULY, {B}),
        (CHAIN, AUGUST, {C}),
        (SHARED, JULY, {B, C}),
        ([*SHARED, Step(C, D, MERGE, AUGUST)], AUGUST, {B, D}),
        (PART, JULY, {A}),
    ],
)
def test_those_that_exist_in_its_place(known: list[Step], on: date, heirs: set[UUID]) -> None:
    assert heirs_of(A, on, known) == heirs


STEPS = st.builds(
    Step,
    *(st.sampled_from((A, B, C, D)) for _ in range(2)),
    st.sampled_from(SuccessionKind),
    st.sampled_from((JULY, AUGUST, SEPTEMBER)),
    st.sampled_from((None, frozenset({T}), frozenset({U}))),
)


@given(st.lists(STEPS, max_size=8))
def test_whatever_is_on_record_the_search_ends_with_somebody_whom_the_work_has_not_left(known: list[Step]) -> None:
    """Also where records run in circles, which the rules of recording refuse."""
    receiver = receiver_of(A, SEPTEMBER, known, T)
    assert receiver in {A, *(step.receiver_id for step in known)}
    assert heirs_of(A, SEPTEMBER, known) <= {A, *(step.receiver_id for step in known)}
    if not any(step.predecessor_id == A and (step.kind in ENDING or step.task_ids) for step in known):
        assert receiver == A
