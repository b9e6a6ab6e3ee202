"""Every step of a reviewer, on evidence that nobody can judge: refused with the reason, and with the same for all."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from tests.evidence_api.scene import Scene, code_of, released_evidence

STEPS = {
    "claim": None,
    "appraisals": {"verdict": "valid", "evidence_version": 1},
    "supplement-requests": {
        "text": "Bổ sung phụ lục",
        "due_on": (today() + timedelta(days=7)).isoformat(),
        "evidence_version": 1,
    },
}


async def withdrawn(api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> str:
    evidence_id = await released_evidence(api, session, scene)
    body = {"reason": "Nộp nhầm tệp"}
    response = await api.post(f"/v1/evidence/{evidence_id}/withdraw", json=body, headers=scene.reporter)
    assert response.status_code == 200, response.text
    return evidence_id


async def not_fetched(api: httpx.AsyncClient, _: AsyncSession, scene: Scene) -> str:
    body = {"assignment_id": str(scene.assignment.id), "kind": "link", "url": "https://example.com/tin-bai"}
    response = await api.post("/v1/evidence", json=body, headers=scene.reporter)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("make", "code"), [(withdrawn, "evidence-withdrawn"), (not_fetched, "evidence-not-released")])
async def test_it_is_refused_with_the_reason(
    evidence_api: httpx.AsyncClient,
    session: AsyncSession,
    scene: Scene,
    make: Callable[[httpx.AsyncClient, AsyncSession, Scene], Awaitable[str]],
    code: str,
    step: str,
) -> None:
    evidence_id = await make(evidence_api, session, scene)
    answer = await evidence_api.post(f"/v1/evidence/{evidence_id}/{step}", json=STEPS[step], headers=scene.reviewer)
    assert code_of(answer) == (409, code)
    released = await evidence_api.delete(f"/v1/evidence/{evidence_id}/claim", headers=scene.reviewer)
    assert released.status_code == 204
