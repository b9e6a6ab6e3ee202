"""GET /v1/evidence/{id}: what is known of a piece of evidence, for whom its assignment concerns."""

from uuid import uuid4

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.evidence_api.scene import Scene, code_of, set_state, submit, submit_next


async def test_the_current_version_is_shown(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    await set_state(session, evidence_id)
    first = await evidence_api.get(f"/v1/evidence/{evidence_id}", headers=scene.reviewer)
    assert first.status_code == 200
    assert first.headers["ETag"] == '"1"'
    assert (first.json()["current_version"], first.json()["state"]) == (1, "released")
    assert first.json()["released_at"] == "2026-03-02T03:00:00Z"
    await submit_next(evidence_api, scene, evidence_id)
    second = await evidence_api.get(f"/v1/evidence/{evidence_id}", headers=scene.viewer)
    assert second.headers["ETag"] == '"2"'
    assert (second.json()["current_version"], second.json()["state"]) == (2, "received")
    assert second.json()["files"] != first.json()["files"]


async def test_outsiders_do_not_learn_that_it_exists(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    hidden = await evidence_api.get(f"/v1/evidence/{evidence_id}", headers=scene.outsider)
    absent = await evidence_api.get(f"/v1/evidence/{uuid4()}", headers=scene.reporter)
    assert code_of(hidden) == code_of(absent) == (404, "evidence-not-found")
    assert hidden.json()["detail"] == absent.json()["detail"]
    unproven = await evidence_api.get(f"/v1/evidence/{evidence_id}")
    assert code_of(unproven) == (401, "token-missing")
