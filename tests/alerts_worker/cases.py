"""An assignment with evidence, submissions and verdicts, as the two APIs would have left them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.ids import new_id
from shared.db.models import (
    Appraisal,
    Assignment,
    AssignmentTransition,
    CompletionEvidence,
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    OutboxEvent,
    Plan,
    Upload,
)
from shared.domain.assignment_states import Action, Verdict
from shared.tracking.moving import move
from tests.factories.storing import store_file
from tests.factories.tracking import make_assignment, make_organization

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
MONDAY = datetime(2026, 3, 2, 3, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 3, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 4, 3, tzinfo=UTC)


async def make_reviewed_assignment(session: AsyncSession, *, levels: int = 1) -> Assignment:
    """An assignment due at the end of 2026 in a plan with so many reviewing levels."""
    reviewers = [await make_organization(session, kind="reviewing_body") for _ in range(levels)]
    return await make_assignment(session, reviewers=reviewers)


async def make_upload(session: AsyncSession, organization_id: UUID, content: bytes) -> Upload:
    """A really stored file."""
    stored = await store_file(content)
    upload = Upload(
        id=new_id(),
        organization_id=organization_id,
        uploaded_by="person-1",
        filename="quyết định.pdf",
        media_type="application/pdf",
        size=stored.size,
        sha256=stored.sha256,
        storage_key=stored.key,
    )
    session.add(upload)
    await session.flush()
    return upload


async def make_version(
    session: AsyncSession, evidence: Evidence, number: int, contents: Sequence[bytes], state: str
) -> EvidenceVersion:
    """A further version with the given files."""
    version = EvidenceVersion(id=new_id(), evidence_id=evidence.id, number=number, submitted_by="person-1", state=state)
    session.add(version)
    await session.flush()
    for position, content in enumerate(contents, 1):
        upload = await make_upload(session, evidence.organization_id, content)
        session.add(EvidenceFile(evidence_version_id=version.id, position=position, upload_id=upload.id))
    evidence.current_version = number
    await session.flush()
    return version


async def make_evidence(
    session: AsyncSession, assignment: Assignment, contents: Sequence[bytes] = (), *, state: str = "released"
) -> Evidence:
    """Evidence in its first version."""
    evidence = Evidence(
        id=new_id(),
        assignment_id=assignment.id,
        organization_id=assignment.organization_id,
        kind="signed_document",
        current_version=1,
        version=1,
    )
    session.add(evidence)
    await session.flush()
    await make_version(session, evidence, 1, contents, state)
    return evidence


async def submit(session: AsyncSession, assignment: Assignment, *evidence: Evidence, now: datetime = MONDAY) -> None:
    """Submit completion on the current versions."""
    for each in evidence:
        row = CompletionEvidence(
            assignment_id=assignment.id,
            evidence_id=each.id,
            evidence_version=each.current_version,
            submitted_at=now,
        )
        await session.merge(row)
    move(session, assignment, Action.SUBMIT_COMPLETION, audit.System("tests"), now=now)
    await session.flush()


async def appraise(
    session: AsyncSession,
    evidence: Evidence,
    verdict: Verdict,
    *,
    level: int = 1,
    version: int = 1,
    at: datetime = TUESDAY,
    reasons: Sequence[str] = (),
    comment: str = "",
) -> Appraisal:
    """A verdict of the plan's reviewing body at a level."""
    assignment = await session.get_one(Assignment, evidence.assignment_id)
    plan = await session.get_one(Plan, assignment.plan_id)
    appraisal = Appraisal(
        id=new_id(),
        evidence_id=evidence.id,
        evidence_version=version,
        level=level,
        organization_id=plan.reviewing_organization_ids[level - 1],
        appraised_by="person-2",
        verdict=verdict,
        reasons=list(reasons),
        comment=comment,
        decided_at=at,
    )
    session.add(appraisal)
    await session.flush()
    return appraisal


async def list_payloads(session: AsyncSession, event_type: str) -> list[dict[str, object]]:
    """What left through the outbox, in order."""
    statement = select(OutboxEvent.payload).where(OutboxEvent.type == event_type).order_by(OutboxEvent.id)
    return list((await session.scalars(statement)).all())


async def list_steps(session: AsyncSession, assignment: Assignment) -> list[tuple[str, str | None, str]]:
    """(status reached, reason, actor) of every transition since the assignment was opened, in order."""
    statement = (
        select(AssignmentTransition.to_status, AssignmentTransition.reason, AssignmentTransition.actor)
        .where(AssignmentTransition.assignment_id == assignment.id, AssignmentTransition.from_status.is_not(None))
        .order_by(AssignmentTransition.occurred_at, AssignmentTransition.id)
    )
    return [(row.to_status, row.reason, row.actor) for row in (await session.execute(statement)).all()]
