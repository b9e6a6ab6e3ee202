"""Brings an assignment to where its evidence, and the verdicts given on it, put it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.verdicts import queries, rules
from shared import audit, outbox
from shared.db.models import Appraisal, Assignment
from shared.domain.assignment_states import Action, AssignmentStatus
from shared.domain.calendar import local_date
from shared.events import AssignmentChanged
from shared.tracking.moving import move, set_alert_days

ACTOR = audit.System("apply_verdict")
WITHDRAWER = audit.System("apply_withdrawal")
RESUBMITTER = audit.System("resubmit_evidence")
DROPPER = audit.System("drop_withdrawn")
_UNDECIDED = frozenset({AssignmentStatus.AWAITING_APPRAISAL, AssignmentStatus.NEEDS_COMPLETION})


async def settle(session: AsyncSession, assignment_id: UUID, *, now: datetime) -> None:
    """Record the latest verdict and, for a submitted completion, send it back or accept it.

    Everything is read from what is stored, nothing from the event that asked: the order of events, and asking
    again, make no difference. A verdict on evidence, or on a version, that the completion does not stand on changes
    nothing; while what it stands on has none, the verdict before it stays.
    """
    assignment = await queries.get_assignment_for_update(session, assignment_id)
    submitted = await queries.list_submitted(session, assignment_id)
    latest = await queries.find_latest_appraisal(session, assignment_id, submitted)
    if latest is None:
        return
    before = _state_of(assignment)
    assignment.verdict, assignment.verdict_on = latest.verdict, local_date(latest.decided_at)
    outcome = await _decide(session, assignment, submitted)
    if outcome:
        move(session, assignment, outcome.action, ACTOR, now=now, reason=outcome.reason)
    elif _state_of(assignment) != before:
        set_alert_days(assignment)
        assignment.version += 1
        outbox.add(session, AssignmentChanged(assignment_id=assignment.id, status=assignment.status))
    if _state_of(assignment) != before:
        _record(session, assignment, latest, before)
    await session.flush()


async def _decide(session: AsyncSession, assignment: Assignment, submitted: Mapping[UUID, int]) -> rules.Outcome | None:
    if assignment.status != AssignmentStatus.AWAITING_APPRAISAL:
        return None
    judgements = await queries.list_judgements(session, assignment.id)
    return rules.decide(submitted, judgements, await queries.count_levels(session, assignment.plan_id))


async def take_back(session: AsyncSession, assignment_id: UUID, appraisal_id: UUID, *, now: datetime) -> None:
    """Put an assignment where the verdicts that are left put it, after one of them was withdrawn.

    Only a verdict on what the completion stands on moves it. Its verdict is then the one before the withdrawn one, if
    there is any.
    """
    assignment = await queries.get_assignment_for_update(session, assignment_id)
    withdrawn = await session.get_one(Appraisal, appraisal_id)
    submitted = await queries.list_submitted(session, assignment_id)
    latest = await queries.find_latest_appraisal(session, assignment_id, submitted)
    latest = latest or await queries.find_latest_appraisal(session, assignment_id, {})
    before = _state_of(assignment)
    assignment.verdict = latest.verdict if latest else None
    assignment.verdict_on = local_date(latest.decided_at) if latest else None
    action = None
    if submitted.get(withdrawn.evidence_id) == withdrawn.evidence_version:
        judgements = await queries.list_judgements(session, assignment_id)
        levels = await queries.count_levels(session, assignment.plan_id)
        action = rules.undo(AssignmentStatus(assignment.status), submitted, judgements, levels)
    if action is Action.REOPEN:
        assignment.percent = await queries.find_last_percent(session, assignment_id)
    if action:
        reason = f"Rút lại kết luận thẩm định: {withdrawn.withdrawal_reason}"
        move(session, assignment, action, WITHDRAWER, now=now, reason=reason)
    elif _state_of(assignment) != before:
        set_alert_days(assignment)
        assignment.version += 1
        outbox.add(session, AssignmentChanged(assignment_id=assignment.id, status=assignment.status))
    if _state_of(assignment) != before:
        after = {**_state_of(assignment), "appraisal_id": str(appraisal_id)}
        audit.record(session, WITHDRAWER, "assignment.verdict_withdrawn", assignment, before=before, after=after)
    await session.flush()


async def resubmit(
    session: AsyncSession, assignment_id: UUID, evidence_id: UUID, version: int, *, now: datetime
) -> None:
    """Let a released version take the place of the older one in a completion, and return the work to appraisal.

    Nothing happens for evidence no completion stands on, or that was withdrawn, for an older version, or once the work
    is decided.
    """
    assignment = await queries.get_assignment_for_update(session, assignment_id)
    submitted = await queries.find_submission(session, assignment_id, evidence_id)
    if submitted is None or submitted.evidence_version >= version or assignment.status not in _UNDECIDED:
        return
    if await queries.is_withdrawn(session, evidence_id):
        return
    before: dict[str, object] = {"status": str(assignment.status), "evidence_version": submitted.evidence_version}
    submitted.evidence_version = version
    submitted.submitted_at = now
    move(session, assignment, Action.SUBMIT_NEW_EVIDENCE, RESUBMITTER, now=now)
    after: dict[str, object] = {"status": str(assignment.status), "evidence_version": version}
    audit.record(session, RESUBMITTER, "assignment.evidence_resubmitted", assignment, before=before, after=after)
    await session.flush()


async def drop(session: AsyncSession, assignment_id: UUID, evidence_id: UUID, *, now: datetime) -> None:
    """Take withdrawn evidence out of a completion, and settle what is left of it.

    Also of one that was accepted meanwhile: it was accepted without what had been withdrawn by then.
    """
    assignment = await queries.get_assignment_for_update(session, assignment_id)
    submitted = await queries.find_submission(session, assignment_id, evidence_id)
    if submitted is None or not await queries.is_withdrawn(session, evidence_id):
        return
    before: dict[str, object] = {"evidence_id": str(evidence_id), "evidence_version": submitted.evidence_version}
    await queries.drop_submission(session, assignment_id, evidence_id)
    audit.record(session, DROPPER, "assignment.evidence_dropped", assignment, before=before)
    await settle(session, assignment_id, now=now)


def _state_of(assignment: Assignment) -> dict[str, object]:
    verdict_on = assignment.verdict_on.isoformat() if assignment.verdict_on else None
    return {"status": str(assignment.status), "verdict": assignment.verdict, "verdict_on": verdict_on}


def _record(session: AsyncSession, assignment: Assignment, latest: Appraisal, before: dict[str, object]) -> None:
    after = {**_state_of(assignment), "appraisal_id": str(latest.id)}
    audit.record(session, ACTOR, "assignment.verdict_applied", assignment, before=before, after=after)
