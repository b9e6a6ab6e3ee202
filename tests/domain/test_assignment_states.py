from datetime import date
from decimal import Decimal

import pytest

from shared.domain.assignment_states import (
    ACTION_LABELS_VI,
    OFFICIAL_LABELS_VI,
    STATUS_LABELS_VI,
    VERDICT_LABELS_VI,
    Action,
    AssignmentStatus,
    OfficialStatus,
    Verdict,
    action_resuming,
    ensure_completion_is_proved,
    ensure_progress_is_acceptable,
    next_status,
    official_status,
)
from shared.domain.errors import Conflict, Invalid

# One row per status, one column per action; a dot is a refusal.
COLUMNS = "progress completion evidence valid final invalid withdrawn suspend resume unstarted appraisal correction"
COLUMNS += " cancel reopen"
TABLE = """
not_started        in_progress      awaiting_appraisal . . . . . suspended . . . . cancelled .
in_progress        in_progress      awaiting_appraisal . . . . . suspended . . . . cancelled .
awaiting_appraisal . . awaiting_appraisal awaiting_appraisal completed needs_completion . suspended . . . . cancelled .
needs_completion   needs_completion awaiting_appraisal awaiting_appraisal . . . awaiting_appraisal \
suspended . . . . cancelled .
completed          . . . . . . . . . . . . . awaiting_appraisal
suspended          . . . . . . . . in_progress not_started awaiting_appraisal needs_completion cancelled .
cancelled          . . . . . . . . in_progress not_started awaiting_appraisal needs_completion . .
"""
ACTIONS = {
    "progress": "report_progress",
    "completion": "submit_completion",
    "evidence": "submit_new_evidence",
    "valid": "appraise_valid",
    "final": "appraise_final_valid",
    "invalid": "appraise_invalid",
    "withdrawn": "withdraw_verdict",
    "unstarted": "resume_unstarted",
    "appraisal": "resume_appraisal",
    "correction": "resume_correction",
}
EXPECTED = {
    (row.split()[0], ACTIONS.get(column, column)): cell
    for row in TABLE.strip().splitlines()
    for column, cell in zip(COLUMNS.split(), row.split()[1:], strict=True)
}


@pytest.mark.parametrize("status", AssignmentStatus)
@pytest.mark.parametrize("action", Action)
def test_every_pair_of_status_and_action(status: AssignmentStatus, action: Action) -> None:
    expected = EXPECTED[status.value, action.value]
    if expected != ".":
        assert next_status(status, action) == expected
        return
    with pytest.raises(Conflict) as refusal:
        next_status(status, action)
    assert refusal.value.code == "transition-not-allowed"
    assert STATUS_LABELS_VI[status] in refusal.value.detail
    assert ACTION_LABELS_VI[action] in refusal.value.detail
    assert refusal.value.facts == {"status": status.value, "action": action.value}


@pytest.mark.parametrize("stopped", [AssignmentStatus.SUSPENDED, AssignmentStatus.CANCELLED])
@pytest.mark.parametrize("stood", ["not_started", "in_progress", "awaiting_appraisal", "needs_completion"])
def test_work_is_taken_up_where_it_stood(stopped: AssignmentStatus, stood: str) -> None:
    status = AssignmentStatus(stood)
    assert next_status(stopped, action_resuming(status)) is status


def test_everything_a_user_reads_has_a_vietnamese_label() -> None:
    assert set(STATUS_LABELS_VI) == set(AssignmentStatus)
    assert set(ACTION_LABELS_VI) == set(Action)
    assert set(VERDICT_LABELS_VI) == set(Verdict)
    assert set(OFFICIAL_LABELS_VI) == set(OfficialStatus)
    assert STATUS_LABELS_VI[AssignmentStatus.NEEDS_COMPLETION] == "Chờ hoàn thiện"


@pytest.mark.parametrize("released", [0, -1])
def test_completion_without_released_evidence_is_refused(released: int) -> None:
    with pytest.raises(Invalid) as refusal:
        ensure_completion_is_proved(released)
    assert refusal.value.code == "evidence-required"


def test_completion_with_released_evidence_is_accepted() -> None:
    ensure_completion_is_proved(1)


@pytest.mark.parametrize(
    ("previous", "percent", "reason", "code"),
    [
        ("0", "0", None, None),
        ("40", "40", None, None),
        ("40", "99.99", None, None),
        ("40", "39.99", "Rà soát lại khối lượng", None),
        ("40", "39.99", None, "reason-required"),
        ("40", "39.99", " ", "reason-required"),
        ("40", "-0.01", "x", "percent-out-of-range"),
        ("40", "100.01", None, "percent-out-of-range"),
        ("40", "NaN", None, "percent-out-of-range"),
        ("40", "Infinity", None, "percent-out-of-range"),
        ("40", "100", None, "evidence-required"),
        ("100", "100.00", "x", "evidence-required"),
        ("100", "60", "Mở lại", None),
    ],
)
def test_progress_rules(previous: str, percent: str, reason: str | None, code: str | None) -> None:
    if code is None:
        ensure_progress_is_acceptable(Decimal(previous), Decimal(percent), reason)
        return
    with pytest.raises(Invalid) as refusal:
        ensure_progress_is_acceptable(Decimal(previous), Decimal(percent), reason)
    assert refusal.value.code == code
    assert [error.code for error in refusal.value.errors] == [code]


DUE = date(2026, 6, 30)
BEFORE, AFTER = date(2026, 6, 29), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("status", "due", "completed_on", "submitted_on", "on", "expected"),
    [
        ("not_started", DUE, None, None, DUE, "in_progress"),
        ("not_started", DUE, None, None, AFTER, "overdue"),
        ("in_progress", DUE, None, None, DUE, "in_progress"),
        ("in_progress", DUE, None, None, AFTER, "overdue"),
        ("in_progress", None, None, None, AFTER, "in_progress"),
        ("awaiting_appraisal", DUE, None, DUE, AFTER, "in_progress"),
        ("awaiting_appraisal", DUE, None, AFTER, AFTER, "overdue"),
        ("awaiting_appraisal", DUE, None, None, AFTER, "overdue"),
        ("needs_completion", DUE, None, BEFORE, AFTER, "overdue"),
        ("needs_completion", DUE, None, BEFORE, DUE, "in_progress"),
        ("completed", DUE, DUE, None, AFTER, "completed_on_time"),
        ("completed", DUE, AFTER, None, AFTER, "completed_late"),
        ("completed", DUE, AFTER, DUE, AFTER, "completed_on_time"),
        ("completed", DUE, AFTER, AFTER, AFTER, "completed_late"),
        ("completed", None, AFTER, AFTER, AFTER, "completed_on_time"),
        ("suspended", DUE, None, None, AFTER, None),
        ("cancelled", DUE, None, None, AFTER, None),
    ],
)
def test_the_official_status(
    status: str,
    due: date | None,
    completed_on: date | None,
    submitted_on: date | None,
    on: date,
    expected: str | None,
) -> None:
    assert official_status(AssignmentStatus(status), due, completed_on, submitted_on, on) == expected


def test_completed_work_without_a_day_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="day of submission"):
        official_status(AssignmentStatus.COMPLETED, DUE, None, None, AFTER)
