"""A new version of submitted evidence returns to appraisal by itself."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts.jobs import apply_verdict, resubmit_evidence
from shared.db.models import Assignment, AuditEntry, CompletionEvidence, Evidence
from shared.domain.assignment_states import Verdict
from shared.events import AppraisalDecided, EvidenceReleased
from tests.alerts_worker.cases import (
    WEDNESDAY,
    appraise,
    list_steps,
    make_evidence,
    make_reviewed_assignment,
    make_version,
    submit,
)

BY_WORKER = "system:resubmit_evidence"


async def release(session: AsyncSession, evidence: Evidence, version: int) -> None:
    event = EvidenceReleased(evidence_id=evidence.id, version=version, assignment_id=evidence.assignment_id)
    await resubmit_evidence(session, event, WEDNESDAY)


async def sent_back(session: AsyncSession) -> tuple[Assignment, Evidence]:
    """An assignment whose evidence was found invalid."""
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    refused = await appraise(session, evidence, Verdict.INVALID, reasons=["not_signed"])
    await apply_verdict(session, AppraisalDecided(appraisal_id=refused.id, assignment_id=assignment.id), WEDNESDAY)
    assert assignment.status == "needs_completion"
    return assignment, evidence


async def version_of(session: AsyncSession, evidence: Evidence) -> int:
    statement = select(CompletionEvidence.evidence_version).where(CompletionEvidence.evidence_id == evidence.id)
    return (await session.scalars(statement)).one()


async def test_a_new_version_after_a_refusal_goes_back_to_appraisal_and_can_complete(session: AsyncSession) -> None:
    assignment, evidence = await sent_back(session)
    await make_version(session, evidence, 2, [], "released")
    await release(session, evidence, 2)
    assert assignment.status == "awaiting_appraisal"
    assert await version_of(session, evidence) == 2
    trail = select(AuditEntry.after).where(AuditEntry.action == "assignment.evidence_resubmitted")
    assert (await session.scalars(trail)).one() == {"status": "awaiting_appraisal", "evidence_version": 2}

    accepted = await appraise(session, evidence, Verdict.VALID, version=2, at=WEDNESDAY)
    await apply_verdict(session, AppraisalDecided(appraisal_id=accepted.id, assignment_id=assignment.id), WEDNESDAY)
    assert assignment.status == "completed"


async def test_a_version_replaced_while_waiting_is_the_one_that_counts(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    await make_version(session, evidence, 2, [], "released")
    await release(session, evidence, 2)
    assert (assignment.status, await version_of(session, evidence)) == ("awaiting_appraisal", 2)

    stale = await appraise(session, evidence, Verdict.VALID, version=1)
    await apply_verdict(session, AppraisalDecided(appraisal_id=stale.id, assignment_id=assignment.id), WEDNESDAY)
    assert assignment.status == "awaiting_appraisal"


@pytest.mark.parametrize("version", [1, 2])
async def test_releasing_a_version_twice_or_late_changes_nothing_more(session: AsyncSession, version: int) -> None:
    assignment, evidence = await sent_back(session)
    await make_version(session, evidence, 2, [], "released")
    await release(session, evidence, 2)
    steps = await list_steps(session, assignment)
    await release(session, evidence, version)
    assert await list_steps(session, assignment) == steps
    assert steps[-1] == ("awaiting_appraisal", None, BY_WORKER)


async def test_evidence_no_completion_stands_on_moves_nothing(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await release(session, evidence, 1)
    assert assignment.status == "not_started"


async def test_completed_work_stays_completed(session: AsyncSession) -> None:
    assignment = await make_reviewed_assignment(session)
    evidence = await make_evidence(session, assignment)
    await submit(session, assignment, evidence)
    accepted = await appraise(session, evidence, Verdict.VALID)
    await apply_verdict(session, AppraisalDecided(appraisal_id=accepted.id, assignment_id=assignment.id), WEDNESDAY)
    await make_version(session, evidence, 2, [], "released")
    await release(session, evidence, 2)
    assert (assignment.status, await version_of(session, evidence)) == ("completed", 1)
