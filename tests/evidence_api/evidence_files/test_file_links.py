"""Short-lived links: POST …/files/{n}/links makes one, GET /v1/public/evidence-files/{token} opens it."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence_files import link_tokens
from services.evidence_api.evidence_files.link_tokens import FileLink
from shared.clock import now
from shared.db.models import AssignmentViewer, Evidence, Membership, Upload, User
from shared.domain.principal import Role
from tests.evidence_api.scene import (
    PDF,
    Caller,
    Scene,
    code_of,
    released_evidence,
    set_state,
    submit,
    submit_next,
    trail,
    upload,
)
from tests.factories.identity import TokenMaker, make_caller

SECRET = b"a secret"
GONE = (404, "link-not-found")


async def make_link(api: httpx.AsyncClient, caller: Caller, evidence_id: str, **wanted: Any) -> httpx.Response:
    return await api.post(f"/v1/evidence/{evidence_id}/files/1/links", json=wanted, headers=caller)


@pytest.fixture
async def url(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> str:
    evidence_id = await submit(evidence_api, scene, await upload(evidence_api, scene.reporter, PDF + b"linked"))
    await set_state(session, evidence_id)
    response = await make_link(evidence_api, scene.reviewer, evidence_id)
    assert response.status_code == 201, response.text
    return str(response.json()["url"])


async def test_a_link_opens_the_file_without_a_token_and_is_written_down_for_its_maker(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, url: str
) -> None:
    response = await evidence_api.get(url)
    assert (response.status_code, response.content) == (200, PDF + b"linked")
    assert response.headers["content-disposition"].startswith("attachment; ")
    assert response.headers["x-content-type-options"] == "nosniff"
    part = await evidence_api.get(url, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"%PDF")
    (made,) = await trail(session, "evidence_file.linked")
    (read,) = await trail(session, "evidence_file.read")
    assert (read.actor, read.organization_id) == (made.actor, scene.helper_team.id)
    assert made.after is not None
    assert read.after is not None
    assert read.after["link"] == made.after["link"]


async def test_a_part_read_by_link_is_no_part_of_what_its_maker_read(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    urls = [(await make_link(evidence_api, scene.reviewer, evidence_id)).json()["url"] for _ in range(2)]
    address = f"/v1/evidence/{evidence_id}/files/1/content"
    assert (await evidence_api.get(address, headers=scene.reviewer)).status_code == 200
    for url in (urls[0], urls[0], urls[1]):
        assert (await evidence_api.get(url, headers={"Range": "bytes=0-3"})).status_code == 206
    await evidence_api.get(address, headers=scene.reviewer | {"Range": "bytes=0-3"})
    assert len(await trail(session, "evidence_file.read")) == 1 + 2


async def test_a_link_is_of_the_version_it_was_made_for(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene, await upload(evidence_api, scene.reporter, PDF + b"first"))
    await set_state(session, evidence_id)
    url = (await make_link(evidence_api, scene.reviewer, evidence_id)).json()["url"]
    await submit_next(evidence_api, scene, evidence_id)
    await set_state(session, evidence_id, number=2)
    assert (await evidence_api.get(url)).content == PDF + b"first"
    current = (await make_link(evidence_api, scene.reviewer, evidence_id)).json()["url"]
    assert (await evidence_api.get(current)).content != PDF + b"first"
    first = (await make_link(evidence_api, scene.reviewer, evidence_id, version=1)).json()["url"]
    assert (await evidence_api.get(first)).content == PDF + b"first"


async def test_every_changed_bit_of_a_link_spoils_it(evidence_api: httpx.AsyncClient, url: str) -> None:
    base, _, token = url.rpartition("/")
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for at in range(0, len(raw), 5):
        changed = bytearray(raw)
        changed[at] ^= 1
        forged = base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode()
        assert code_of(await evidence_api.get(f"{base}/{forged}")) == GONE
    for forged in ("x", token[:-4], "ệ", "A" * 100):
        assert code_of(await evidence_api.get(f"{base}/{forged}")) == GONE


async def test_a_link_that_opens_once_opens_once(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    url = (await make_link(evidence_api, scene.reviewer, evidence_id, single_use=True)).json()["url"]
    assert (await evidence_api.get(url)).status_code == 200
    assert code_of(await evidence_api.get(url)) == GONE


async def test_the_wall_of_its_maker_stands_when_it_is_opened(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, url: str
) -> None:
    viewer = AssignmentViewer.organization_id == scene.helper_team.id
    await session.execute(delete(AssignmentViewer).where(viewer))
    await session.commit()
    assert code_of(await evidence_api.get(url)) == (404, "evidence-not-found")


@pytest.mark.parametrize("kind", [Membership, User])
async def test_a_link_ends_with_the_membership_and_the_account_of_its_maker(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, url: str, kind: type[Membership | User]
) -> None:
    past = now() - timedelta(seconds=1)
    ended = update(Membership).where(Membership.organization_id == scene.helper_team.id).values(revoked_at=past)
    closed = update(User).values(deactivated_at=past, deactivated_by="tests")
    await session.execute(ended if kind is Membership else closed)
    await session.commit()
    assert code_of(await evidence_api.get(url)) == GONE


async def test_what_is_withdrawn_stays_readable_by_link_and_what_is_damaged_does_not(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, url: str
) -> None:
    await session.execute(update(Evidence).values(withdrawn_at=now(), withdrawn_by="x", withdrawal_reason="x"))
    await session.commit()
    assert (await evidence_api.get(url)).status_code == 200
    await session.execute(update(Upload).values(damaged_at=now()))
    await session.commit()
    assert code_of(await evidence_api.get(url)) == (409, "file-damaged")


async def test_who_may_make_one(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    waiting = await submit(evidence_api, scene)
    assert code_of(await make_link(evidence_api, scene.reporter, waiting)) == (409, "evidence-not-released")
    evidence_id = await released_evidence(evidence_api, session, scene)
    assert code_of(await make_link(evidence_api, scene.outsider, evidence_id)) == (404, "evidence-not-found")
    auditor = await make_caller(session, token_maker, scene.ward, Role.AUDITOR)
    assert (await make_link(evidence_api, auditor, evidence_id)).status_code == 201


EXPIRY = datetime(2026, 3, 2, 3, tzinfo=UTC)
LINK = FileLink("0" * 32, 1, 2, "issuer", "người", "H1.2", int(EXPIRY.timestamp()), "n", single_use=True)


def test_a_signed_link_reads_back_until_it_expires() -> None:
    token, before = link_tokens.sign(LINK, SECRET), EXPIRY - timedelta(seconds=1)
    assert link_tokens.read(token, SECRET, before) == LINK
    assert link_tokens.read(token, SECRET, EXPIRY) is None
    assert link_tokens.read(token, b"another secret", before) is None
