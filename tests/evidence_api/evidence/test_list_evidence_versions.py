"""GET /v1/evidence/{id}/versions: the whole history, never overwritten."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.evidence_api.scene import Scene, code_of, released_evidence, submit, submit_next


async def test_every_version_is_there_with_its_own_files(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await submit_next(evidence_api, scene, evidence_id)
    await submit_next(evidence_api, scene, evidence_id)
    path = f"/v1/evidence/{evidence_id}/versions"
    first = (await evidence_api.get(path, params={"limit": "2"}, headers=scene.reviewer)).json()
    assert [(item["number"], item["state"]) for item in first["items"]] == [(1, "released"), (2, "received")]
    cursor = first["next_cursor"]
    second = (await evidence_api.get(path, params={"limit": "2", "cursor": cursor}, headers=scene.reviewer)).json()
    assert [item["number"] for item in second["items"]] == [3]
    assert second["next_cursor"] is None
    digests = [file["sha256"] for page in (first, second) for item in page["items"] for file in item["files"]]
    assert len(set(digests)) == 3


async def test_outsiders_see_none(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    response = await evidence_api.get(f"/v1/evidence/{evidence_id}/versions", headers=scene.outsider)
    assert code_of(response) == (404, "evidence-not-found")
