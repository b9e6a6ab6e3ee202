"""What every read of a file owes: an entry in the trail, the version asked for, and the bytes that were submitted."""

from datetime import timedelta
from uuid import UUID

import httpx
import obstore
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence_files.ranges import ByteRange
from services.evidence_api.evidence_files.serving import Outflow, StoredBytesDiffer, serve
from shared.clock import now
from shared.db.models import AuditEntry, EvidenceFile, EvidenceVersion, Upload
from shared.storage import get_store
from tests.evidence_api.scene import (
    PDF,
    Scene,
    code_of,
    payloads,
    released_evidence,
    set_state,
    submit,
    submit_next,
    trail,
    upload,
)

READ = "evidence_file.read"
LARGE = PDF + bytes(range(256)) * 12_000


def address(evidence_id: str, position: int = 1) -> str:
    return f"/v1/evidence/{evidence_id}/files/{position}/content"


async def upload_of(session: AsyncSession, evidence_id: str) -> Upload:
    statement = (
        select(Upload)
        .join(EvidenceFile, EvidenceFile.upload_id == Upload.id)
        .join(EvidenceVersion, EvidenceVersion.id == EvidenceFile.evidence_version_id)
        .where(EvidenceVersion.evidence_id == UUID(evidence_id))
    )
    return (await session.scalars(statement)).one()


async def test_each_whole_read_is_written_down(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    for caller in (scene.reviewer, scene.reviewer, scene.viewer):
        assert (await evidence_api.get(address(evidence_id), headers=caller)).status_code == 200
    stored = await upload_of(session, evidence_id)
    entries = await trail(session, READ)
    told = {"version": 1, "filename": stored.filename, "sha256": stored.sha256}
    assert [entry.after for entry in entries] == [told] * 3
    assert [entry.organization_id for entry in entries] == [scene.helper_team.id] * 2 + [scene.office.id]


async def test_parts_that_follow_one_another_are_one_read(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    for part in ("bytes=0-4", "bytes=5-9", "bytes=-3"):
        response = await evidence_api.get(address(evidence_id), headers=scene.reviewer | {"Range": part})
        assert response.status_code == 206
    assert len(await trail(session, READ)) == 1
    await evidence_api.get(address(evidence_id), headers=scene.viewer | {"Range": "bytes=5-9"})
    assert len(await trail(session, READ)) == 2, "another reader's part is another read"


async def test_a_part_asked_for_much_later_is_a_read_of_its_own(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    asked = scene.reviewer | {"Range": "bytes=0-4"}
    assert (await evidence_api.get(address(evidence_id), headers=asked)).status_code == 206
    earlier = update(AuditEntry).where(AuditEntry.action == READ).values(occurred_at=now() - timedelta(minutes=11))
    await session.execute(earlier)
    await session.commit()
    assert (await evidence_api.get(address(evidence_id), headers=asked)).status_code == 206
    assert len(await trail(session, READ)) == 2


async def test_what_is_refused_is_no_read(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    await evidence_api.get(address(evidence_id), headers=scene.reviewer)
    await set_state(session, evidence_id)
    await evidence_api.get(address(evidence_id), headers=scene.reviewer | {"Range": "bytes=9999-"})
    assert await trail(session, READ) == []


async def test_earlier_versions_stay_readable(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    first = await upload(evidence_api, scene.reporter, PDF + b"the first")
    evidence_id = await submit(evidence_api, scene, first)
    await set_state(session, evidence_id)
    await submit_next(evidence_api, scene, evidence_id)
    old = await evidence_api.get(f"{address(evidence_id)}?version=1", headers=scene.reviewer)
    assert (old.status_code, old.content) == (200, PDF + b"the first")
    new = await evidence_api.get(f"{address(evidence_id)}?version=2", headers=scene.reviewer)
    assert code_of(new) == (409, "evidence-not-released")
    none = await evidence_api.get(f"{address(evidence_id)}?version=3", headers=scene.reviewer)
    assert code_of(none) == (404, "file-not-found")


async def damage(stored: Upload, content: bytes | None) -> None:
    """Change what the store holds, behind its back; None loses it."""
    if content is None:
        await obstore.delete_async(get_store(), stored.storage_key)
    else:
        await obstore.put_async(get_store(), stored.storage_key, content)


@pytest.mark.parametrize("found", [None, PDF[:-1] + b"!", b""], ids=["lost", "changed", "emptied"])
async def test_small_files_that_are_not_what_was_submitted_are_refused(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, found: bytes | None
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    stored = await upload_of(session, evidence_id)
    await damage(stored, found)
    response = await evidence_api.get(address(evidence_id), headers=scene.reviewer)
    assert code_of(response) == (409, "file-damaged")
    assert await payloads(session, "stored_file.doubted") == [{"upload_id": str(stored.id)}]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [(PDF, "bytes=0-3"), (LARGE, "bytes=0-3"), (LARGE, "bytes=-9"), (LARGE, "bytes=0-")],
    ids=["small", "beginning", "end", "all"],
)
async def test_no_part_is_given_of_a_file_that_is_damaged_anywhere(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, content: bytes, wanted: str
) -> None:
    content += wanted.encode()
    evidence_id = await submit(evidence_api, scene, await upload(evidence_api, scene.reporter, content))
    await set_state(session, evidence_id)
    stored = await upload_of(session, evidence_id)
    await damage(stored, content[:40] + bytes([content[40] ^ 1]) + content[41:])
    response = await evidence_api.get(address(evidence_id), headers=scene.reviewer | {"Range": wanted})
    assert (response.status_code, response.content) == (206, b"") or code_of(response) == (409, "file-damaged")
    assert await payloads(session, "stored_file.doubted") == [{"upload_id": str(stored.id)}]


@pytest.mark.parametrize("content", [PDF, LARGE], ids=["small", "large"])
async def test_what_goes_bad_between_two_parts_is_not_given(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, content: bytes
) -> None:
    content += b"between"
    evidence_id = await submit(evidence_api, scene, await upload(evidence_api, scene.reporter, content))
    await set_state(session, evidence_id)
    stored = await upload_of(session, evidence_id)
    parts = (f"bytes=1-{len(content) - 2}", "bytes=-9", "bytes=3-3")
    for wanted, part in zip(parts, (content[1:-1], content[-9:], content[3:4]), strict=True):
        response = await evidence_api.get(address(evidence_id), headers=scene.reviewer | {"Range": wanted})
        assert (response.status_code, response.content) == (206, part)
    await damage(stored, content[:40] + bytes([content[40] ^ 1]) + content[41:])
    response = await evidence_api.get(address(evidence_id), headers=scene.reviewer | {"Range": "bytes=3-3"})
    assert code_of(response) == (409, "file-damaged")
    assert await payloads(session, "stored_file.doubted") == [{"upload_id": str(stored.id)}]


async def test_a_large_file_lost_while_a_part_is_on_its_way_is_told(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    content = LARGE + b"lost on its way"
    await upload(evidence_api, scene.reporter, content)
    stored = (await session.scalars(select(Upload).where(Upload.size == len(content)))).one()
    told: list[str] = []

    async def on_damage() -> None:
        told.append(stored.storage_key)

    answer = await serve(stored, ByteRange(0, 3), on_damage)
    await damage(stored, None)
    assert isinstance(answer, Outflow)
    with pytest.raises(StoredBytesDiffer):
        await anext(aiter(answer.body_iterator))
    assert told == [stored.storage_key]


async def test_a_large_file_that_is_damaged_at_its_end_never_arrives_whole(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene, await upload(evidence_api, scene.reporter, LARGE))
    await set_state(session, evidence_id)
    stored = await upload_of(session, evidence_id)
    await damage(stored, LARGE[:-1] + b"\x00")
    response = await evidence_api.get(address(evidence_id), headers=scene.reviewer)
    assert int(response.headers["content-length"]) == len(LARGE)
    assert len(response.content) < len(LARGE)
    assert await payloads(session, "stored_file.doubted") == [{"upload_id": str(stored.id)}]


async def test_what_is_known_to_be_damaged_is_never_served_again(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await session.execute(update(Upload).values(damaged_at=now()))
    await session.commit()
    for headers in ({}, {"Range": "bytes=0-1"}):
        response = await evidence_api.get(address(evidence_id), headers=scene.reviewer | headers)
        assert code_of(response) == (409, "file-damaged")
    linked = await evidence_api.post(address(evidence_id).replace("content", "links"), json={}, headers=scene.reviewer)
    assert code_of(linked) == (409, "file-damaged")
