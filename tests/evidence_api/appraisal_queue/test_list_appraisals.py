"""GET /v1/appraisals: what waits for the caller's organization, and what it decided."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.db.models import EvidenceVersion
from tests.evidence_api.scene import Scene, appraise, code_of, released_evidence, set_state, submit, submit_next

MARCH = datetime(2026, 3, 2, 3, tzinfo=UTC)


async def waiting(api: httpx.AsyncClient, caller: dict[str, str], **query: str) -> list[str]:
    response = await api.get("/v1/appraisals", params={"state": "pending"} | query, headers=caller)
    assert response.status_code == 200, response.text
    return [item["evidence_id"] for item in response.json()["items"]]


async def test_released_evidence_waits_for_the_body_whose_turn_it_is(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await submit(evidence_api, scene)
    assert await waiting(evidence_api, scene.reviewer) == []
    await set_state(session, evidence_id)
    assert await waiting(evidence_api, scene.reviewer) == [evidence_id]
    assert await waiting(evidence_api, scene.upper_reviewer) == []
    await appraise(evidence_api, scene.reviewer, evidence_id)
    assert await waiting(evidence_api, scene.reviewer) == []
    assert await waiting(evidence_api, scene.upper_reviewer) == [evidence_id]
    await appraise(evidence_api, scene.upper_reviewer, evidence_id)
    assert await waiting(evidence_api, scene.upper_reviewer) == []


async def test_refused_evidence_waits_again_only_as_a_new_released_version(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await appraise(evidence_api, scene.reviewer, evidence_id, "invalid")
    assert await waiting(evidence_api, scene.reviewer) == []
    assert await waiting(evidence_api, scene.upper_reviewer) == []
    await submit_next(evidence_api, scene, evidence_id)
    assert await waiting(evidence_api, scene.reviewer) == []
    await set_state(session, evidence_id, number=2)
    assert await waiting(evidence_api, scene.reviewer) == [evidence_id]


async def test_an_item_tells_its_age_and_what_it_proves(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    released_at = now() - timedelta(days=9)
    evidence_id = await released_evidence(evidence_api, session, scene, at=released_at)
    response = await evidence_api.get("/v1/appraisals", headers=scene.reviewer)
    (item,) = response.json()["items"]
    assert item["evidence_id"] == evidence_id
    assert (item["evidence_version"], item["level"], item["kind"]) == (1, 1, "signed_document")
    assert (item["age_days"], item["appraisal"]) == (9, None)
    assert item["assignment_id"] == str(scene.assignment.id)
    assert (item["organization_id"], item["organization_name"]) == (str(scene.office.id), "Phòng Văn hóa - Xã hội")
    assert (item["plan_title"], item["task_code"], item["task_title"]) == ("Kế hoạch thử nghiệm", "1", "Nhiệm vụ 1")
    assert item["due_on"] == "2026-12-31"


async def test_what_waits_longest_comes_first_page_by_page(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    days = [3, 1, 2, 1]
    ids = [
        await released_evidence(evidence_api, session, scene, at=MARCH + timedelta(days=day, microseconds=day))
        for day in days
    ]
    expected = [ids[1], ids[3], ids[2], ids[0]]
    assert await waiting(evidence_api, scene.reviewer) == expected
    seen: list[str] = []
    query = {"limit": "1"}
    for _ in ids:
        page = (await evidence_api.get("/v1/appraisals", params=query, headers=scene.reviewer)).json()
        seen += [item["evidence_id"] for item in page["items"]]
        query["cursor"] = page["next_cursor"]
    assert seen == expected
    assert page["next_cursor"] is None


async def test_decided_are_the_verdicts_of_ones_own_body_latest_first(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    released_at = now() - timedelta(days=4)
    first = await released_evidence(evidence_api, session, scene, at=released_at)
    second = await released_evidence(evidence_api, session, scene, at=released_at)
    await appraise(evidence_api, scene.reviewer, first)
    await appraise(evidence_api, scene.reviewer, second, "invalid")
    await appraise(evidence_api, scene.upper_reviewer, first)
    await submit_next(evidence_api, scene, second)

    query = {"state": "decided", "limit": "1"}
    page = (await evidence_api.get("/v1/appraisals", params=query, headers=scene.reviewer)).json()
    (latest,) = page["items"]
    assert (latest["evidence_id"], latest["evidence_version"], latest["age_days"]) == (second, 1, 4)
    assert latest["appraisal"]["verdict"] == "invalid"
    assert [reason["code"] for reason in latest["appraisal"]["reasons"]] == ["not_signed"]
    query["cursor"] = page["next_cursor"]
    page = (await evidence_api.get("/v1/appraisals", params=query, headers=scene.reviewer)).json()
    assert [item["evidence_id"] for item in page["items"]] == [first]
    assert page["next_cursor"] is None

    upper = (await evidence_api.get("/v1/appraisals", params={"state": "decided"}, headers=scene.upper_reviewer)).json()
    assert [(item["evidence_id"], item["level"]) for item in upper["items"]] == [(first, 2)]


async def test_others_have_an_empty_queue(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene)
    await appraise(evidence_api, scene.reviewer, evidence_id)
    for caller in (scene.reporter, scene.outsider):
        for state in ("pending", "decided"):
            assert await waiting(evidence_api, caller, state=state) == []


async def test_another_state_is_refused(evidence_api: httpx.AsyncClient, scene: Scene) -> None:
    response = await evidence_api.get("/v1/appraisals", params={"state": "all"}, headers=scene.reviewer)
    assert code_of(response) == (422, "validation-failed")


async def set_risk(session: AsyncSession, evidence_id: str, risk: int) -> None:
    statement = update(EvidenceVersion).where(EvidenceVersion.evidence_id == UUID(evidence_id)).values(risk=risk)
    await session.execute(statement)
    await session.commit()


async def test_what_weighs_most_comes_first_page_by_page(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    ids = [
        await released_evidence(evidence_api, session, scene, at=MARCH + timedelta(days=day)) for day in (1, 2, 3, 4)
    ]
    await set_risk(session, ids[2], 100)
    await set_risk(session, ids[3], 100)
    expected = [ids[2], ids[3], ids[0], ids[1]]
    assert await waiting(evidence_api, scene.reviewer) == expected
    assert await waiting(evidence_api, scene.reviewer, order="age") == ids
    seen: list[str] = []
    query = {"limit": "1"}
    for _ in ids:
        page = (await evidence_api.get("/v1/appraisals", params=query, headers=scene.reviewer)).json()
        seen += [item["evidence_id"] for item in page["items"]]
        query["cursor"] = page["next_cursor"]
    assert (seen, page["next_cursor"]) == (expected, None)


async def test_an_item_tells_the_last_day_of_its_service_level(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    # Released on a Monday: five working days after it is the next Monday.
    await released_evidence(evidence_api, session, scene, at=MARCH)
    (item,) = (await evidence_api.get("/v1/appraisals", headers=scene.reviewer)).json()["items"]
    assert (item["decide_by"], item["overdue"], item["escalated_at"]) == ("2026-03-09", True, None)
    assert datetime.fromisoformat(item["waiting_since"]) == MARCH


async def test_the_queue_is_narrowed(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    late = await released_evidence(evidence_api, session, scene, at=MARCH)
    fresh = await released_evidence(evidence_api, session, scene, at=now())
    other = str(scene.ward.id)
    narrowed = {
        ("overdue", "true"): [late],
        ("overdue", "false"): [fresh],
        ("level", "1"): [late, fresh],
        ("level", "2"): [],
        ("plan", str(scene.assignment.plan_id)): [late, fresh],
        ("plan", other): [],
        ("organization", str(scene.office.id)): [late, fresh],
        ("organization", other): [late, fresh],
        ("organization", str(scene.helper_team.id)): [],
        ("claimed_by", "nobody"): [late, fresh],
        ("claimed_by", "anyone"): [],
    }
    for (name, value), expected in narrowed.items():
        assert await waiting(evidence_api, scene.reviewer, **{name: value}) == expected, (name, value)
    unknown = await evidence_api.get("/v1/appraisals", params={"organization": str(uuid4())}, headers=scene.reviewer)
    assert code_of(unknown) == (404, "organization-not-found")


async def test_the_next_level_waits_from_the_verdict_before_it(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    evidence_id = await released_evidence(evidence_api, session, scene, at=MARCH)
    decided_at = (await appraise(evidence_api, scene.reviewer, evidence_id)).json()["decided_at"]
    (item,) = (await evidence_api.get("/v1/appraisals", headers=scene.upper_reviewer)).json()["items"]
    assert datetime.fromisoformat(item["waiting_since"]) == datetime.fromisoformat(decided_at)
    assert (item["level"], item["age_days"], item["overdue"]) == (2, 0, False)
