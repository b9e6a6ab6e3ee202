"""When evidence is taken, and when it may be relied on."""

from uuid import UUID

import pytest

from services.evidence_api.evidence.rules import (
    Carried,
    VersionState,
    ensure_linkable,
    ensure_open,
    ensure_released,
    ensure_uploads,
    ensure_withdrawable,
)
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.errors import Conflict, Invalid

A, B, C = (UUID(int=number) for number in (1, 2, 3))
CLOSED = {AssignmentStatus.COMPLETED, AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED}


@pytest.mark.parametrize("status", AssignmentStatus)
def test_only_work_in_course_takes_evidence(status: AssignmentStatus) -> None:
    if status not in CLOSED:
        ensure_open(status)
        return
    with pytest.raises(Conflict) as refused:
        ensure_open(status)
    assert refused.value.code == "assignment-closed"
    assert refused.value.facts == {"status": status.value}


@pytest.mark.parametrize("state", VersionState)
def test_only_released_versions_may_be_relied_on(state: VersionState) -> None:
    if state is VersionState.RELEASED:
        ensure_released(state)
        return
    with pytest.raises(Conflict) as refused:
        ensure_released(state)
    assert refused.value.code == "evidence-not-released"


def test_uploads_of_ones_own_are_taken() -> None:
    ensure_uploads([A, B], {A, B})


@pytest.mark.parametrize(
    ("named", "owned", "code", "places"),
    [
        ([A, B, C], {B}, "uploads-unknown", ["upload_ids.0", "upload_ids.2"]),
        ([A, B, A], {A, B}, "uploads-repeated", ["upload_ids.0", "upload_ids.2"]),
    ],
)
def test_refused_uploads_are_named(named: list[UUID], owned: set[UUID], code: str, places: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        ensure_uploads(named, owned)
    assert refused.value.code == code
    assert [error.place for error in refused.value.errors] == places
    assert str(A) in refused.value.detail
    assert str(B) not in refused.value.detail


@pytest.mark.parametrize("status", AssignmentStatus)
@pytest.mark.parametrize("others", [0, 1])
def test_what_was_accepted_and_the_last_piece_in_appraisal_stay(status: AssignmentStatus, others: int) -> None:
    refusals = {
        (AssignmentStatus.COMPLETED, 0): "evidence-approved",
        (AssignmentStatus.COMPLETED, 1): "evidence-approved",
        (AssignmentStatus.AWAITING_APPRAISAL, 0): "evidence-in-appraisal",
    }
    carried = [Carried(AssignmentStatus.NEEDS_COMPLETION, 0), Carried(status, others)]
    refusal = refusals.get((status, others))
    if refusal is None:
        ensure_withdrawable(carried)
        return
    with pytest.raises(Conflict) as refused:
        ensure_withdrawable(carried)
    assert refused.value.code == refusal


def test_what_carries_nothing_may_be_withdrawn() -> None:
    ensure_withdrawable([])


@pytest.mark.parametrize(
    ("linked", "same_plan", "refusal"),
    [
        (False, True, None),
        (True, True, "evidence-already-linked"),
        (True, False, "evidence-already-linked"),
        (False, False, "evidence-of-another-plan"),
    ],
)
def test_evidence_proves_further_work_of_its_plan_once(*, linked: bool, same_plan: bool, refusal: str | None) -> None:
    if refusal is None:
        ensure_linkable(linked=linked, same_plan=same_plan)
        return
    with pytest.raises(Conflict) as refused:
        ensure_linkable(linked=linked, same_plan=same_plan)
    assert refused.value.code == refusal
