"""GET /v1/evidence/{id}/findings: facts the checks established, for the appraiser."""

from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import EvidenceFinding, EvidenceVersion
from tests.evidence_api.scene import Scene, code_of, submit, submit_next


async def add_finding(session: AsyncSession, evidence_id: str, number: int, step: str) -> None:
    version_id = await session.scalar(
        select(EvidenceVersion.id).where(
            EvidenceVersion.evidence_id == UUID(evidence_id), EvidenceVersion.number == number
        )
    )
    session.add(
        EvidenceFinding(evidence_version_id=version_id, step=step, outcome="ok", facts={"ghi_chú": f"bản {number}"})
    )
    await session.commit()


async def test_findings_are_those_of_the_current_version_or_of_the_one_named(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    await add_finding(session, evidence_id, 1, "inspect")
    await submit_next(evidence_api, scene, evidence_id)
    await add_finding(session, evidence_id, 2, "inspect")
    await add_finding(session, evidence_id, 2, "scan")
    response = await evidence_api.get(f"/v1/evidence/{evidence_id}/findings", headers=scene.reviewer)
    assert response.status_code == 200
    told = response.json()
    assert told["next_cursor"] is None
    assert [(item["version"], item["step"], item["outcome"]) for item in told["items"]] == [
        (2, "inspect", "ok"),
        (2, "scan", "ok"),
    ]
    assert told["items"][0]["facts"] == {"ghi_chú": "bản 2"}
    path = f"/v1/evidence/{evidence_id}/findings"
    earlier = await evidence_api.get(path, params={"version": 1}, headers=scene.reviewer)
    assert [(item["version"], item["step"]) for item in earlier.json()["items"]] == [(1, "inspect")]
    never = await evidence_api.get(path, params={"version": 3}, headers=scene.reviewer)
    assert code_of(never) == (404, "version-not-found")


async def test_outsiders_see_none(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    evidence_id = await submit(evidence_api, scene)
    response = await evidence_api.get(f"/v1/evidence/{evidence_id}/findings", headers=scene.outsider)
    assert code_of(response) == (404, "evidence-not-found")
