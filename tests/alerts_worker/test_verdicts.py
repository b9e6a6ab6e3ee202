"""A verdict reaches its assignment: status, verdict, history, alert days, fact and trail."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts.jobs import apply_verdict, settle_completion
from shared.db.models import Appraisal, Assignment, AuditEntry, Evidence
from shared.domain.assignment_states import AssignmentStatus, Verdict
from shared.events import AppraisalDecided, AssignmentChanged
from tests.alerts_worker.cases import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    appraise,
    list_payloads,
    list_steps,
    make_evidence,
    make_reviewed_assignment,
    make_version,
    submit,
)

ACTOR = "system:apply_verdict"
SUBMITTED = ("awaiting_appraisal", None, "system:tests")


async def handle(session: AsyncSession, appraisal: Appraisal, assignment: Assignment) -> None:
    event = AppraisalDecided(appraisal_id=appraisal.id, assignment_id=assignment.id)
    await apply_verdict(session, event, WEDNESDAY)


async def submitted(session: AsyncSession, *, levels: int = 1) -> tuple[Assignment, Evidence]:
    assignment = await make_reviewed_assignment(session, levels=levels)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    return assignment, evidence


@pytest.mark.parametrize(("verdict", "poor_from"), [(Verdict.VALID, None), (Verdict.VALID_BUT_POOR, date(2026, 3, 3))])
async def test_a_passing_verdict_completes(session: AsyncSession, verdict: Verdict, poor_from: date | None) -> None:
    assignment, evidence = await submitted(session)
    await handle(session, await appraise(session, evidence, verdict), assignment)
    assert (assignment.status, assignment.percent) == ("completed", Decimal(100))
    assert (assignment.verdict, assignment.verdict_on) == (verdict, date(2026, 3, 3))
    assert (assignment.submitted_on, assignment.completed_on) == (date(2026, 3, 2), date(2026, 3, 4))
    assert assignment.poor_quality_from == poor_from
    assert await list_steps(session, assignment) == [SUBMITTED, ("completed", None, ACTOR)]
    assert (await list_payloads(session, "assignment.changed"))[-1]["status"] == "completed"


async def test_an_invalid_verdict_sends_the_work_back_with_its_reasons(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session, levels=2)
    await handle(
        session,
        await appraise(session, evidence, Verdict.INVALID, reasons=["reused"], comment="Đã nộp quý trước"),
        assignment,
    )
    assert assignment.status == "needs_completion"
    assert (await list_steps(session, assignment))[-1] == (
        "needs_completion",
        "Dùng lại minh chứng của nhiệm vụ khác; Đã nộp quý trước",
        ACTOR,
    )
    assert assignment.poor_quality_from == date(2026, 3, 3)
    entries = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == assignment.id))).all()
    (entry,) = [entry for entry in entries if entry.action == "assignment.verdict_applied"]
    assert entry.actor == ACTOR
    assert entry.before == {"status": "awaiting_appraisal", "verdict": None, "verdict_on": None}
    assert entry.after is not None
    assert entry.after["status"] == "needs_completion"


async def test_handling_a_verdict_again_changes_nothing(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session)
    refusal = await appraise(session, evidence, Verdict.INVALID)
    await handle(session, refusal, assignment)
    version, facts = assignment.version, await list_payloads(session, "assignment.changed")
    await handle(session, refusal, assignment)
    assert assignment.version == version
    assert await list_payloads(session, "assignment.changed") == facts
    assert len(await list_steps(session, assignment)) == 2


async def test_every_level_must_pass(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session, levels=2)
    await handle(session, await appraise(session, evidence, Verdict.VALID_BUT_POOR), assignment)
    assert (assignment.status, assignment.verdict) == ("awaiting_appraisal", "valid_but_poor")
    assert assignment.poor_quality_from == date(2026, 3, 3)
    assert assignment.submitted_on == date(2026, 3, 2), "a verdict is not a submission"
    assert (await list_payloads(session, "assignment.changed"))[-1]["status"] == "awaiting_appraisal"
    await handle(session, await appraise(session, evidence, Verdict.VALID, level=2, at=WEDNESDAY), assignment)
    assert assignment.status == "completed"
    assert assignment.poor_quality_from is None, "the latest verdict stands"


async def test_every_piece_of_evidence_must_pass(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    one, other = await make_evidence(session, assignment), await make_evidence(session, assignment)
    await submit(session, assignment, one, other)
    await handle(session, await appraise(session, one, Verdict.VALID), assignment)
    assert assignment.status == "awaiting_appraisal"
    await handle(session, await appraise(session, other, Verdict.VALID, at=WEDNESDAY), assignment)
    assert assignment.status == "completed"


@pytest.mark.parametrize("verdict", [Verdict.VALID, Verdict.INVALID])
async def test_a_late_verdict_on_an_older_version_moves_nothing(session: AsyncSession, verdict: Verdict) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await make_version(session, evidence, 2, (), "released")
    await submit(session, assignment, evidence)
    await handle(session, await appraise(session, evidence, verdict, version=1), assignment)
    assert (assignment.status, assignment.verdict) == ("awaiting_appraisal", None)


async def test_a_verdict_on_evidence_the_completion_does_not_name_changes_nothing(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session)
    other = await make_evidence(session, assignment)
    await handle(session, await appraise(session, evidence, Verdict.VALID), assignment)
    version = assignment.version
    await handle(session, await appraise(session, other, Verdict.INVALID, at=WEDNESDAY), assignment)
    assert (assignment.status, assignment.verdict, assignment.version) == ("completed", "valid", version)
    assert assignment.poor_quality_from is None


async def test_praise_of_other_evidence_does_not_clear_a_refusal(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session)
    other = await make_evidence(session, assignment)
    await handle(session, await appraise(session, evidence, Verdict.INVALID), assignment)
    await handle(session, await appraise(session, other, Verdict.VALID, at=WEDNESDAY), assignment)
    assert (assignment.status, assignment.verdict) == ("needs_completion", "invalid")
    assert assignment.poor_quality_from == date(2026, 3, 3)


async def test_a_refusal_stands_until_the_new_version_is_judged(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session)
    await handle(session, await appraise(session, evidence, Verdict.INVALID), assignment)
    await make_version(session, evidence, 2, (), "released")
    await submit(session, assignment, evidence, now=WEDNESDAY)
    event = AssignmentChanged(assignment_id=assignment.id, status=assignment.status)
    await settle_completion(session, event, WEDNESDAY)
    assert (assignment.verdict, assignment.poor_quality_from) == ("invalid", date(2026, 3, 3))


async def test_a_replayed_refusal_does_not_send_back_the_next_submission(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session)
    refusal = await appraise(session, evidence, Verdict.INVALID)
    await handle(session, refusal, assignment)
    await make_version(session, evidence, 2, (), "released")
    await submit(session, assignment, evidence, now=WEDNESDAY)
    await handle(session, refusal, assignment)
    assert assignment.status == "awaiting_appraisal"
    await handle(session, await appraise(session, evidence, Verdict.VALID, version=2, at=WEDNESDAY), assignment)
    assert assignment.status == "completed"


async def test_outside_appraisal_a_verdict_is_only_recorded(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await handle(session, await appraise(session, evidence, Verdict.INVALID), assignment)
    assert (assignment.status, assignment.verdict) == ("not_started", "invalid")
    assert (assignment.poor_quality_from, assignment.version) == (date(2026, 3, 3), 2)
    assert await list_steps(session, assignment) == []
    assert await list_payloads(session, "assignment.changed") == [
        {"assignment_id": str(assignment.id), "status": "not_started"}
    ]


async def test_events_out_of_order_leave_the_latest_verdict(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    one, other = await make_evidence(session, assignment), await make_evidence(session, assignment)
    latest = await appraise(session, other, Verdict.VALID, at=TUESDAY)
    await handle(session, latest, assignment)
    await handle(session, await appraise(session, one, Verdict.INVALID, at=MONDAY), assignment)
    assert (assignment.verdict, assignment.verdict_on) == ("valid", date(2026, 3, 3))


async def test_work_submitted_on_evidence_appraised_before_is_settled(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await handle(session, await appraise(session, evidence, Verdict.VALID), assignment)
    await submit(session, assignment, evidence, now=WEDNESDAY)
    event = AssignmentChanged(assignment_id=assignment.id, status=assignment.status)
    await settle_completion(session, event, WEDNESDAY)
    assert assignment.status == "completed"


async def test_a_change_to_another_status_settles_nothing(session: AsyncSession) -> None:
    assignment, evidence = await submitted(session)
    await appraise(session, evidence, Verdict.VALID)
    event = AssignmentChanged(assignment_id=assignment.id, status=AssignmentStatus.IN_PROGRESS)
    await settle_completion(session, event, WEDNESDAY)
    assert assignment.status == "awaiting_appraisal"
