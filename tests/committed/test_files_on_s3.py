"""A file's whole way on a server that speaks S3: in through two replicas, read, packed, watched and collected."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import UUID

import httpx
import obstore
import pytest
from sqlalchemy import select, update

from services.alerts_worker.evidence_checks.jobs import make_checks, record_checks
from services.alerts_worker.link_snapshots.jobs import clear_staged, fetch_link, keep_snapshot
from services.alerts_worker.stored_files.keeping import verify_share
from services.alerts_worker.upload_collection.jobs import STRAY_AFTER, collect_uploads
from services.evidence_api.app import create_app
from shared.clock import now
from shared.db.ids import new_id
from shared.db.models import EvidenceVersion, ResumableUpload, Upload
from shared.db.session import Sessions
from shared.events import EvidenceSubmitted, LinkSubmitted
from shared.storage import get_store, key_of, stage_stream, write_object
from tests.alerts_worker.test_link_snapshots import PAGE, answer_of, site
from tests.conftest import client_of
from tests.evidence_api.scene import PDF, Scene, code_of, make_scene, set_state, submit, upload
from tests.evidence_api.uploads.test_create_upload import in_pieces, stored_objects
from tests.evidence_api.uploads.tus import append, begun, offset_of
from tests.factories.identity import TokenMaker
from tests.object_stores import bucket_on, s3_server

LARGE = PDF + bytes(range(256)) * 24_000
"""6.1 MB: more than one part of an S3."""
SMALL = PDF + b"in one request"
KEYS = {content: key_of(hashlib.sha256(content).hexdigest()) for content in (LARGE, SMALL, PAGE)}


@pytest.fixture
def bucket() -> Iterator[str]:
    with s3_server() as address, bucket_on(address) as name:
        yield name


@pytest.fixture
async def scene(committed: Sessions, token_maker: TokenMaker) -> Scene:
    async with committed() as session:
        return await make_scene(session, token_maker)


@pytest.fixture
async def replicas(bucket: str, committed: Sessions) -> AsyncIterator[list[httpx.AsyncClient]]:
    async with client_of(create_app(), committed) as one, client_of(create_app(), committed) as other:
        yield [one, other]


async def test_a_file_lives_on_s3_as_in_a_folder(
    replicas: list[httpx.AsyncClient], committed: Sessions, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence_id = await sent_through_both(replicas, scene)
    async with committed() as session:
        await set_state(session, evidence_id)
    await is_read_in_parts(replicas[1], scene, evidence_id)
    await is_packed(replicas[0], scene)
    await keeps_a_page(replicas[0], committed, scene, monkeypatch)
    await loses_what_nobody_has(replicas[0], committed, scene)
    assert stored_objects() == set(KEYS.values())
    await is_never_served_damaged(replicas[0], committed, scene, evidence_id)


async def sent_through_both(replicas: list[httpx.AsyncClient], scene: Scene) -> str:
    """The large file begun here and ended there, the small one at once; submitted together."""
    one, other = replicas
    path = await begun(one, scene.reporter, len(LARGE))
    assert (await append(one, scene.reporter, path, 0, in_pieces(LARGE[:5_500_000], 65_536))).status_code == 204
    assert len(stored_objects()) == 2, "what an S3 takes at once, and the rest"
    assert await offset_of(other, scene.reporter, path) == 5_500_000
    assert (await append(other, scene.reporter, path, 5_500_000, LARGE[5_500_000:])).status_code == 204
    ids = [path.rpartition("/")[2], await upload(one, scene.reporter, SMALL)]
    assert stored_objects() == {KEYS[LARGE], KEYS[SMALL]}
    return await submit(other, scene, *ids)


async def is_read_in_parts(api: httpx.AsyncClient, scene: Scene, evidence_id: str) -> None:
    path, last = f"/v1/evidence/{evidence_id}/files/1/content", len(LARGE) - 1
    for wanted, start, end in (
        ("bytes=0-0", 0, 0),
        (f"bytes={last}-", last, last),
        ("bytes=-5", last - 4, last),
        (f"bytes=-{last + 9}", 0, last),
        ("bytes=5242000-5243999", 5_242_000, 5_243_999),
    ):
        part = await api.get(path, headers=scene.reviewer | {"Range": wanted})
        assert (part.status_code, part.content) == (206, LARGE[start : end + 1])
        assert part.headers["content-range"] == f"bytes {start}-{end}/{len(LARGE)}"
    for wanted in ("", "bytes=0-1,4-5"):
        whole = await api.get(path, headers=scene.reviewer | {"Range": wanted})
        assert (whole.status_code, whole.content) == (200, LARGE)
    for wanted in (f"bytes={len(LARGE)}-", "bytes=-0"):
        behind = await api.get(path, headers=scene.reviewer | {"Range": wanted})
        assert code_of(behind) == (416, "range-not-satisfiable")


async def is_packed(api: httpx.AsyncClient, scene: Scene) -> None:
    response = await api.get(f"/v1/assignments/{scene.assignment.id}/evidence-archive", headers=scene.viewer)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        sums = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
        assert [hashlib.sha256(archive.read(name)).hexdigest() for _, name in sums] == [sha256 for sha256, _ in sums]
    assert [key_of(sha256) for sha256, _ in sums] == [KEYS[LARGE], KEYS[SMALL]]


async def keeps_a_page(api: httpx.AsyncClient, committed: Sessions, scene: Scene, listed: pytest.MonkeyPatch) -> None:
    async with site(answer_of("200 OK", PAGE, "Content-Type: text/html"), listed) as (url, _):
        body = {"assignment_id": str(scene.assignment.id), "kind": "link", "url": url}
        submitted = await api.post("/v1/evidence", json=body, headers=scene.reporter)
        evidence_id = UUID(submitted.json()["id"])
        event = LinkSubmitted(evidence_id=evidence_id, version=1, organization_id=scene.office.id)
        fetched = await fetch_link(committed, event)
        async with committed.begin() as session:
            await keep_snapshot(session, event, fetched, now())
        await clear_staged(committed, fetched)
    checked = EvidenceSubmitted(evidence_id=evidence_id, version=1)
    run = await make_checks(committed, checked)
    async with committed.begin() as session:
        await record_checks(session, checked, run, now())
        statement = select(EvidenceVersion.state).where(EvidenceVersion.evidence_id == evidence_id)
        assert await session.scalar(statement) == "released"


async def loses_what_nobody_has(api: httpx.AsyncClient, committed: Sessions, scene: Scene) -> None:
    """An upload that expired, and what killed processes left: a part, content of nobody and content of somebody."""
    path = await begun(api, scene.reporter, 1000)
    await append(api, scene.reporter, path, 0, PDF)
    async with committed.begin() as session:
        await session.execute(update(ResumableUpload).values(expires_at=now() - timedelta(hours=1)))
    await write_object(f"incoming/{new_id()}/{new_id()}", in_pieces(b"a part"))
    await stage_stream(in_pieces(PDF + b"nobody's"), limit=1000)
    somebodys = await stage_stream(in_pieces(LARGE, 65_536), limit=len(LARGE))
    assert str(get_store().head(somebodys.incoming)["e_tag"]).endswith('-2"'), "an upload of two parts"
    assert len(stored_objects()) == 3 + 5
    await collect_uploads(committed, now())
    assert len(stored_objects()) == 3 + 4
    await collect_uploads(committed, now() + STRAY_AFTER + timedelta(minutes=1))


async def is_never_served_damaged(api: httpx.AsyncClient, committed: Sessions, scene: Scene, evidence_id: str) -> None:
    changed = SMALL[:-1] + bytes([SMALL[-1] ^ 1])
    await obstore.put_async(get_store(), KEYS[SMALL], changed)
    path = f"/v1/evidence/{evidence_id}/files/2/content"
    assert code_of(await api.get(path, headers=scene.reviewer)) == (409, "file-damaged")
    assert await verify_share(committed, rate=1 << 40, now=now(), stop=asyncio.Event()) == (2, 1)
    async with committed() as session:
        assert await session.scalar(select(Upload.storage_key).where(Upload.damaged_at.is_not(None))) == KEYS[SMALL]
    part = await api.get(path, headers=scene.reviewer | {"Range": "bytes=0-0"})
    assert code_of(part) == (409, "file-damaged")
