"""A public address that was submitted is asked once; what it shows becomes the file that the checks take."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.jobs import make_checks, record_checks
from services.alerts_worker.link_snapshots.jobs import clear_staged, fetch_link, keep_snapshot
from services.alerts_worker.link_snapshots.rules import find_refusal
from shared.db import roles
from shared.db.models import (
    AuditEntry,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    LinkSnapshot,
    Upload,
    UploadUsage,
)
from shared.db.session import Sessions
from shared.events import EvidenceSubmitted, LinkSubmitted
from shared.settings import get_settings
from shared.storage import key_of
from tests.alerts_worker.cases import WEDNESDAY, list_payloads, make_evidence, make_reviewed_assignment
from tests.conftest import served_as
from tests.evidence_api.uploads.test_create_upload import stored_objects

PAGE = "<!doctype html><title>Công khai</title>".encode()


def answer_of(status: str, content: bytes, *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers])
    return head.encode() + b"\r\n\r\n" + content


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test list an endpoint as an administrator does, by the environment."""
    yield monkeypatch
    monkeypatch.undo()
    get_settings.cache_clear()


@asynccontextmanager
async def site(answer: bytes, listed: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, list[bytes]]]:
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    endpoint = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    listed.setenv("THEODOI_OUTGOING_ENDPOINTS", endpoint)
    get_settings.cache_clear()
    try:
        yield f"http://{endpoint}/trang", asked
    finally:
        server.close()


async def submitted(session: AsyncSession, url: str) -> tuple[Evidence, LinkSubmitted]:
    evidence = await make_evidence(session, await make_reviewed_assignment(session), state="received")
    (await version_of(session, evidence.id)).link_url = url
    await session.commit()
    return evidence, LinkSubmitted(evidence_id=evidence.id, version=1, organization_id=evidence.organization_id)


async def handle(session: AsyncSession, sessions: Sessions, event: LinkSubmitted) -> None:
    """As the runner does, in the role of the worker."""
    fetched = await fetch_link(sessions, event)
    async with served_as(roles.WORKER, await session.connection()).begin() as acting:
        await keep_snapshot(acting, event, fetched, WEDNESDAY)
    await clear_staged(sessions, fetched)


async def version_of(session: AsyncSession, evidence_id: UUID) -> EvidenceVersion:
    statement = select(EvidenceVersion).where(EvidenceVersion.evidence_id == evidence_id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def finding_of(session: AsyncSession, version: EvidenceVersion) -> EvidenceFinding:
    statement = select(EvidenceFinding).where(EvidenceFinding.evidence_version_id == version.id)
    return (await session.scalars(statement)).one()


async def test_a_page_is_kept_with_its_hash_and_goes_to_the_checks(
    session: AsyncSession, sessions: Sessions, listed: pytest.MonkeyPatch
) -> None:
    page = answer_of("200 OK", PAGE, "Content-Type: text/html; charset=utf-8", "Set-Cookie: a=b", 'ETag: "7"')
    async with site(page, listed) as (url, asked):
        evidence, event = await submitted(session, url)
        await handle(session, sessions, event)
        await handle(session, sessions, event)
    assert len(asked) == 1, "it is asked once"
    version = await version_of(session, evidence.id)
    snapshot = await session.get_one(LinkSnapshot, version.id)
    assert (snapshot.url, snapshot.address, snapshot.status) == (url, "127.0.0.1", 200)
    assert snapshot.headers == {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(PAGE)),
        "etag": '"7"',
    }
    upload = (await session.scalars(select(Upload).join(EvidenceFile, EvidenceFile.upload_id == Upload.id))).one()
    assert (upload.sha256, upload.filename) == (hashlib.sha256(PAGE).hexdigest(), "127.0.0.1.html")
    assert snapshot.sha256 == upload.sha256
    assert ((await finding_of(session, version)).outcome, version.state) == ("passed", "received")
    assert await list_payloads(session, "evidence.submitted") == [{"evidence_id": str(evidence.id), "version": 1}]
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == version.id))).one()
    assert (entry.actor, entry.action) == ("system:snapshot_link", "evidence.link_fetched")
    checked = EvidenceSubmitted(evidence_id=evidence.id, version=1)
    await record_checks(session, checked, await make_checks(sessions, checked), WEDNESDAY)
    assert version.state == "released"


@pytest.mark.parametrize(
    ("answer", "outcome", "fact"),
    [
        (answer_of("302 Found", b"", "Location: https://a.vn/moi"), "redirected", ("location", "https://a.vn/moi")),
        (answer_of("404 Not Found", b"x", "Content-Type: text/html"), "not_found", ("status", 404)),
        (answer_of("200 OK", b"MZ", "Content-Type: application/x-msdownload"), "type_refused", None),
        (answer_of("200 OK", b"", "Content-Type: text/html"), "empty", None),
        (b"nonsense\r\n\r\n", "not_fetched", ("code", "unreachable")),
    ],
)
async def test_what_shows_nothing_is_refused_with_the_reason(
    session: AsyncSession,
    sessions: Sessions,
    listed: pytest.MonkeyPatch,
    answer: bytes,
    outcome: str,
    fact: tuple[str, object] | None,
) -> None:
    async with site(answer, listed) as (url, _):
        evidence, event = await submitted(session, url)
        await handle(session, sessions, event)
    version = await version_of(session, evidence.id)
    finding = await finding_of(session, version)
    assert (version.state, finding.step, finding.outcome) == ("refused", "fetched", outcome)
    assert (finding.facts["url"], finding.tool, finding.policy_version) == (url, "theodoi", 1)
    assert "hãy" in finding.message.lower(), "it says what to do"
    assert version.checks_due_at is None
    if fact:
        assert finding.facts[fact[0]] == fact[1]
    assert await list_payloads(session, "evidence.refused") == [{"evidence_id": str(evidence.id), "version": 1}]
    assert await list_payloads(session, "evidence.submitted") == []


async def test_a_page_counts_and_what_has_no_room_is_refused_with_nothing_left(
    session: AsyncSession, sessions: Sessions, listed: pytest.MonkeyPatch
) -> None:
    page = PAGE + b"counted"
    listed.setenv("THEODOI_UPLOAD_QUOTA", str(len(page)))
    before = stored_objects()
    async with site(answer_of("200 OK", page, "Content-Type: text/html"), listed) as (url, _):
        kept, event = await submitted(session, url)
        await handle(session, sessions, event)
        usage = await session.get_one(UploadUsage, event.organization_id)
        assert usage.size == len(page)
        refused, _ = await submitted(session, url)
        again = LinkSubmitted(evidence_id=refused.id, version=1, organization_id=event.organization_id)
        await handle(session, sessions, again)
    async with site(answer_of("200 OK", page + b"2", "Content-Type: text/html"), listed) as (url, _):
        other, event = await submitted(session, url)
        await handle(session, sessions, event)
    for evidence, size in ((refused, len(page)), (other, len(page) + 1)):
        version = await version_of(session, evidence.id)
        finding = await finding_of(session, version)
        assert (version.state, finding.outcome, finding.facts["size"]) == ("refused", "over_quota", size)
        assert "không còn đủ chỗ lưu" in finding.message
    await session.refresh(usage)
    assert usage.size == len(page)
    assert (await version_of(session, kept.id)).state == "received"
    assert await session.scalar(select(func.count()).select_from(Upload)) == 1
    assert stored_objects() - before == {key_of(hashlib.sha256(page).hexdigest())}


async def test_what_is_inside_is_not_asked(
    session: AsyncSession, sessions: Sessions, listed: pytest.MonkeyPatch
) -> None:
    async with site(answer_of("200 OK", PAGE, "Content-Type: text/html"), listed) as (url, asked):
        listed.setenv("THEODOI_OUTGOING_ENDPOINTS", "")
        get_settings.cache_clear()
        for inside, code in ((url, "url-port"), ("http://localhost/", "address-not-public")):
            evidence, event = await submitted(session, inside)
            await handle(session, sessions, event)
            finding = await finding_of(session, await version_of(session, evidence.id))
            assert (finding.outcome, finding.facts["code"]) == ("not_fetched", code)
        assert asked == []


def test_only_a_whole_page_is_kept() -> None:
    headers = {"content-type": "Text/HTML;charset=utf-8"}
    assert find_refusal("https://a.vn/", 200, headers, b"x") is None
    assert find_refusal("https://a.vn/", 206, headers, b"x") is not None
