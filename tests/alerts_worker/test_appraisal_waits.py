"""Silence of a reviewing body is told on once for each step, and is never a verdict."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.appraisal_waits.operations import escalate_overdue
from shared.db.models import Appraisal, Assignment, AuditEntry, Evidence, EvidenceVersion, Organization
from shared.db.models import PendingAppraisal as Pending
from shared.domain.assignment_states import Verdict
from shared.domain.calendar import WorkCalendar
from shared.domain.service_levels import ServiceLevels
from tests.alerts_worker.cases import TUESDAY, appraise, list_payloads, make_evidence, submit
from tests.factories.tracking import make_assignment, make_organization

MONDAY = datetime(2026, 3, 2, 3, tzinfo=UTC)
LEVELS = ServiceLevels((5, 2), WorkCalendar(frozenset(), frozenset()))
LAST_DAY = date(2026, 3, 9)


async def waiting(session: AsyncSession) -> tuple[Assignment, Evidence, Organization]:
    """Submitted evidence released on a Monday, its assignment, and whoever stands above the first of two bodies."""
    superior = await make_organization(session, kind="province")
    team = await make_organization(session, parent=superior, kind="reviewing_body")
    assignment = await make_assignment(session, reviewers=[team, superior])
    evidence = await make_evidence(session, assignment)
    release = update(EvidenceVersion).where(EvidenceVersion.evidence_id == evidence.id)
    await session.execute(release.values(released_at=MONDAY))
    await session.execute(update(Pending).values(since=MONDAY))
    await submit(session, assignment, evidence)
    return assignment, evidence, superior


async def escalate(session: AsyncSession, on: date) -> int:
    return await escalate_overdue(session, LEVELS, on=on, now=MONDAY)


async def get_pending(session: AsyncSession, evidence: Evidence) -> Pending:
    return await session.get_one(Pending, evidence.id, populate_existing=True)


async def test_silence_is_told_to_the_superior_once_and_on_the_day_after_the_last(session: AsyncSession) -> None:
    assignment, evidence, superior = await waiting(session)
    assert await escalate(session, LAST_DAY) == 0
    assert await escalate(session, LAST_DAY + timedelta(days=1)) == 1
    assert await escalate(session, LAST_DAY + timedelta(days=30)) == 0
    pending = await get_pending(session, evidence)
    assert (pending.escalated_at, pending.escalated_to) == (MONDAY, superior.id)
    assert await list_payloads(session, "appraisal.overdue") == [
        {
            "evidence_id": str(evidence.id),
            "version": 1,
            "level": 1,
            "organization_id": str(pending.organization_id),
            "assignment_id": str(assignment.id),
        }
    ]
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "appraisal.overdue"))).one()
    assert (entry.actor, entry.target_id) == ("system:escalate_appraisals", evidence.id)


async def test_however_long_a_body_is_silent_nothing_is_approved(session: AsyncSession) -> None:
    assignment, evidence, _ = await waiting(session)
    for days in (10, 100, 1000):
        await escalate(session, LAST_DAY + timedelta(days=days))
    await session.refresh(assignment)
    assert assignment.status == "awaiting_appraisal"
    assert await session.scalar(select(func.count()).select_from(Appraisal)) == 0
    assert (await get_pending(session, evidence)).level == 1


async def test_the_next_level_has_a_step_of_its_own(session: AsyncSession) -> None:
    _, evidence, _ = await waiting(session)
    await escalate(session, LAST_DAY + timedelta(days=1))
    await appraise(session, evidence, Verdict.VALID, at=TUESDAY)
    pending = await get_pending(session, evidence)
    assert (pending.level, pending.since, pending.escalated_at) == (2, TUESDAY, None)
    assert await escalate(session, date(2026, 3, 5)) == 0
    assert await escalate(session, date(2026, 3, 6)) == 1
