"""A withdrawn verdict no longer holds its assignment where it put it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts.jobs import apply_verdict, apply_withdrawal
from shared.db.models import Appraisal, Assignment, Evidence
from shared.domain.assignment_states import Verdict
from shared.events import AppraisalDecided, AppraisalWithdrawn
from tests.alerts_worker.cases import (
    WEDNESDAY,
    appraise,
    list_payloads,
    list_steps,
    make_evidence,
    make_reviewed_assignment,
    make_version,
    submit,
)

THURSDAY = datetime(2026, 3, 5, 3, tzinfo=UTC)
ACTOR = "system:apply_withdrawal"
WHY = "Rút lại kết luận thẩm định: Xem nhầm tệp"


async def decided(session: AsyncSession, verdict: Verdict) -> tuple[Assignment, Evidence, Appraisal]:
    """Work submitted and decided by its only level."""
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    appraisal = await appraise(session, evidence, verdict)
    await apply_verdict(session, AppraisalDecided(appraisal_id=appraisal.id, assignment_id=assignment.id), WEDNESDAY)
    return assignment, evidence, appraisal


async def withdraw(session: AsyncSession, appraisal: Appraisal, assignment: Assignment) -> None:
    appraisal.withdrawn_at, appraisal.withdrawn_by, appraisal.withdrawal_reason = THURSDAY, "x", "Xem nhầm tệp"
    await session.flush()
    event = AppraisalWithdrawn(appraisal_id=appraisal.id, assignment_id=assignment.id)
    await apply_withdrawal(session, event, THURSDAY)


@pytest.mark.parametrize("verdict", [Verdict.VALID, Verdict.VALID_BUT_POOR])
async def test_completed_work_is_in_appraisal_again_with_the_reason(session: AsyncSession, verdict: Verdict) -> None:
    assignment, _, appraisal = await decided(session, verdict)
    await withdraw(session, appraisal, assignment)
    assert (assignment.status, assignment.percent, assignment.completed_on) == ("awaiting_appraisal", Decimal(0), None)
    assert assignment.submitted_on == date(2026, 3, 2), "the submitter has done nothing again"
    assert (assignment.verdict, assignment.verdict_on, assignment.poor_quality_from) == (None, None, None)
    assert (await list_steps(session, assignment))[-1] == ("awaiting_appraisal", WHY, ACTOR)
    assert (await list_payloads(session, "assignment.changed"))[-1]["status"] == "awaiting_appraisal"


@pytest.mark.parametrize(
    ("corrected", "status"),
    [
        (Verdict.VALID_BUT_POOR, "completed"),
        (Verdict.INVALID, "needs_completion"),
    ],
)
async def test_the_corrected_verdict_decides(session: AsyncSession, corrected: Verdict, status: str) -> None:
    assignment, evidence, appraisal = await decided(session, Verdict.VALID)
    await withdraw(session, appraisal, assignment)
    again = await appraise(session, evidence, corrected, at=THURSDAY)
    await apply_verdict(session, AppraisalDecided(appraisal_id=again.id, assignment_id=assignment.id), THURSDAY)
    assert (assignment.status, assignment.verdict) == (status, corrected)


async def test_a_refusal_taken_back_never_sent_the_work_back(session: AsyncSession) -> None:
    assignment, evidence, appraisal = await decided(session, Verdict.INVALID)
    assert (assignment.status, assignment.poor_quality_from) == ("needs_completion", date(2026, 3, 3))
    await withdraw(session, appraisal, assignment)
    assert (assignment.status, assignment.submitted_on) == ("awaiting_appraisal", date(2026, 3, 2))
    assert (assignment.verdict, assignment.poor_quality_from) == (None, None)
    assert (await list_steps(session, assignment))[-1] == ("awaiting_appraisal", WHY, ACTOR)
    again = await appraise(session, evidence, Verdict.VALID, at=THURSDAY)
    await apply_verdict(session, AppraisalDecided(appraisal_id=again.id, assignment_id=assignment.id), THURSDAY)
    assert (assignment.status, assignment.verdict) == ("completed", "valid")


async def test_another_refusal_still_holds_the_work_back(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    one, other = await make_evidence(session, assignment), await make_evidence(session, assignment)
    await submit(session, assignment, one, other)
    first, second = [await appraise(session, each, Verdict.INVALID) for each in (one, other)]
    await apply_verdict(session, AppraisalDecided(appraisal_id=first.id, assignment_id=assignment.id), WEDNESDAY)
    await withdraw(session, first, assignment)
    assert (assignment.status, assignment.verdict) == ("needs_completion", "invalid")
    await withdraw(session, second, assignment)
    assert assignment.status == "awaiting_appraisal"


async def test_the_verdict_before_the_withdrawn_one_counts_again(session: AsyncSession) -> None:
    assignment, evidence, _ = await decided(session, Verdict.INVALID)
    await make_version(session, evidence, 2, (), "released")
    await submit(session, assignment, evidence, now=WEDNESDAY)
    later = await appraise(session, evidence, Verdict.VALID, version=2, at=WEDNESDAY)
    await apply_verdict(session, AppraisalDecided(appraisal_id=later.id, assignment_id=assignment.id), WEDNESDAY)
    await withdraw(session, later, assignment)
    assert (assignment.status, assignment.verdict, assignment.verdict_on) == (
        "awaiting_appraisal",
        "invalid",
        date(2026, 3, 3),
    )


async def test_a_withdrawal_handled_again_or_before_its_verdict_changes_nothing_more(session: AsyncSession) -> None:
    assignment, _, appraisal = await decided(session, Verdict.VALID)
    await withdraw(session, appraisal, assignment)
    steps, version = await list_steps(session, assignment), assignment.version
    event = AppraisalWithdrawn(appraisal_id=appraisal.id, assignment_id=assignment.id)
    await apply_withdrawal(session, event, THURSDAY)
    await apply_verdict(session, AppraisalDecided(appraisal_id=appraisal.id, assignment_id=assignment.id), THURSDAY)
    assert (await list_steps(session, assignment), assignment.version) == (steps, version)
