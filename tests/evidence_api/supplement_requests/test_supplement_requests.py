"""POST and GET /v1/evidence/{id}/supplement-requests: the submitter is asked for more, by a day."""

from datetime import date, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.appraisal_waits.operations import expire_supplements
from services.evidence_api.supplement_requests.rules import state_of
from shared.clock import now, today
from shared.db.calendar import load_calendar
from tests.evidence_api.scene import (
    Caller,
    Scene,
    appraise,
    code_of,
    payloads,
    released_evidence,
    set_state,
    set_status,
    submit_next,
    trail,
)


async def ask(api: httpx.AsyncClient, caller: Caller, evidence_id: str, days: int = 7) -> httpx.Response:
    body = {"text": "Bổ sung phụ lục", "due_on": (today() + timedelta(days=days)).isoformat(), "evidence_version": 1}
    return await api.post(f"/v1/evidence/{evidence_id}/supplement-requests", json=body, headers=caller)


async def shown(api: httpx.AsyncClient, caller: Caller, state: str) -> list[tuple[str, str | None]]:
    items = (await api.get("/v1/appraisals", params={"state": state}, headers=caller)).json()["items"]
    return [(item["evidence_id"], item["supplement"]) for item in items]


async def test_the_version_waits_for_its_submitter_until_the_next_one_comes(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    told = await ask(evidence_api, scene.reviewer, evidence_id)
    assert (told.status_code, told.json()["state"], told.json()["level"]) == (201, "open", 1)
    assert await shown(evidence_api, scene.reviewer, "pending") == []
    assert await shown(evidence_api, scene.reviewer, "supplement") == [(evidence_id, "open")]
    assert code_of(await appraise(evidence_api, scene.reviewer, evidence_id)) == (409, "supplement-open")
    assert code_of(await ask(evidence_api, scene.reviewer, evidence_id)) == (409, "supplement-open")
    await submit_next(evidence_api, scene, evidence_id)
    assert await shown(evidence_api, scene.reviewer, "supplement") == []
    await set_state(session, evidence_id, number=2)
    assert await shown(evidence_api, scene.reviewer, "pending") == [(evidence_id, "answered")]
    path = f"/v1/evidence/{evidence_id}/supplement-requests"
    (kept,) = (await evidence_api.get(path, headers=scene.reporter)).json()["items"]
    assert (kept["id"], kept["state"], kept["text"]) == (told.json()["id"], "answered", "Bổ sung phụ lục")
    assert len(await payloads(session, "supplement.requested")) == 1
    assert len(await trail(session, "supplement.requested")) == 1


async def test_a_request_taken_back_holds_no_verdict_and_ends_once(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    asked = (await ask(evidence_api, scene.reviewer, evidence_id)).json()
    path, body = f"/v1/evidence/{evidence_id}/supplement-requests/{asked['id']}/withdraw", {"reason": "Hỏi nhầm tệp"}
    for caller, refusal in {"reporter": "role-required", "upper_reviewer": "not-your-level"}.items():
        refused = await evidence_api.post(path, json=body, headers=getattr(scene, caller))
        assert code_of(refused) == (403, refusal)
    told = await evidence_api.post(path, json=body, headers=scene.reviewer)
    assert told.status_code == 200
    assert (told.json()["state"], told.json()["withdrawal_reason"]) == ("withdrawn", "Hỏi nhầm tệp")
    assert await shown(evidence_api, scene.reviewer, "pending") == [(evidence_id, None)]
    again = await evidence_api.post(path, json=body, headers=scene.reviewer)
    assert code_of(again) == (409, "supplement-not-open")
    assert await expire_supplements(session, on=today() + timedelta(days=90), now=now()) == 0
    assert (await ask(evidence_api, scene.reviewer, evidence_id)).status_code == 201, "a better one"
    await submit_next(evidence_api, scene, evidence_id)
    listed = await evidence_api.get(f"/v1/evidence/{evidence_id}/supplement-requests", headers=scene.viewer)
    assert [each["state"] for each in listed.json()["items"]] == ["withdrawn", "answered"]
    assert len(await payloads(session, "supplement.withdrawn")) == 1
    assert len(await trail(session, "supplement.withdrawn")) == 1


@pytest.mark.parametrize(
    ("ends", "state"),
    [
        (set(), "open"),
        ({"withdrawn"}, "withdrawn"),
        ({"expired"}, "expired"),
        ({"next"}, "answered"),
        ({"evidence_withdrawn"}, "withdrawn"),
        ({"withdrawn", "next"}, "withdrawn"),
        ({"expired", "next"}, "expired"),
        ({"withdrawn", "next", "evidence_withdrawn"}, "withdrawn"),
        ({"expired", "evidence_withdrawn"}, "expired"),
        ({"next", "evidence_withdrawn"}, "answered"),
    ],
)
def test_what_ended_a_request_first_stays_its_end(ends: set[str], state: str) -> None:
    known = {name: name in ends for name in ("withdrawn", "expired", "evidence_withdrawn")}
    assert state_of(1, 2 if "next" in ends else 1, **known) == state


async def test_the_day_shown_is_the_one_that_counts(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    calendar = await load_calendar(session)
    days = next(n for n in range(1, 30) if not calendar.is_working_day(today() + timedelta(days=n)))
    evidence_id = await released_evidence(evidence_api, session, scene)
    due_on = date.fromisoformat((await ask(evidence_api, scene.reviewer, evidence_id, days)).json()["due_on"])
    assert due_on == calendar.enforced_due(today() + timedelta(days=days)) > today() + timedelta(days=days)
    assert await expire_supplements(session, on=due_on, now=now()) == 0
    assert await expire_supplements(session, on=due_on + timedelta(days=1), now=now()) == 1
    assert await expire_supplements(session, on=due_on + timedelta(days=1), now=now()) == 0
    await session.commit()
    assert await shown(evidence_api, scene.reviewer, "pending") == [(evidence_id, "expired")]
    assert len(await payloads(session, "supplement.expired")) == 1
    assert (await appraise(evidence_api, scene.reviewer, evidence_id, "invalid")).status_code == 201


@pytest.mark.parametrize("ended", ["withdrawn", "cancelled"])
async def test_nobody_is_told_that_nothing_came_of_what_nobody_waits_for(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, ended: str
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await ask(evidence_api, scene.reviewer, evidence_id)
    if ended == "withdrawn":
        body = {"reason": "Nộp nhầm tệp"}
        await evidence_api.post(f"/v1/evidence/{evidence_id}/withdraw", json=body, headers=scene.reporter)
    else:
        await set_status(session, scene.assignment, ended)
    assert await expire_supplements(session, on=today() + timedelta(days=90), now=now()) == 0


@pytest.mark.parametrize(("days", "code"), [(0, "supplement-day-past"), (31, "supplement-day-too-far")])
async def test_the_day_lies_ahead_and_not_too_far(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, days: int, code: str
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    assert code_of(await ask(evidence_api, scene.reviewer, evidence_id, days)) == (422, code)


async def test_only_whoever_may_judge_now_asks(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    assert code_of(await ask(evidence_api, scene.upper_reviewer, evidence_id)) == (409, "not-your-turn")
    assert code_of(await ask(evidence_api, scene.viewer, evidence_id)) == (403, "role-required")
    assert code_of(await ask(evidence_api, scene.outsider, evidence_id)) == (404, "evidence-not-found")
    path = f"/v1/evidence/{evidence_id}/supplement-requests"
    assert code_of(await evidence_api.get(path, headers=scene.outsider)) == (404, "evidence-not-found")
