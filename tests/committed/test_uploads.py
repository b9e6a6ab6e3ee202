"""Uploads where everything really commits: cuts, two at once, expiry, and what is collected."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from bench.serving import services_running
from bench.u1_cuts import look_after, send_all
from services.alerts_worker.schedule import RULES
from services.alerts_worker.upload_collection.jobs import STRAY_AFTER, collect_uploads
from services.evidence_api.app import create_app
from shared.clock import now
from shared.db.ids import new_id
from shared.db.models import AuditEntry, ResumableUpload, Upload, UploadUsage
from shared.db.session import Sessions
from shared.domain.principal import Role
from shared.settings import get_settings
from shared.storage import get_store, key_of, stage_stream, write_object
from shared.uploads import hold_content
from tests.committed.ledger import until
from tests.committed.locks import count_waiting
from tests.conftest import client_of
from tests.evidence_api.scene import PDF, Caller, make_scene, upload
from tests.evidence_api.uploads.tus import append, begun, create, offset_of
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.serving import settings_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own."""
    with settings_of(data_dir=str(tmp_path), caller_rate="0"):
        get_store.cache_clear()
        yield tmp_path / "evidence"
    get_store.cache_clear()


@pytest.fixture
async def caller(committed: Sessions, token_maker: TokenMaker, store: Path) -> Caller:
    async with committed() as session:
        return await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)


@pytest.fixture
async def replicas(committed: Sessions, store: Path) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two applications over one database and one store."""
    async with client_of(create_app(), committed) as one, client_of(create_app(), committed) as other:
        yield [one, other]


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


async def one_piece(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def test_files_cut_at_random_bytes_arrive_whole(committed_url: str, caller: Caller, store: Path) -> None:
    token = caller["Authorization"].removeprefix("Bearer ")
    with (
        services_running(committed_url, store.parent) as one,
        services_running(committed_url, store.parent) as other,
    ):
        sent = await send_all([one["evidence_api"], other["evidence_api"]], token, 20)
    left = await look_after(committed_url, sent)
    assert len(sent) == 20
    assert (left.altered, left.orphans, left.rows, left.usage_is_right) == (0, [], 0, True)


async def test_of_two_that_append_at_once_the_last_to_begin_goes_on(
    replicas: list[httpx.AsyncClient], caller: Caller, committed: Sessions, store: Path
) -> None:
    one, other = replicas
    content = PDF + os.urandom(100_000)
    path = await begun(one, caller, len(content))
    holding, waiting = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield content[:50_000]
        waiting.set()
        await holding.wait()
        yield content[50_000:]

    first = asyncio.create_task(append(one, caller, path, 0, slow()))
    await waiting.wait()
    second = await append(other, caller, path, 0, content[:70_000])
    holding.set()
    lost = await first
    assert second.status_code == 204
    assert (lost.status_code, lost.json()["code"]) == (409, "upload-taken-over")
    assert await offset_of(one, caller, path) == 70_000
    late = await append(one, caller, path, 0, content)
    assert (late.status_code, late.json()["code"]) == (409, "offset-mismatch")
    assert (await append(one, caller, path, 70_000, content[70_000:])).status_code == 204
    digest = hashlib.sha256(content).hexdigest()
    assert files_in(store) == {key_of(digest)}
    assert (store / key_of(digest)).read_bytes() == content


async def test_a_connection_given_up_for_a_newer_one_adds_nothing(
    replicas: list[httpx.AsyncClient], caller: Caller
) -> None:
    one, other = replicas
    path = await begun(one, caller, 1000)
    begin = [asyncio.Event(), asyncio.Event()]
    go_on = [asyncio.Event(), asyncio.Event()]

    async def held(number: int) -> AsyncIterator[bytes]:
        yield PDF[:1]
        begin[number].set()
        await go_on[number].wait()
        yield PDF[1:]

    older = asyncio.create_task(append(one, caller, path, 0, held(0)))
    await begin[0].wait()
    newer = asyncio.create_task(append(other, caller, path, 0, held(1)))
    await begin[1].wait()
    go_on[0].set()
    lost = await older
    assert (lost.status_code, lost.json()["code"]) == (409, "upload-taken-over")
    assert await offset_of(one, caller, path) == 0
    go_on[1].set()
    assert (await newer).status_code == 204
    assert await offset_of(one, caller, path) == len(PDF)


async def test_parallel_uploads_do_not_exceed_the_quota(
    replicas: list[httpx.AsyncClient], caller: Caller, committed: Sessions
) -> None:
    with settings_of(upload_quota="1000"):
        announced = [create(replicas[number % 2], caller, 300) for number in range(8)]
        sent = [
            replicas[number % 2].post(
                "/v1/uploads", params={"filename": "a.pdf"}, content=PDF + bytes([65 + number]) * 255, headers=caller
            )
            for number in range(8)
        ]
        answers = await asyncio.gather(*announced, *sent)
    statuses = sorted(each.status_code for each in answers)
    assert statuses == [201] * 3 + [413] * 13
    assert {each.json()["code"] for each in answers if each.status_code == 413} == {"quota-exceeded"}
    async with committed() as session:
        assert await session.scalar(select(UploadUsage.size)) == 900


async def test_what_expires_is_collected_with_its_objects(
    replicas: list[httpx.AsyncClient], caller: Caller, committed: Sessions, store: Path
) -> None:
    api = replicas[0]
    expired = await begun(api, caller, 1000)
    await append(api, caller, expired, 0, PDF)
    lasting = await begun(api, caller, 1000)
    await append(api, caller, lasting, 0, PDF)
    done = await begun(api, caller, len(PDF))
    await append(api, caller, done, 0, PDF)
    gone = [path.rpartition("/")[2] for path in (expired, done)]
    async with committed() as session:
        past = update(ResumableUpload).where(ResumableUpload.id.in_(gone)).values(expires_at=now() - timedelta(hours=1))
        await session.execute(past)
        await session.commit()
    assert (await append(api, caller, expired, len(PDF), b"x")).status_code == 410
    await collect_uploads(committed, now())
    assert (await append(api, caller, expired, len(PDF), b"x")).status_code == 404
    assert await offset_of(api, caller, lasting) == len(PDF)
    assert [key.split("/")[1] for key in files_in(store) if key.startswith("incoming")] == [lasting.rpartition("/")[2]]
    async with committed() as session:
        assert await session.scalar(select(UploadUsage.size)) == 1000 + len(PDF)
        assert str(await session.scalar(select(Upload.id))) == gone[1]
        trail = await session.scalars(select(AuditEntry.target_id).where(AuditEntry.action == "upload.expired"))
        assert [str(each) for each in trail] == gone[:1]


async def test_files_that_nobody_uses_are_collected(
    replicas: list[httpx.AsyncClient], caller: Caller, committed: Sessions, store: Path, token_maker: TokenMaker
) -> None:
    async with committed() as session:
        neighbour = await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)
    ids = []
    for sender, content in ((caller, PDF), (caller, PDF + b"2"), (neighbour, PDF), (caller, PDF + b"3")):
        response = await replicas[0].post("/v1/uploads", params={"filename": "a.pdf"}, content=content, headers=sender)
        ids.append(UUID(response.json()["id"]))
    taken_back = await replicas[0].delete(f"/v1/uploads/{ids[3]}", headers=caller)
    assert taken_back.status_code == 204
    later = now() + timedelta(days=get_settings().unused_upload_days, minutes=1)
    async with committed() as session:
        await session.execute(update(Upload).where(Upload.id == ids[2]).values(created_at=later))
        await session.commit()
    await collect_uploads(committed, later)
    await collect_uploads(committed, later + STRAY_AFTER + timedelta(minutes=1))
    assert files_in(store) == {key_of(hashlib.sha256(PDF).hexdigest())}
    async with committed() as session:
        assert (await session.scalars(select(Upload.id))).all() == [ids[2]]
        assert sorted((await session.scalars(select(UploadUsage.size))).all()) == [0, len(PDF)]
        trail = await session.scalars(select(AuditEntry.target_id).where(AuditEntry.action == "upload.unused"))
        assert set(trail) == set(ids[:2])


@pytest.mark.parametrize("by", ["its sender", "the collector"])
async def test_uploads_do_not_wait_for_the_content_of_what_is_taken_away(
    replicas: list[httpx.AsyncClient], caller: Caller, committed: Sessions, by: str
) -> None:
    sent = await replicas[0].post("/v1/uploads", params={"filename": "a.pdf"}, content=PDF, headers=caller)
    path = f"/v1/uploads/{sent.json()['id']}"
    later = now() + timedelta(days=get_settings().unused_upload_days, minutes=1)

    async def take_away() -> None:
        if by == "its sender":
            await replicas[0].delete(path, headers=caller)
        else:
            await collect_uploads(committed, later)

    async with committed.begin() as holding:
        await hold_content(holding, sent.json()["sha256"])
        taking_away = asyncio.create_task(take_away())
        await until(count_waiting, committed)
        other = await replicas[1].post("/v1/uploads", params={"filename": "b.pdf"}, content=PDF + b"2", headers=caller)
    await taking_away
    assert other.status_code == 201, other.text
    assert (await replicas[0].delete(path, headers=caller)).status_code == 404


async def test_what_is_taken_back_while_it_is_submitted_is_one_or_the_other(
    replicas: list[httpx.AsyncClient], committed: Sessions, store: Path, token_maker: TokenMaker
) -> None:
    async with committed() as session:
        scene = await make_scene(session, token_maker)
    body = {"assignment_id": str(scene.assignment.id), "kind": "photo"}
    for _ in range(5):
        upload_id = await upload(replicas[0], scene.reporter)
        removed, submitted = await asyncio.gather(
            replicas[0].delete(f"/v1/uploads/{upload_id}", headers=scene.reporter),
            replicas[1].post("/v1/evidence", json=body | {"upload_ids": [upload_id]}, headers=scene.reporter),
        )
        assert (removed.status_code, submitted.status_code) in {(204, 422), (409, 201)}, submitted.text


async def test_strays_of_killed_processes_are_collected(
    replicas: list[httpx.AsyncClient], caller: Caller, committed: Sessions, store: Path
) -> None:
    known = await begun(replicas[0], caller, 1000)
    await append(replicas[0], caller, known, 0, PDF)
    staged = await stage_stream(one_piece(PDF + b"nobody's"), limit=1000)
    response = await replicas[0].post("/v1/uploads", params={"filename": "a.pdf"}, content=PDF, headers=caller)
    again = await stage_stream(one_piece(PDF), limit=1000)
    await write_object(f"incoming/{new_id()}/{new_id()}", one_piece(b"a part"))
    half = store / "incoming" / f"{uuid4()}#1"
    half.write_bytes(b"half a par")
    before = files_in(store)
    await collect_uploads(committed, now())
    assert files_in(store) == before
    await collect_uploads(committed, now() + STRAY_AFTER + timedelta(minutes=1))
    kept = files_in(store)
    assert {again.key} == {key for key in kept if key.startswith("sha256")}
    assert staged.key not in kept
    assert response.json()["sha256"] in again.key
    assert [key.split("/")[1] for key in kept if key.startswith("incoming")] == [known.rpartition("/")[2]]


def test_collection_is_on_the_schedule() -> None:
    (rule,) = [each for each in RULES if each.name == "collect_uploads"]
    assert rule.afterwards is collect_uploads
    assert rule.tick(now(), get_settings())[13:] == ":00:00+00:00"
