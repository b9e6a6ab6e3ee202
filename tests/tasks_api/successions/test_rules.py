"""Which successions can be true together."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.tasks_api.successions.rules import Step, Term, ensure_coherent, ensure_divided, last_day_of
from shared.domain.errors import DomainError
from shared.domain.successions import SuccessionKind

MERGE, DISSOLVE, SPLIT = SuccessionKind
A, B, C = (uuid4() for _ in range(3))
JULY, AUGUST, SEPTEMBER = (date(2026, month, 1) for month in (7, 8, 9))
JUNE_30 = date(2026, 6, 30)


def step(predecessor: UUID, receiver: UUID, kind: SuccessionKind, on: date) -> Step:
    return Step(predecessor, receiver, kind, on)


def told(
    new: Step,
    *known: Step,
    of: tuple[date | None, date | None] = (None, None),
    to: tuple[date | None, date | None] = (None, None),
) -> str | None:
    """The code of the refusal; `of` and `to` are the days of predecessor and receiver."""
    try:
        ensure_coherent(new, Term(new.predecessor_id, *of), Term(new.receiver_id, *to), known)
    except DomainError as error:
        return error.code
    return None


@pytest.mark.parametrize("kind", SuccessionKind)
def test_an_organization_is_succeeded_by_another_one(kind: SuccessionKind) -> None:
    assert told(step(A, B, kind, JULY)) is None
    assert told(step(A, A, kind, JULY)) == "succession-to-itself"


@pytest.mark.parametrize(
    ("of", "to", "code"),
    [
        ((JUNE_30, None), (JULY, None), None),
        ((JULY, None), (None, None), "predecessor-not-yet"),
        ((None, None), (AUGUST, None), "receiver-not-yet"),
        ((None, None), (None, JUNE_30), "receiver-ended"),
        ((None, None), (None, JULY), None),
        ((None, JUNE_30), (None, None), None),
        ((None, date(2026, 6, 29)), (None, None), "succession-contradicts"),
    ],
)
def test_both_exist_on_the_day(
    of: tuple[date | None, date | None], to: tuple[date | None, date | None], code: str | None
) -> None:
    assert told(step(A, B, MERGE, JULY), of=of, to=to) == code


@pytest.mark.parametrize("ending", [MERGE, DISSOLVE])
def test_what_has_ended_receives_nothing_more(ending: SuccessionKind) -> None:
    ended = step(B, C, ending, AUGUST)
    assert told(step(A, B, MERGE, JULY), ended) is None
    assert told(step(A, B, MERGE, AUGUST), ended) == "receiver-ended"
    assert told(step(A, B, MERGE, SEPTEMBER), ended) == "receiver-ended"


@pytest.mark.parametrize("first", [MERGE, DISSOLVE])
@pytest.mark.parametrize("second", [MERGE, DISSOLVE])
def test_no_chain_comes_back_to_where_it_began(first: SuccessionKind, second: SuccessionKind) -> None:
    there = step(A, B, first, AUGUST)
    assert told(step(B, A, second, SEPTEMBER), there) == "receiver-ended"
    assert told(step(B, A, second, JULY), there) == "succession-contradicts"


def test_a_part_split_off_may_come_back() -> None:
    assert told(step(B, A, MERGE, AUGUST), step(A, B, SPLIT, JULY)) is None


def test_whoever_is_still_to_receive_does_not_end_before() -> None:
    receives = step(A, B, MERGE, AUGUST)
    assert told(step(B, C, MERGE, JULY), receives) == "succession-contradicts"
    assert told(step(B, C, MERGE, AUGUST), receives) == "succession-contradicts"
    assert told(step(B, C, MERGE, SEPTEMBER), receives) is None
    assert told(step(B, C, SPLIT, JULY), receives) is None


@pytest.mark.parametrize(
    ("known", "new", "code"),
    [
        ((MERGE, B, JULY), (MERGE, B, JULY), "succession-recorded"),
        ((MERGE, B, JULY), (DISSOLVE, B, JULY), "succession-contradicts"),
        ((MERGE, B, JULY), (MERGE, C, JULY), "succession-contradicts"),
        ((MERGE, B, JULY), (MERGE, C, AUGUST), "succession-contradicts"),
        ((MERGE, B, AUGUST), (MERGE, C, JULY), "succession-contradicts"),
        ((DISSOLVE, B, JULY), (DISSOLVE, C, JULY), None),
        ((DISSOLVE, B, JULY), (DISSOLVE, C, AUGUST), "succession-contradicts"),
        ((DISSOLVE, B, JULY), (MERGE, C, JULY), "succession-contradicts"),
        ((MERGE, B, AUGUST), (SPLIT, C, JULY), None),
        ((MERGE, B, AUGUST), (SPLIT, C, AUGUST), "succession-contradicts"),
        ((SPLIT, C, JULY), (MERGE, B, AUGUST), None),
        ((SPLIT, C, JULY), (SPLIT, C, AUGUST), None),
        ((SPLIT, C, AUGUST), (MERGE, B, JULY), "succession-contradicts"),
        ((SPLIT, C, AUGUST), (DISSOLVE, B, AUGUST), "succession-contradicts"),
    ],
)
def test_an_organization_ends_once_and_loses_parts_only_before(
    known: tuple[SuccessionKind, UUID, date], new: tuple[SuccessionKind, UUID, date], code: str | None
) -> None:
    before, after = (step(A, receiver, kind, on) for kind, receiver, on in (known, new))
    assert told(after, before) == code


def test_the_last_day_is_the_eve_of_the_end() -> None:
    living = Term(A, None, None)
    end = step(A, B, MERGE, JULY)
    assert last_day_of(living, [end]) == JUNE_30
    assert last_day_of(living, [replace(end, kind=SPLIT), step(B, A, MERGE, JULY)]) is None
    assert last_day_of(Term(A, None, AUGUST), []) == AUGUST
    assert last_day_of(Term(A, None, AUGUST), [end]) == JUNE_30


T, U = uuid4(), uuid4()


def told_of_division(new: Step, known: list[Step], applied: list[Step] | None = None) -> str | None:
    try:
        ensure_divided(new, known, applied or ())
    except DomainError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("kind", "tasks", "known", "code"),
    [
        (MERGE, None, [], None),
        (MERGE, {T}, [], "tasks-not-divided"),
        (SPLIT, None, [], "tasks-required"),
        (SPLIT, set(), [], None),
        (SPLIT, {T}, [], None),
        (DISSOLVE, None, [], None),
        (DISSOLVE, {T}, [], None),
        (DISSOLVE, {T}, [None], None),
        (DISSOLVE, None, [{T}], None),
        (DISSOLVE, None, [None], "main-receiver-known"),
        (DISSOLVE, {T}, [None, {U}], None),
        (DISSOLVE, {T, U}, [None, {U}], "tasks-given-twice"),
    ],
)
def test_it_is_said_which_work_goes_to_whom_and_once(
    kind: SuccessionKind, tasks: set[UUID] | None, known: list[set[UUID] | None], code: str | None
) -> None:
    def divided(receiver: UUID, kind: SuccessionKind, named: set[UUID] | None) -> Step:
        return Step(A, receiver, kind, JULY, None if named is None else frozenset(named))

    beside = [divided(C, DISSOLVE, named) for named in known]
    assert told_of_division(divided(B, kind, tasks), beside) == code


def test_once_the_rest_has_passed_nothing_more_is_named() -> None:
    rest = Step(A, B, DISSOLVE, JULY)
    assert told_of_division(Step(A, C, DISSOLVE, JULY, frozenset({T})), [rest], [rest]) == "succession-applied"
