"""Evidence that proves several assignments: a verdict, a new version and a withdrawal reach every one of them."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts.jobs import apply_verdict, drop_withdrawn, resubmit_evidence, settle_linked
from services.alerts_worker.verdicts.queries import list_submitted
from shared.audit import System
from shared.db.models import Assignment, CompletionEvidence, Evidence, EvidenceAssignment, Organization, Plan
from shared.domain.assignment_states import Verdict
from shared.events import AppraisalDecided, EvidenceLinked, EvidenceReleased, EvidenceWithdrawn
from shared.tracking.opening import open_begun_cycles
from tests.alerts_worker.cases import (
    MONDAY,
    WEDNESDAY,
    appraise,
    list_steps,
    make_evidence,
    make_reviewed_assignment,
    make_version,
    submit,
)
from tests.factories.tracking import make_task


async def two_of_a_plan(session: AsyncSession) -> tuple[Assignment, Assignment]:
    first = await make_reviewed_assignment(session)
    plan = await session.get_one(Plan, first.plan_id)
    lead = await session.get_one(Organization, first.organization_id)
    await make_task(session, plan, lead, code="2")
    opened = await open_begun_cycles(session, plan, System("tests"), on=MONDAY.date(), now=MONDAY)
    (second,) = (each for each in opened if each.id != first.id)
    return first, second


async def shared_evidence(session: AsyncSession, first: Assignment, second: Assignment) -> Evidence:
    evidence = await make_evidence(session, first)
    session.add(EvidenceAssignment(evidence_id=evidence.id, assignment_id=second.id, linked_at=MONDAY))
    await session.flush()
    return evidence


async def decide(session: AsyncSession, evidence: Evidence, verdict: Verdict, version: int = 1) -> None:
    given = await appraise(session, evidence, verdict, version=version, reasons=["not_signed"])
    event = AppraisalDecided(appraisal_id=given.id, assignment_id=evidence.assignment_id)
    await apply_verdict(session, event, WEDNESDAY)


async def test_one_verdict_completes_all_that_stand_on_it(session: AsyncSession) -> None:
    first, second = await two_of_a_plan(session)
    evidence = await shared_evidence(session, first, second)
    for each in (first, second):
        await submit(session, each, evidence)
    await decide(session, evidence, Verdict.VALID)
    assert (first.status, second.status) == ("completed", "completed")


async def test_a_refusal_sends_all_back_and_a_new_version_returns_all_to_appraisal(session: AsyncSession) -> None:
    first, second = await two_of_a_plan(session)
    evidence = await shared_evidence(session, first, second)
    for each in (first, second):
        await submit(session, each, evidence)
    await decide(session, evidence, Verdict.INVALID)
    assert (first.status, second.status) == ("needs_completion", "needs_completion")
    await make_version(session, evidence, 2, [], "released")
    released = EvidenceReleased(evidence_id=evidence.id, version=2, assignment_id=first.id)
    await resubmit_evidence(session, released, WEDNESDAY)
    assert (first.status, second.status) == ("awaiting_appraisal", "awaiting_appraisal")


async def test_a_verdict_given_before_the_link_is_known_after_it(session: AsyncSession) -> None:
    first, second = await two_of_a_plan(session)
    evidence = await make_evidence(session, first)
    await decide(session, evidence, Verdict.VALID_BUT_POOR)
    assert (first.verdict, second.verdict) == ("valid_but_poor", None)
    session.add(EvidenceAssignment(evidence_id=evidence.id, assignment_id=second.id, linked_at=MONDAY))
    await session.flush()
    await settle_linked(session, EvidenceLinked(evidence_id=evidence.id, assignment_id=second.id), WEDNESDAY)
    assert second.verdict == "valid_but_poor"


async def withdraw(session: AsyncSession, evidence: Evidence) -> None:
    evidence.withdrawn_at, evidence.withdrawn_by, evidence.withdrawal_reason = WEDNESDAY, "x", "x"
    await session.flush()


async def test_what_is_left_of_a_completion_may_suffice(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    kept, taken_back = [await make_evidence(session, assignment) for _ in range(2)]
    await submit(session, assignment, kept, taken_back)
    await decide(session, kept, Verdict.VALID)
    assert assignment.status == "awaiting_appraisal"
    await withdraw(session, taken_back)
    await drop_withdrawn(session, EvidenceWithdrawn(evidence_id=taken_back.id), WEDNESDAY)
    assert assignment.status == "completed"
    left = select(CompletionEvidence.evidence_id).where(CompletionEvidence.assignment_id == assignment.id)
    assert (await session.scalars(left)).all() == [kept.id]


async def test_what_was_withdrawn_counts_no_more_before_the_worker_heard_of_it(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    kept, taken_back = [await make_evidence(session, assignment) for _ in range(2)]
    await submit(session, assignment, kept, taken_back)
    await withdraw(session, taken_back)
    assert await list_submitted(session, assignment.id) == {kept.id: 1}


async def test_a_version_released_after_the_withdrawal_returns_nothing_to_appraisal(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    await decide(session, evidence, Verdict.INVALID)
    await make_version(session, evidence, 2, [], "released")
    await withdraw(session, evidence)
    released = EvidenceReleased(evidence_id=evidence.id, version=2, assignment_id=assignment.id)
    await resubmit_evidence(session, released, WEDNESDAY)
    assert assignment.status == "needs_completion"


async def test_a_decided_completion_keeps_its_record(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    await decide(session, evidence, Verdict.VALID)
    steps = await list_steps(session, assignment)
    await drop_withdrawn(session, EvidenceWithdrawn(evidence_id=evidence.id), WEDNESDAY)
    kept = select(func.count()).where(CompletionEvidence.assignment_id == assignment.id)
    assert await session.scalar(kept) == 1
    assert await list_steps(session, assignment) == steps
