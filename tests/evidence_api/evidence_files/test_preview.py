"""GET /v1/evidence/{id}/files/{n}/preview: the first page that the checks have drawn."""

import hashlib

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import EvidenceFinding, EvidenceVersion, Upload
from shared.storage import first_page_of, keep_derived
from tests.evidence_api.scene import Scene, code_of, set_state, submit, trail

JPEG = b"\xff\xd8\xff\xe0 first page"


async def test_the_first_page_is_shown_in_place_once_released_and_leaves_a_trail(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    path = f"/v1/evidence/{evidence_id}/files/1/preview"
    key = first_page_of((await session.scalars(select(Upload.sha256))).one())
    await keep_derived(key, JPEG)
    assert code_of(await evidence_api.get(path, headers=scene.reviewer)) == (409, "evidence-not-released")
    await set_state(session, evidence_id)
    assert code_of(await evidence_api.get(path, headers=scene.reviewer)) == (404, "preview-not-found")
    version_id = (await session.scalars(select(EvidenceVersion.id))).one()
    facts = {"sha256": hashlib.sha256(JPEG).hexdigest()}
    finding = EvidenceFinding(
        evidence_version_id=version_id, position=1, step="first_page", outcome="kept", facts=facts
    )
    session.add(finding)
    await session.commit()
    shown = await evidence_api.get(path, headers=scene.reviewer)
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, JPEG, "image/jpeg")
    assert (shown.headers["content-disposition"], shown.headers["x-content-type-options"]) == ("inline", "nosniff")
    assert len(await trail(session, "evidence_file.previewed")) == 1
    assert code_of(await evidence_api.get(path, headers=scene.outsider)) == (404, "evidence-not-found")
    await keep_derived(key, JPEG.replace(b"first", b"other"))
    assert code_of(await evidence_api.get(path, headers=scene.reviewer)) == (404, "preview-not-found")
