"""A submitted version is read back from the store, checked, and released or refused, once."""

from collections.abc import Sequence
from uuid import uuid4

import obstore
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.jobs import check_evidence, read_files
from shared.db.models import AuditEntry, Evidence, EvidenceFile, EvidenceFinding, EvidenceVersion, Upload
from shared.db.session import Sessions
from shared.events import EvidenceSubmitted
from shared.storage import get_store
from tests.alerts_worker.cases import PDF, WEDNESDAY, list_payloads, make_evidence, make_reviewed_assignment


def new_content() -> bytes:
    return PDF + uuid4().bytes


async def received(session: AsyncSession, *contents: bytes) -> Evidence:
    assignment = await make_reviewed_assignment(session)
    return await make_evidence(session, assignment, contents, state="received")


async def check(session: AsyncSession, sessions: Sessions, evidence: Evidence) -> None:
    """Handle the event of the first version."""
    await session.commit()
    event = EvidenceSubmitted(evidence_id=evidence.id, version=1)
    files = await read_files(sessions, event)
    await check_evidence(session, event, files, WEDNESDAY)


async def version_of(session: AsyncSession, evidence: Evidence) -> EvidenceVersion:
    return (await session.scalars(select(EvidenceVersion).where(EvidenceVersion.evidence_id == evidence.id))).one()


async def findings_of(session: AsyncSession, evidence: Evidence) -> Sequence[EvidenceFinding]:
    version = await version_of(session, evidence)
    statement = select(EvidenceFinding).where(EvidenceFinding.evidence_version_id == version.id)
    return (await session.scalars(statement.order_by(EvidenceFinding.id))).all()


async def upload_of(session: AsyncSession, evidence: Evidence) -> Upload:
    version = await version_of(session, evidence)
    statement = select(Upload).join(EvidenceFile, EvidenceFile.upload_id == Upload.id)
    return (await session.scalars(statement.where(EvidenceFile.evidence_version_id == version.id))).one()


async def test_intact_files_are_released(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content(), new_content())
    await check(session, sessions, evidence)
    version = await version_of(session, evidence)
    assert (version.state, version.released_at) == ("released", WEDNESDAY)
    assert [(finding.step, finding.outcome) for finding in await findings_of(session, evidence)] == [
        ("inspected", "passed"),
        ("scanned", "not_configured"),
        ("verified", "passed"),
        ("compared", "unmatched"),
    ]
    assert await list_payloads(session, "evidence.released") == [
        {"evidence_id": str(evidence.id), "version": 1, "assignment_id": str(evidence.assignment_id)}
    ]
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == version.id))).one()
    assert (entry.actor, entry.action) == ("system:check_evidence", "evidence.released")


async def test_checking_again_changes_nothing(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    await check(session, sessions, evidence)
    await check(session, sessions, evidence)
    assert len(await findings_of(session, evidence)) == 4
    assert len(await list_payloads(session, "evidence.released")) == 1


async def test_a_file_the_store_has_lost_is_refused(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    upload = await upload_of(session, evidence)
    await obstore.delete_async(get_store(), upload.storage_key)
    await check(session, sessions, evidence)
    version = await version_of(session, evidence)
    assert (version.state, version.released_at) == ("refused", None)
    assert [(finding.step, finding.outcome) for finding in await findings_of(session, evidence)] == [
        ("inspected", "missing")
    ]
    assert await list_payloads(session, "evidence.released") == []


async def test_bytes_changed_in_the_store_are_refused(session: AsyncSession, sessions: Sessions) -> None:
    evidence = await received(session, new_content())
    upload = await upload_of(session, evidence)
    await obstore.put_async(get_store(), upload.storage_key, PDF + b"another decision")
    await check(session, sessions, evidence)
    assert (await version_of(session, evidence)).state == "refused"
    assert (await findings_of(session, evidence))[-1].outcome == "mismatch"
    assert await list_payloads(session, "evidence.released") == []
