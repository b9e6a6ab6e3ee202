"""POST /v1/appraisals/{id}/withdraw: a verdict is taken back by its own level, before the next one decides."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Appraisal
from tests.evidence_api.scene import (
    Caller,
    Scene,
    add_assignment,
    appraise,
    code_of,
    payloads,
    released_evidence,
    set_status,
    submit_next,
    trail,
)


async def withdraw(api: httpx.AsyncClient, caller: Caller, appraisal_id: str) -> httpx.Response:
    return await api.post(f"/v1/appraisals/{appraisal_id}/withdraw", json={"reason": "Xem nhầm tệp"}, headers=caller)


async def judged(
    api: httpx.AsyncClient, session: AsyncSession, scene: Scene, verdict: str = "valid"
) -> tuple[str, str]:
    """Evidence with a verdict of the first level: the ids of both."""
    evidence_id = await released_evidence(api, session, scene)
    return evidence_id, (await appraise(api, scene.reviewer, evidence_id, verdict)).json()["id"]


@pytest.mark.parametrize("verdict", ["valid", "valid_but_poor", "invalid"])
async def test_a_withdrawn_verdict_stays_on_record_and_the_version_waits_again(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, verdict: str
) -> None:
    evidence_id, appraisal_id = await judged(evidence_api, session, scene, verdict)
    answer = await withdraw(evidence_api, scene.reviewer, appraisal_id)
    assert (answer.status_code, answer.json()["withdrawal_reason"]) == (200, "Xem nhầm tệp")
    pending = (await evidence_api.get("/v1/appraisals", headers=scene.reviewer)).json()["items"]
    assert [(item["evidence_id"], item["level"]) for item in pending] == [(evidence_id, 1)]
    assert (await evidence_api.get("/v1/appraisals", headers=scene.upper_reviewer)).json()["items"] == []
    assert (await appraise(evidence_api, scene.reviewer, evidence_id)).status_code == 201
    kept = (await evidence_api.get(f"/v1/evidence/{evidence_id}/appraisals", headers=scene.reporter)).json()["items"]
    assert [(each["verdict"], each["withdrawn_at"] is None) for each in kept] == [(verdict, False), ("valid", True)]
    expected = {"appraisal_id": appraisal_id, "assignment_id": str(scene.assignment.id)}
    assert await payloads(session, "appraisal.withdrawn") == [expected]
    (entry,) = await trail(session, "appraisal.withdrawn")
    assert entry.after is not None
    assert (entry.target_id, entry.after["reason"]) == (UUID(appraisal_id), "Xem nhầm tệp")


async def test_nobody_withdraws_what_others_relied_on_or_replaced(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, appraisal_id = await judged(evidence_api, session, scene)
    upper = (await appraise(evidence_api, scene.upper_reviewer, evidence_id)).json()["id"]
    assert code_of(await withdraw(evidence_api, scene.reviewer, appraisal_id)) == (409, "later-level-decided")
    assert (await withdraw(evidence_api, scene.upper_reviewer, upper)).status_code == 200
    assert (await withdraw(evidence_api, scene.reviewer, appraisal_id)).status_code == 200
    assert code_of(await withdraw(evidence_api, scene.reviewer, appraisal_id)) == (409, "appraisal-withdrawn")
    other, verdict = await judged(evidence_api, session, scene)
    await submit_next(evidence_api, scene, other)
    assert code_of(await withdraw(evidence_api, scene.reviewer, verdict)) == (409, "evidence-version-changed")


async def test_only_the_same_level_withdraws(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    _, appraisal_id = await judged(evidence_api, session, scene)
    assert code_of(await withdraw(evidence_api, scene.upper_reviewer, appraisal_id)) == (403, "not-your-level")
    assert code_of(await withdraw(evidence_api, scene.reporter, appraisal_id)) == (403, "role-required")
    assert code_of(await withdraw(evidence_api, scene.outsider, appraisal_id)) == (404, "appraisal-not-found")
    assert code_of(await withdraw(evidence_api, scene.reviewer, str(uuid4()))) == (404, "appraisal-not-found")
    assert (await session.scalars(select(Appraisal.withdrawn_at))).all() == [None]


@pytest.mark.parametrize(("status", "answer"), [("completed", 200), ("suspended", 409), ("cancelled", 409)])
async def test_of_closed_work_only_completed_is_reopened_by_it(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, status: str, answer: int
) -> None:
    _, appraisal_id = await judged(evidence_api, session, scene)
    await set_status(session, scene.assignment, status)
    assert (await withdraw(evidence_api, scene.reviewer, appraisal_id)).status_code == answer


async def test_what_completed_one_of_two_assignments_is_taken_back_though_the_other_was_given_up(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id, appraisal_id = await judged(evidence_api, session, scene)
    other = await add_assignment(session, scene)
    link = {"assignment_id": str(other.id)}
    linked = await evidence_api.post(f"/v1/evidence/{evidence_id}/assignments", json=link, headers=scene.reporter)
    assert linked.status_code == 201, linked.text
    await set_status(session, scene.assignment, "cancelled")
    await set_status(session, other, "completed")
    assert (await withdraw(evidence_api, scene.reviewer, appraisal_id)).status_code == 200


async def test_a_withdrawal_says_why(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    _, appraisal_id = await judged(evidence_api, session, scene)
    path = f"/v1/appraisals/{appraisal_id}/withdraw"
    for body in ({}, {"reason": "  "}):
        refused = await evidence_api.post(path, json=body, headers=scene.reviewer)
        assert code_of(refused) == (422, "validation-failed")
