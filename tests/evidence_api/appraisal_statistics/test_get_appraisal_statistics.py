"""GET /v1/appraisal-statistics: how each body keeps to its service level."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.db.models import Appraisal
from tests.evidence_api.scene import Caller, Scene, appraise, code_of, released_evidence

MONDAY = datetime(2026, 3, 2, 3, tzinfo=UTC)
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


async def ask(api: httpx.AsyncClient, caller: Caller, **query: str) -> list[dict[str, Any]]:
    response = await api.get("/v1/appraisal-statistics", params=MARCH | query, headers=caller)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def decided(api: httpx.AsyncClient, session: AsyncSession, scene: Scene, days: int) -> None:
    """A verdict of the first body so many days after the Monday on which the version came before it."""
    evidence_id = await released_evidence(api, session, scene, at=MONDAY)
    appraisal_id = (await appraise(api, scene.reviewer, evidence_id, "invalid")).json()["id"]
    at = MONDAY + timedelta(days=days)
    await session.execute(update(Appraisal).where(Appraisal.id == UUID(appraisal_id)).values(decided_at=at))
    await session.commit()


async def test_within_and_late_add_up(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    for days in (0, 1, 7, 8):
        await decided(evidence_api, session, scene, days)
    await released_evidence(evidence_api, session, scene, at=MONDAY)
    await released_evidence(evidence_api, session, scene, at=now())
    (told,) = await ask(evidence_api, scene.reviewer)
    assert told["organization"]["id"] == str(scene.helper_team.id)
    assert (told["received"], told["decided"], told["within"], told["late"]) == (5, 4, 3, 1)
    assert (told["waiting"], told["overdue"], told["with_submitter"]) == (2, 1, 0)
    assert (told["median_days"], told["slow_days"]) == (1, 6)


async def test_whoever_stands_above_a_body_sees_it_and_nobody_else(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    await decided(evidence_api, session, scene, 1)
    (told,) = await ask(evidence_api, scene.upper_reviewer)
    assert told["organization"]["id"] == str(scene.helper_team.id)
    assert await ask(evidence_api, scene.upper_reviewer, organization=str(scene.office.id)) == []
    assert len(await ask(evidence_api, scene.upper_reviewer, organization=str(scene.ward.id))) == 1
    assert await ask(evidence_api, scene.outsider) == []
    assert await ask(evidence_api, scene.reporter) == []


async def test_a_withdrawn_verdict_counts_as_none(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene, at=now())
    appraisal_id = (await appraise(evidence_api, scene.reviewer, evidence_id)).json()["id"]
    await evidence_api.post(f"/v1/appraisals/{appraisal_id}/withdraw", json={"reason": "x"}, headers=scene.reviewer)
    response = await evidence_api.get("/v1/appraisal-statistics", headers=scene.reviewer)
    (told,) = response.json()["items"]
    assert (told["received"], told["decided"], told["waiting"], told["median_days"]) == (1, 0, 1, None)


async def test_a_span_is_a_year_at_the_most(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    for span in ({"from": "2026-03-02", "to": "2026-03-01"}, {"from": "2025-01-01", "to": "2026-03-01"}):
        response = await evidence_api.get("/v1/appraisal-statistics", params=span, headers=scene.reviewer)
        assert code_of(response) == (422, "span-invalid")
