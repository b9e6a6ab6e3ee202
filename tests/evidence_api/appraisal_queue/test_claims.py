"""POST and DELETE /v1/evidence/{id}/claim: a version is held by one reviewer of the body, for some hours."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.db.models import PendingAppraisal
from shared.domain.principal import Role
from tests.evidence_api.scene import Caller, Scene, appraise, code_of, payloads, released_evidence, submit, trail
from tests.factories.identity import TokenMaker, make_caller


@pytest.fixture
async def colleague(session: AsyncSession, scene: Scene, token_maker: TokenMaker) -> Caller:
    """Another reviewer of the first body."""
    return await make_caller(session, token_maker, scene.helper_team, Role.REVIEWER)


async def claim(api: httpx.AsyncClient, caller: Caller, evidence_id: str) -> httpx.Response:
    return await api.post(f"/v1/evidence/{evidence_id}/claim", headers=caller)


async def release(api: httpx.AsyncClient, caller: Caller, evidence_id: str) -> httpx.Response:
    return await api.delete(f"/v1/evidence/{evidence_id}/claim", headers=caller)


async def queue(api: httpx.AsyncClient, caller: Caller, **query: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await api.get("/v1/appraisals", params=query, headers=caller)).json()["items"]
    return items


async def run_out(session: AsyncSession, evidence_id: str) -> None:
    past = now() - timedelta(seconds=1)
    chosen = update(PendingAppraisal).where(PendingAppraisal.evidence_id == UUID(evidence_id))
    await session.execute(chosen.values(claimed_until=past))
    await session.commit()


async def test_who_holds_a_version_is_shown_to_the_body(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, colleague: Caller
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    other = await released_evidence(evidence_api, session, scene)
    answer = await claim(evidence_api, scene.reviewer, evidence_id)
    assert (answer.status_code, answer.json()["claim"]["mine"]) == (200, True)
    (shown,) = await queue(evidence_api, colleague, claimed_by="anyone")
    assert (shown["evidence_id"], shown["claim"]["mine"]) == (evidence_id, False)  # type: ignore[index]
    assert [item["evidence_id"] for item in await queue(evidence_api, scene.reviewer, claimed_by="me")] == [evidence_id]
    assert await queue(evidence_api, colleague, claimed_by="me") == []
    assert [item["evidence_id"] for item in await queue(evidence_api, colleague, claimed_by="nobody")] == [other]
    (entry,) = await trail(session, "appraisal.claimed")
    assert (entry.target_id, entry.organization_id) == (UUID(evidence_id), scene.helper_team.id)


async def test_what_somebody_holds_is_neither_claimed_nor_judged_nor_released_by_another(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, colleague: Caller
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    held = (await claim(evidence_api, scene.reviewer, evidence_id)).json()["claim"]
    refusals = [
        await claim(evidence_api, colleague, evidence_id),
        await appraise(evidence_api, colleague, evidence_id),
        await release(evidence_api, colleague, evidence_id),
    ]
    for refused in refusals:
        assert code_of(refused) == (409, "claimed-by-other")
        assert refused.json()["facts"]["claimed_by"] == held["claimed_by"]
        assert "đang giữ minh chứng này" in refused.json()["detail"]
    assert await payloads(session, "appraisal.decided") == []
    assert (await appraise(evidence_api, scene.reviewer, evidence_id)).status_code == 201


async def test_a_claim_that_ran_out_or_was_released_holds_nobody_off(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, colleague: Caller
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await claim(evidence_api, scene.reviewer, evidence_id)
    await run_out(session, evidence_id)
    assert (await claim(evidence_api, colleague, evidence_id)).status_code == 200
    assert (await release(evidence_api, colleague, evidence_id)).status_code == 204
    assert (await release(evidence_api, colleague, evidence_id)).status_code == 204
    assert len(await trail(session, "appraisal.claim_released")) == 1
    assert (await claim(evidence_api, scene.reviewer, evidence_id)).status_code == 200


async def test_only_whoever_may_judge_now_may_claim(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    unchecked = await submit(evidence_api, scene)
    assert code_of(await claim(evidence_api, scene.upper_reviewer, evidence_id)) == (409, "not-your-turn")
    assert code_of(await claim(evidence_api, scene.reviewer, unchecked)) == (409, "evidence-not-released")
    assert code_of(await claim(evidence_api, scene.viewer, evidence_id)) == (403, "role-required")
    assert code_of(await claim(evidence_api, scene.outsider, evidence_id)) == (404, "evidence-not-found")
    assert code_of(await release(evidence_api, scene.outsider, evidence_id)) == (404, "evidence-not-found")


async def test_the_next_level_finds_the_version_free(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await claim(evidence_api, scene.reviewer, evidence_id)
    await appraise(evidence_api, scene.reviewer, evidence_id)
    (item,) = await queue(evidence_api, scene.upper_reviewer)
    assert item["claim"] is None
