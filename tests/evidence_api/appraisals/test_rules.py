"""Whose turn it is to judge, and who never may."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence_api.appraisals.rules import (
    Case,
    Submitter,
    days_waiting,
    ensure_reasoned,
    next_level,
)
from shared.domain.appraisal_reasons import REASON_LABELS_VI, AppraisalReason
from shared.domain.assignment_states import CLOSED, AssignmentStatus, Verdict
from shared.domain.errors import Conflict, Forbidden, Invalid
from shared.domain.principal import Principal, Role

WARD, PROVINCE, CENTRAL, OTHER = (UUID(int=number) for number in (1, 2, 3, 4))
PATHS = {WARD: "/H19/H19.1/", PROVINCE: "/H19/", CENTRAL: "/A01/", OTHER: "/H20/"}
CASE = Case(
    version=2,
    status=AssignmentStatus.AWAITING_APPRAISAL,
    released=True,
    refused=False,
    submitters={Submitter("người nộp", "issuer"), Submitter("người nộp cũ", None), Submitter("trùng tên", "khác")},
    submitter_path="/H19/H19.1/H19.1.5/",
    reviewers=(WARD, PROVINCE, CENTRAL),
    verdicts=(),
)
VALID, POOR, INVALID = Verdict.VALID, Verdict.VALID_BUT_POOR, Verdict.INVALID


def reviewer(organization: UUID, *, subject: str = "người thẩm định", path: str | None = None) -> Principal:
    return Principal(subject, "issuer", organization, path or PATHS[organization], frozenset({Role.REVIEWER}))


@pytest.mark.parametrize(
    ("verdicts", "organization", "level"),
    [
        ((), WARD, 1),
        ((VALID,), PROVINCE, 2),
        ((POOR,), PROVINCE, 2),
        ((VALID, POOR), CENTRAL, 3),
    ],
)
def test_levels_judge_in_order(verdicts: tuple[Verdict, ...], organization: UUID, level: int) -> None:
    assert next_level(replace(CASE, verdicts=verdicts), reviewer(organization), 2) == level


@pytest.mark.parametrize(
    ("verdicts", "organization", "code"),
    [
        ((), PROVINCE, "not-your-turn"),
        ((), CENTRAL, "not-your-turn"),
        ((VALID,), CENTRAL, "not-your-turn"),
        ((VALID,), WARD, "already-appraised"),
        ((VALID, VALID), PROVINCE, "already-appraised"),
        ((INVALID,), WARD, "already-appraised"),
        ((INVALID,), PROVINCE, "already-appraised"),
        ((VALID, INVALID), CENTRAL, "already-appraised"),
        ((VALID, POOR, VALID), CENTRAL, "already-appraised"),
        ((VALID, VALID, VALID), WARD, "already-appraised"),
    ],
)
def test_nobody_judges_out_of_turn(verdicts: tuple[Verdict, ...], organization: UUID, code: str) -> None:
    with pytest.raises(Conflict) as refused:
        next_level(replace(CASE, verdicts=verdicts), reviewer(organization), 2)
    assert refused.value.code == code


def test_a_body_may_judge_at_two_levels() -> None:
    case = replace(CASE, reviewers=(WARD, PROVINCE, WARD), verdicts=(VALID, VALID))
    assert next_level(case, reviewer(WARD), 2) == 3


@pytest.mark.parametrize("version", [1, 3])
def test_a_verdict_binds_the_version_seen(version: int) -> None:
    with pytest.raises(Conflict) as refused:
        next_level(CASE, reviewer(WARD), version)
    assert refused.value.code == "evidence-version-changed"
    assert refused.value.facts == {"current": 2, "named": version}


def test_what_is_not_released_cannot_be_judged() -> None:
    with pytest.raises(Conflict) as refused:
        next_level(replace(CASE, released=False), reviewer(WARD), 2)
    assert refused.value.code == "evidence-not-released"
    with pytest.raises(Conflict) as refused:
        next_level(replace(CASE, released=False, refused=True), reviewer(WARD), 2)
    assert refused.value.code == "evidence-refused"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (reviewer(OTHER), "not-reviewer"),
        (reviewer(WARD, subject="người nộp"), "four-eyes"),
        (reviewer(WARD, subject="người nộp cũ"), "four-eyes"),
        (reviewer(WARD, path="/H19/H19.1/H19.1.5/H19.1.5.1/"), "reviewer-below-submitter"),
    ],
)
def test_who_may_never_judge(by: Principal, code: str) -> None:
    with pytest.raises(Forbidden) as refused:
        next_level(CASE, by, 2)
    assert refused.value.code == code


def test_one_subject_of_two_issuers_is_two_people() -> None:
    assert next_level(CASE, reviewer(WARD, subject="trùng tên"), 2) == 1


@pytest.mark.parametrize("path", ["/H19/H19.1/H19.1.5/", "/H19/H19.1/H19.1.50/", "/H19/H19.1/H19.1.4/", "/H19/"])
def test_the_same_body_a_sibling_or_one_above_may_judge(path: str) -> None:
    assert next_level(CASE, reviewer(WARD, path=path), 2) == 1


@given(st.lists(st.sampled_from(Verdict), max_size=4), st.sampled_from([WARD, PROVINCE, CENTRAL]))
def test_at_most_one_body_may_judge(verdicts: list[Verdict], organization: UUID) -> None:
    case = replace(CASE, verdicts=verdicts[:3])
    try:
        level = next_level(case, reviewer(organization), 2)
    except Conflict:
        return
    assert case.reviewers[level - 1] == organization
    assert level == len(case.verdicts) + 1
    assert INVALID not in case.verdicts


@pytest.mark.parametrize("verdict", [POOR, INVALID])
def test_fault_is_found_with_reasons(verdict: Verdict) -> None:
    ensure_reasoned(verdict, [AppraisalReason.NOT_SIGNED])
    with pytest.raises(Invalid) as refused:
        ensure_reasoned(verdict, [])
    assert refused.value.code == "reasons-required"


def test_a_valid_verdict_needs_no_reason() -> None:
    ensure_reasoned(VALID, [])


def test_every_reason_has_its_words() -> None:
    assert set(REASON_LABELS_VI) == set(AppraisalReason)
    assert len(set(REASON_LABELS_VI.values())) == len(AppraisalReason)


@pytest.mark.parametrize(
    ("released_at", "until", "days"),
    [
        (datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 2, 16, 59, tzinfo=UTC), 0),
        (datetime(2026, 3, 2, 16, 59, tzinfo=UTC), datetime(2026, 3, 2, 17, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 9, 1, tzinfo=UTC), 7),
    ],
)
def test_waiting_is_counted_in_days_of_viet_nam(released_at: datetime, until: datetime, days: int) -> None:
    assert days_waiting(released_at, until) == days


@pytest.mark.parametrize("status", AssignmentStatus)
def test_nothing_is_judged_once_the_work_is_closed(status: AssignmentStatus) -> None:
    case = replace(CASE, status=status)
    if status in CLOSED:
        with pytest.raises(Conflict) as refused:
            next_level(case, reviewer(WARD), 2)
        assert refused.value.code == "assignment-closed"
    else:
        assert next_level(case, reviewer(WARD), 2) == 1
