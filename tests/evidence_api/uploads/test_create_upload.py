"""POST /v1/uploads: one raw body becomes one stored file, or leaves nothing."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.app import create_app
from shared.clock import now
from shared.db.models import IdempotencyRecord, Upload
from shared.db.session import Sessions, create_engine, create_sessions
from shared.domain.errors import TooLarge
from shared.domain.principal import Role
from shared.settings import get_settings
from shared.storage import get_store, stage_stream
from tests.conftest import client_of
from tests.evidence_api.scene import PDF, Caller, Scene, code_of, trail
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.serving import settings_of


def stored_objects() -> set[str]:
    """Keys in the store, also of what is still coming in."""
    return {found["path"] for batch in get_store().list() for found in batch}


async def in_pieces(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def post(api: httpx.AsyncClient, scene: Scene, content: Any = PDF, **headers: str) -> httpx.Response:
    sent = scene.reporter | {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.post("/v1/uploads", params={"filename": "Quyết định.pdf"}, content=content, headers=sent)


def repr_digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


async def count_uploads(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Upload)) or 0


async def test_a_file_is_stored_hashed_and_owned(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    content = PDF + b"x" * 20_000
    response = await post(evidence_api, scene, in_pieces(content), content_type="text/html")
    assert response.status_code == 201
    sha256 = hashlib.sha256(content).hexdigest()
    told = response.json()
    assert datetime.fromisoformat(told.pop("created_at")) <= now()
    assert told == {
        "id": response.json()["id"],
        "filename": "Quyết định.pdf",
        "media_type": "application/pdf",
        "size": len(content),
        "sha256": sha256,
        "captured_at": None,
    }
    row = await session.get_one(Upload, UUID(response.json()["id"]))
    assert row.organization_id == scene.office.id
    assert row.storage_key == f"sha256/{sha256[:2]}/{sha256}"
    assert get_store().get(row.storage_key).bytes() == content
    (entry,) = await trail(session, "upload.created")
    assert (entry.target_id, entry.actor, entry.organization_id) == (row.id, row.uploaded_by, scene.office.id)
    assert entry.after is not None
    assert entry.after["sha256"] == sha256


async def test_no_connection_is_held_while_the_body_arrives(committed_url: str, token_maker: TokenMaker) -> None:
    settings = get_settings().model_copy(update={"database_pool_size": 1})
    engine = create_engine(committed_url, settings, application="tests")
    sessions = create_sessions(engine)
    async with sessions() as session:
        office = await make_organization(session)
        caller = await make_caller(session, token_maker, office, Role.REPORTER)

    async def body() -> AsyncIterator[bytes]:
        yield PDF
        async with sessions() as other:  # the only connection of the pool: waits, and fails, if it is taken
            await other.execute(text("SELECT 1"))
        yield b"the end"

    async with client_of(create_app(), sessions) as api:
        response = await api.post("/v1/uploads", params={"filename": "a.pdf"}, content=body(), headers=caller)
    assert response.status_code == 201
    async with sessions() as session:
        assert await count_uploads(session) == 1
    await engine.dispose()


async def test_the_stated_digest_is_verified(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    content = PDF + b"stated"
    good = await post(evidence_api, scene, content, repr_digest=repr_digest(content))
    assert good.status_code == 201
    before = stored_objects()
    altered = await post(evidence_api, scene, content + b"altered", repr_digest=repr_digest(content))
    assert code_of(altered) == (422, "digest-mismatch")
    malformed = await post(evidence_api, scene, content, repr_digest="sha-256=nonsense")
    assert code_of(malformed) == (422, "digest-malformed")
    assert stored_objects() == before
    assert await count_uploads(session) == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\x7fELF" + b"\0" * 6_000_000, (415, "file-type-refused")),
        (b"Ghi ch\xc3\xba\n" * 1000 + b"\0\1\2", (415, "file-type-refused")),
        (b"Ghi ch\xc3\xba\n" * 1000 + b"\xe1\xbb", (415, "file-type-refused")),
        (b"", (422, "file-empty")),
    ],
    ids=["program", "text then bytes", "text cut short", "empty"],
)
async def test_what_is_refused_leaves_nothing(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, content: bytes, refusal: tuple[int, str]
) -> None:
    before = stored_objects()
    assert code_of(await post(evidence_api, scene, in_pieces(content, 100_000))) == refusal
    assert stored_objects() == before
    assert await count_uploads(session) == 0


async def test_a_file_without_room_leaves_nothing(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    before = stored_objects()
    with settings_of(upload_quota=str(len(PDF) + 3)):
        for content, status in ((PDF + b"room", 413), (PDF + b"1", 201)) * 2:
            response = await post(evidence_api, scene, in_pieces(content), idempotency_key=str(status))
            assert response.status_code == status, response.text
        assert code_of(await post(evidence_api, scene, PDF + b"2")) == (413, "quota-exceeded")
    assert len(stored_objects() - before) == 1
    assert await count_uploads(session) == 1


async def test_a_file_declared_too_large_is_refused_unread(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    asked_for: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        asked_for.append(PDF)
        yield PDF

    declared = str(get_settings().upload_limit + 1)
    response = await post(evidence_api, scene, body(), content_length=declared)
    assert code_of(response) == (413, "file-too-large")
    assert "200 MB" in response.json()["detail"]
    assert asked_for == []


async def test_an_undeclared_excess_is_cut_off_and_discarded() -> None:
    before = stored_objects()
    with pytest.raises(TooLarge):
        await stage_stream(in_pieces(b"x" * (7 << 20), 1 << 20), limit=6 << 20)
    assert stored_objects() == before


async def test_a_client_that_goes_away_leaves_nothing(sessions: Sessions, session: AsyncSession, scene: Scene) -> None:
    before = stored_objects()
    app = create_app()
    client_of(app, sessions)
    messages = [
        {"type": "http.request", "body": PDF + b"x" * 6_000_000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in scene.reporter.items()]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/uploads",
        "raw_path": b"/v1/uploads",
        "query_string": b"filename=a.pdf",
        "headers": headers,
        "http_version": "1.1",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert stored_objects() == before
    assert await count_uploads(session) == 0


async def test_the_name_is_made_safe(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    response = await evidence_api.post(
        "/v1/uploads", params={"filename": "..\\..\\run\x07.bat"}, content="ghi chú".encode(), headers=scene.reporter
    )
    assert response.json()["filename"] == "run.bat.txt"
    nameless = await evidence_api.post("/v1/uploads", params={"filename": "../"}, content=PDF, headers=scene.reporter)
    assert code_of(nameless) == (422, "filename-invalid")
    missing = await evidence_api.post("/v1/uploads", content=PDF, headers=scene.reporter)
    assert code_of(missing) == (422, "validation-failed")


async def test_a_form_is_not_taken_for_a_file(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    response = await evidence_api.post(
        "/v1/uploads", params={"filename": "a.pdf"}, files={"file": ("a.pdf", PDF)}, headers=scene.reporter
    )
    assert code_of(response) == (415, "content-type-unsupported")


async def test_the_same_key_and_file_have_one_effect(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    first = await post(evidence_api, scene, PDF, idempotency_key="k1")
    again = await post(evidence_api, scene, PDF, idempotency_key="k1")
    assert again.status_code == 201
    assert again.json() == first.json()
    other = await post(evidence_api, scene, PDF + b"other", idempotency_key="k1")
    assert code_of(other) == (422, "idempotency-key-reused")
    renamed = await evidence_api.post(
        "/v1/uploads", params={"filename": "b.pdf"}, content=PDF, headers=scene.reporter | {"Idempotency-Key": "k1"}
    )
    assert code_of(renamed) == (422, "idempotency-key-reused")
    assert await count_uploads(session) == 1
    assert await session.scalar(select(IdempotencyRecord.status)) == 201


async def test_without_a_key_the_same_file_may_come_twice(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    first, second = await post(evidence_api, scene), await post(evidence_api, scene)
    assert first.json()["id"] != second.json()["id"]
    assert first.json()["sha256"] == second.json()["sha256"]
    assert await count_uploads(session) == 2


async def test_only_those_who_may_submit_evidence_upload(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    head = await make_caller(session, token_maker, scene.office, Role.APPROVER)
    expected: dict[int, list[Caller]] = {201: [scene.reporter, head], 403: [scene.viewer, scene.reviewer], 401: [{}]}
    for status, callers in expected.items():
        for caller in callers:
            response = await evidence_api.post("/v1/uploads", params={"filename": "a.pdf"}, content=PDF, headers=caller)
            assert response.status_code == status
