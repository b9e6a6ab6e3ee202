"""tus on /v1/uploads: what arrives stays, and becomes a file like any other."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import ResumableUpload, Upload, UploadPart, UploadUsage
from shared.storage import get_store
from tests.evidence_api.scene import PDF, Scene, code_of, submit, trail
from tests.evidence_api.uploads.test_create_upload import repr_digest, stored_objects
from tests.evidence_api.uploads.tus import PATCH, TUS, append, begun, checksum, create, metadata, offset_of

LARGE = PDF + bytes(range(256)) * 50_000
"""12.8 MB: more than two parts of an S3."""


async def usage(session: AsyncSession, scene: Scene) -> int:
    statement = select(UploadUsage.size).where(UploadUsage.organization_id == scene.office.id)
    return await session.scalar(statement) or 0


async def in_pieces(content: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


@pytest.mark.usefixtures("store")
async def test_a_file_in_several_requests_is_one_file(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    path = await begun(evidence_api, scene.reporter, len(LARGE))
    at = 0
    for size in (100, 6_000_000, 1, len(LARGE)):
        response = await append(evidence_api, scene.reporter, path, at, in_pieces(LARGE[at : at + size]))
        assert response.status_code == 204, response.text
        at = min(at + size, len(LARGE))
        assert response.headers["Upload-Offset"] == str(at)
        assert response.headers["Tus-Resumable"] == "1.0.0"
        assert response.headers["Upload-Expires"].endswith("GMT")
        assert await offset_of(evidence_api, scene.reporter, path) == at
    sha256 = hashlib.sha256(LARGE).hexdigest()
    row = await session.get_one(Upload, UUID(path.rpartition("/")[2]))
    assert (row.sha256, row.size, row.media_type, row.filename) == (sha256, len(LARGE), "application/pdf", "Ảnh.pdf")
    assert (row.organization_id, row.storage_key) == (scene.office.id, f"sha256/{sha256[:2]}/{sha256}")
    assert bytes(get_store().get(row.storage_key).bytes()) == LARGE
    assert stored_objects() == {row.storage_key}
    assert await session.scalar(select(func.count()).select_from(UploadPart)) == 0
    assert await usage(session, scene) == len(LARGE)
    assert [entry.target_id for entry in await trail(session, "upload.created")] == [row.id]
    assert await submit(evidence_api, scene, str(row.id))


@pytest.mark.usefixtures("store")
async def test_a_file_may_come_with_its_announcement(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    told = PATCH | {"Upload-Length": str(len(PDF)), "Upload-Metadata": metadata(filename="a.pdf", filetype="x/y")}
    response = await evidence_api.post("/v1/uploads", content=PDF, headers=scene.reporter | told)
    assert response.status_code == 201
    assert response.headers["Upload-Offset"] == str(len(PDF))
    assert (response.json()["received"], response.json()["length"]) == (len(PDF), len(PDF))
    upload_id = response.headers["Location"].removeprefix("uploads/")
    assert (await session.get_one(Upload, UUID(upload_id))).size == len(PDF)
    head = await evidence_api.head(f"/v1/uploads/{upload_id}", headers=scene.reporter | TUS)
    assert head.headers["Upload-Metadata"] == told["Upload-Metadata"]
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (str(len(PDF)),) * 2
    assert head.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("store")
async def test_partial_uploads_are_joined(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    halves = LARGE[:7_000_000], LARGE[7_000_000:]
    paths = []
    for half in halves:
        response = await create(evidence_api, scene.reporter, len(half), Upload_Concat="partial", Upload_Metadata="")
        assert response.status_code == 201, response.text
        paths.append("/v1/" + response.headers["Location"])
    early = await join(evidence_api, scene, paths)
    assert code_of(early) == (409, "upload-not-joinable")
    for path, half in zip(paths, halves, strict=True):
        assert (await append(evidence_api, scene.reporter, path, 0, half)).status_code == 204
    assert await session.scalar(select(func.count()).select_from(Upload)) == 0
    places = [f"http://testserver{paths[0]}", paths[1].removeprefix("/v1/")]
    response = await join(evidence_api, scene, places)
    assert response.status_code == 201, response.text
    joined = "/v1/" + response.headers["Location"]
    head = await evidence_api.head(joined, headers=scene.reporter | TUS)
    assert head.headers["Upload-Concat"] == f"final;{' '.join(places)}"
    more = await append(evidence_api, scene.reporter, joined, len(LARGE), b"")
    assert code_of(more) == (403, "upload-joined")
    row = await session.get_one(Upload, UUID(response.headers["Location"].removeprefix("uploads/")))
    assert row.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert stored_objects() == {row.storage_key}
    assert await usage(session, scene) == len(LARGE)
    again = await join(evidence_api, scene, paths)
    assert again.status_code == 404


async def join(api: httpx.AsyncClient, scene: Scene, paths: list[str]) -> httpx.Response:
    told = {"Upload-Concat": f"final;{' '.join(paths)}", "Upload-Metadata": metadata(filename="a.pdf")}
    return await api.post("/v1/uploads", headers=scene.reporter | TUS | told)


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_part_that_is_not_what_was_sent_does_not_count(
    evidence_api: httpx.AsyncClient, scene: Scene, algorithm: str
) -> None:
    path = await begun(evidence_api, scene.reporter, len(LARGE))
    first = LARGE[:11_000_000]
    before = stored_objects()
    wrong = await append(
        evidence_api, scene.reporter, path, 0, in_pieces(first), Upload_Checksum=checksum(b"other", algorithm)
    )
    assert code_of(wrong) == (460, "checksum-mismatch")
    assert await offset_of(evidence_api, scene.reporter, path) == 0
    assert stored_objects() == before
    right = await append(
        evidence_api, scene.reporter, path, 0, in_pieces(first), Upload_Checksum=checksum(first, algorithm)
    )
    assert right.status_code == 204
    rest = LARGE[len(first) :]
    wrong = await append(
        evidence_api, scene.reporter, path, len(first), rest, Upload_Checksum=checksum(b"other", algorithm)
    )
    assert wrong.status_code == 460
    assert await offset_of(evidence_api, scene.reporter, path) == len(first)
    last = await append(evidence_api, scene.reporter, path, len(first), rest, Upload_Checksum=checksum(rest, algorithm))
    assert last.status_code == 204


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("stated", ["metadata", "header"])
async def test_a_file_of_another_digest_than_stated_is_refused_and_forgotten(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, stated: str
) -> None:
    other = PDF + b"other"
    told = (
        {"Upload_Metadata": metadata(filename="a.pdf", sha256=hashlib.sha256(other).hexdigest())}
        if stated == "metadata"
        else {"Repr_Digest": repr_digest(other)}
    )
    path = await begun(evidence_api, scene.reporter, len(PDF), **told)
    await append(evidence_api, scene.reporter, path, 0, PDF[:10])
    refused = await append(evidence_api, scene.reporter, path, 10, PDF[10:])
    assert code_of(refused) == (422, "digest-mismatch")
    await ensure_nothing_left(evidence_api, session, scene, path)
    right = await begun(evidence_api, scene.reporter, len(other), **told)
    assert (await append(evidence_api, scene.reporter, right, 0, other)).status_code == 204


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("first", [5, 9000], ids=["known at the end", "known at once"])
async def test_a_type_that_is_not_taken_ends_the_upload(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, first: int
) -> None:
    program = b"\x7fELF" + b"\0" * 20_000
    path = await begun(evidence_api, scene.reporter, len(program))
    response = await append(evidence_api, scene.reporter, path, 0, in_pieces(program[:first], 1000))
    if first == 5:
        response = await append(evidence_api, scene.reporter, path, 5, program[5:])
    assert code_of(response) == (415, "file-type-refused")
    await ensure_nothing_left(evidence_api, session, scene, path)


@pytest.mark.usefixtures("store")
async def test_an_upload_may_be_given_up(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    path = await begun(evidence_api, scene.reporter, len(LARGE))
    await append(evidence_api, scene.reporter, path, 0, LARGE[:6_000_000])
    assert await usage(session, scene) == len(LARGE)
    assert (await evidence_api.delete(path, headers=scene.reporter | TUS)).status_code == 204
    await ensure_nothing_left(evidence_api, session, scene, path)


async def ensure_nothing_left(api: httpx.AsyncClient, session: AsyncSession, scene: Scene, path: str) -> None:
    assert (await api.head(path, headers=scene.reporter | TUS)).status_code == 404
    assert stored_objects() == set()
    assert await usage(session, scene) == 0
    for table in (ResumableUpload, UploadPart, Upload):
        assert await session.scalar(select(func.count()).select_from(table)) == 0
