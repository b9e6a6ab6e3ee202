"""GET /v1/evidence: all evidence of one assignment, page by page."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from tests.evidence_api.scene import Scene, code_of, submit
from tests.factories.tracking import make_assignment


async def test_pages_follow_one_another_oldest_first(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    ids = [await submit(evidence_api, scene) for _ in range(3)]
    query = {"assignment_id": str(scene.assignment.id), "limit": "2"}
    first = (await evidence_api.get("/v1/evidence", params=query, headers=scene.reviewer)).json()
    assert [item["id"] for item in first["items"]] == ids[:2]
    assert [len(item["files"]) for item in first["items"]] == [1, 1]
    query["cursor"] = first["next_cursor"]
    second = (await evidence_api.get("/v1/evidence", params=query, headers=scene.reviewer)).json()
    assert [item["id"] for item in second["items"]] == ids[2:]
    assert second["next_cursor"] is None


async def test_only_the_assignment_asked_for_is_listed(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    other = await make_assignment(session, issuer=scene.ward, lead=scene.office)
    await session.commit()
    await submit(evidence_api, scene)
    response = await evidence_api.get("/v1/evidence", params={"assignment_id": str(other.id)}, headers=scene.reporter)
    assert response.json() == {"items": [], "next_cursor": None}


async def test_refusals(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    query = {"assignment_id": str(scene.assignment.id)}
    hidden = await evidence_api.get("/v1/evidence", params=query, headers=scene.outsider)
    assert code_of(hidden) == (404, "assignment-not-found")
    unnamed = await evidence_api.get("/v1/evidence", headers=scene.reporter)
    assert code_of(unnamed) == (422, "validation-failed")
    forged = await evidence_api.get("/v1/evidence", params=query | {"cursor": "x"}, headers=scene.reporter)
    assert code_of(forged) == (422, "cursor-invalid")
