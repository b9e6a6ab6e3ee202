"""Stored bytes are read again: oldest look first, a bounded share; damage is recorded wherever the file is used."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import obstore
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.stored_files.jobs import look_at_doubted, record_doubted
from services.alerts_worker.stored_files.keeping import verify_share
from services.alerts_worker.stored_files.queries import list_due
from shared.clock import now
from shared.db.models import AuditEntry, Evidence, EvidenceFile, EvidenceFinding, EvidenceVersion, Upload
from shared.db.session import Sessions
from shared.events import StoredFileDoubted
from shared.storage import get_store
from tests.alerts_worker.cases import PDF, list_payloads, make_evidence, make_reviewed_assignment, make_upload

LONG_AGO = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


async def uploads_of(session: AsyncSession, evidence: Evidence) -> list[Upload]:
    statement = (
        select(Upload)
        .join(EvidenceFile, EvidenceFile.upload_id == Upload.id)
        .join(EvidenceVersion, EvidenceVersion.id == EvidenceFile.evidence_version_id)
        .where(EvidenceVersion.evidence_id == evidence.id)
        .order_by(EvidenceFile.position)
    )
    found = await session.scalars(statement.execution_options(populate_existing=True))
    return list(found)


async def with_files(session: AsyncSession, *contents: bytes) -> tuple[Evidence, list[Upload]]:
    evidence = await make_evidence(session, await make_reviewed_assignment(session), contents)
    await session.commit()
    return evidence, await uploads_of(session, evidence)


async def flip(upload: Upload, content: bytes) -> None:
    await obstore.put_async(get_store(), upload.storage_key, content[:-1] + bytes([content[-1] ^ 1]))


async def verify(sessions: Sessions, at: datetime) -> tuple[int, int] | None:
    return await verify_share(sessions, rate=1 << 40, now=at, stop=asyncio.Event())


async def test_what_is_sound_is_looked_at_again_last(session: AsyncSession, sessions: Sessions) -> None:
    evidence, uploads = await with_files(session, PDF + b"sound 1", PDF + b"sound 2")
    await session.execute(update(Upload).values(verified_at=LONG_AGO))
    await session.commit()
    assert await verify(sessions, now()) == (2, 0)
    looked = [upload.verified_at for upload in await uploads_of(session, evidence)]
    assert all(at > LONG_AGO for at in looked)
    assert await list_payloads(session, "evidence.damaged") == []
    assert uploads[0].damaged_at is None


@pytest.mark.parametrize("lost", [False, True])
async def test_damage_is_recorded_wherever_the_file_is_used(
    session: AsyncSession, sessions: Sessions, *, lost: bool
) -> None:
    content = PDF + b"damaged"
    evidence, (sound, damaged) = await with_files(session, PDF + b"sound", content)
    other, (same,) = await with_files(session, content)
    if lost:
        await obstore.delete_async(get_store(), damaged.storage_key)
    else:
        await flip(damaged, content)
    assert await verify(sessions, now()) == (1, 1)
    await session.refresh(sound)
    assert sound.damaged_at is None
    for upload in (damaged, same):
        await session.refresh(upload)
        assert upload.damaged_at is not None
    assert await list_payloads(session, "evidence.damaged") == [
        {"evidence_id": str(each.id), "version": 1} for each in (evidence, other)
    ]
    findings = (await session.scalars(select(EvidenceFinding).order_by(EvidenceFinding.id))).all()
    assert [(each.step, each.outcome) for each in findings] == [("stored", "lost" if lost else "mismatch")] * 2
    assert {each.message[:12] for each in findings} == {"Tệp lưu trữ "}
    (told,) = list(findings[0].facts["files"])  # type: ignore[call-overload]
    assert (told["position"], told["sha256"]) == (2, damaged.sha256)
    entries = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "upload.damaged"))).all()
    assert {(entry.actor, entry.target_id) for entry in entries} == {
        ("system:verify_stored_files", each.id) for each in (damaged, same)
    }
    assert await verify(sessions, now() + timedelta(minutes=1)) == (1, 0), "the damaged one is not looked at again"


async def test_two_damaged_files_of_a_version_are_one_finding(session: AsyncSession, sessions: Sessions) -> None:
    contents = [PDF + b"one", PDF + b"two"]
    _, uploads = await with_files(session, *contents)
    for upload, content in zip(uploads, contents, strict=True):
        await flip(upload, content)
    assert await verify(sessions, now()) == (0, 2)
    (finding,) = (await session.scalars(select(EvidenceFinding))).all()
    files = finding.facts["files"]
    assert isinstance(files, list)
    assert sorted(each["position"] for each in files) == [1, 2]


async def test_a_span_belongs_to_one_worker(session: AsyncSession, sessions: Sessions) -> None:
    await with_files(session, PDF + b"a span")
    at = now()
    assert await verify(sessions, at) == (1, 0)
    assert await verify(sessions, at) is None


async def test_a_share_is_bounded_in_bytes_and_begins_with_the_oldest_look(session: AsyncSession) -> None:
    _, uploads = await with_files(session, *(PDF + bytes([number]) * 100 for number in range(4)))
    for place, upload in enumerate(reversed(uploads)):
        upload.verified_at = LONG_AGO + timedelta(days=place)
    await session.commit()
    oldest_first = [upload.storage_key for upload in reversed(uploads)]
    size = uploads[0].size
    for budget, count in ((0, 1), (size, 1), (2 * size, 2), (2 * size + 1, 2), (100 * size, 4)):
        due = await list_due(session, budget=budget, limit=100)
        assert [each.key for each in due] == oldest_first[:count]
    assert len(await list_due(session, budget=100 * size, limit=3)) == 3


async def is_damaged(session: AsyncSession, upload: Upload) -> bool:
    await session.refresh(upload)
    return upload.damaged_at is not None


async def doubt(session: AsyncSession, sessions: Sessions, upload_id: UUID) -> None:
    event = StoredFileDoubted(upload_id=upload_id)
    await record_doubted(session, event, await look_at_doubted(sessions, event), now())
    await session.commit()


async def test_a_doubt_is_looked_into_at_once(session: AsyncSession, sessions: Sessions) -> None:
    content = PDF + b"doubted"
    _, (upload,) = await with_files(session, content)
    await doubt(session, sessions, upload.id)
    assert not await is_damaged(session, upload)
    await flip(upload, content)
    await doubt(session, sessions, upload.id)
    assert await is_damaged(session, upload)
    await doubt(session, sessions, upload.id)
    assert len(await list_payloads(session, "evidence.damaged")) == 1


async def test_the_same_file_sent_again_mends_the_store_for_those_who_send_it(
    session: AsyncSession, sessions: Sessions
) -> None:
    content = PDF + b"sent again"
    evidence, (old,) = await with_files(session, content)
    await flip(old, content)
    await verify(sessions, now())
    new = await make_upload(session, evidence.organization_id, content)
    await session.commit()
    assert await verify(sessions, now() + timedelta(minutes=1)) == (1, 0)
    assert await is_damaged(session, old)
    assert not await is_damaged(session, new)
