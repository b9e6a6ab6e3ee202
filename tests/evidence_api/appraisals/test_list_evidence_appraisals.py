"""GET /v1/evidence/{id}/appraisals: the submitter reads why evidence came back."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.evidence_api.scene import Scene, appraise, code_of, released_evidence, set_state, submit_next


async def test_verdicts_of_every_version_are_told_to_the_submitter(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await appraise(evidence_api, scene.reviewer, evidence_id, "invalid", comment="Chưa có chữ ký")
    await submit_next(evidence_api, scene, evidence_id)
    await set_state(session, evidence_id, number=2)
    await appraise(evidence_api, scene.reviewer, evidence_id, evidence_version=2)
    path = f"/v1/evidence/{evidence_id}/appraisals"
    first = (await evidence_api.get(path, params={"limit": "1"}, headers=scene.viewer)).json()
    (told,) = first["items"]
    assert (told["evidence_version"], told["verdict"], told["comment"]) == (1, "invalid", "Chưa có chữ ký")
    cursor = first["next_cursor"]
    second = (await evidence_api.get(path, params={"limit": "1", "cursor": cursor}, headers=scene.viewer)).json()
    assert [(item["evidence_version"], item["verdict"]) for item in second["items"]] == [(2, "valid")]
    assert second["next_cursor"] is None


async def test_outsiders_read_none(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    response = await evidence_api.get(f"/v1/evidence/{evidence_id}/appraisals", headers=scene.outsider)
    assert code_of(response) == (404, "evidence-not-found")
