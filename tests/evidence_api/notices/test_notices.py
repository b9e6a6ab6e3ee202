"""GET /v1/notices and POST /v1/notices/{id}/read: what an organization was told, and whether it knows."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now
from shared.db.ids import new_id
from shared.db.models import Notice
from shared.domain.principal import Role
from tests.evidence_api.scene import Caller, Scene, code_of, released_evidence, succeed_office, trail
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization


async def leave(api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> str:
    """A notice with the office."""
    notice = Notice(
        id=new_id(),
        organization_id=scene.office.id,
        kind="appraisal.decided",
        assignment_id=scene.assignment.id,
        evidence_id=await released_evidence(api, session, scene),
        evidence_version=1,
        facts={"level": 1, "verdict": "invalid"},
        noticed_at=now(),
    )
    session.add(notice)
    await session.commit()
    return str(notice.id)


async def listed(api: httpx.AsyncClient, caller: Caller, **query: str) -> list[str]:
    response = await api.get("/v1/notices", params=query, headers=caller)
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["items"]]


async def test_a_notice_is_told_in_words_and_read_once_for_all(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    first, second = [await leave(evidence_api, session, scene) for _ in range(2)]
    assert await listed(evidence_api, scene.viewer) == [second, first]
    answer = await evidence_api.post(f"/v1/notices/{first}/read", headers=scene.reporter)
    told = answer.json()
    assert (answer.status_code, told["text"]) == (200, "Cơ quan thẩm định (cấp thẩm định 1) kết luận: Không hợp lệ.")
    again = (await evidence_api.post(f"/v1/notices/{first}/read", headers=scene.reporter)).json()
    assert again["read_at"] == told["read_at"] is not None
    assert await listed(evidence_api, scene.viewer, read="false") == [second]
    assert await listed(evidence_api, scene.viewer, read="true") == [first]
    assert len(await trail(session, "notice.read")) == 1


async def test_notices_are_of_the_very_organization(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene
) -> None:
    notice_id = await leave(evidence_api, session, scene)
    for caller in (scene.reviewer, scene.upper_reviewer, scene.outsider):
        assert await listed(evidence_api, caller) == []
        refused = await evidence_api.post(f"/v1/notices/{notice_id}/read", headers=caller)
        assert code_of(refused) == (404, "notice-not-found")
    refused = await evidence_api.post(f"/v1/notices/{notice_id}/read", headers=scene.viewer)
    assert code_of(refused) == (403, "role-required")


async def test_whoever_takes_over_the_duties_reads_what_was_left_with_their_predecessor(
    evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene, token_maker: TokenMaker
) -> None:
    heir = await make_organization(session, parent=scene.ward)
    below = await make_organization(session, parent=heir)
    callers = [await make_caller(session, token_maker, each, Role.REPORTER) for each in (heir, below, scene.ward)]
    notice_id = await leave(evidence_api, session, scene)
    assert [await listed(evidence_api, caller) for caller in callers] == [[], [], []]
    await succeed_office(session, scene, heir)
    assert [await listed(evidence_api, caller) for caller in callers] == [[notice_id], [], []]
    read = await evidence_api.post(f"/v1/notices/{notice_id}/read", headers=callers[0])
    assert read.status_code == 200


async def test_notices_come_page_by_page(evidence_api: httpx.AsyncClient, session: AsyncSession, scene: Scene) -> None:
    ids = [await leave(evidence_api, session, scene) for _ in range(3)]
    page = (await evidence_api.get("/v1/notices", params={"limit": 2}, headers=scene.viewer)).json()
    query = {"limit": "2", "cursor": page["next_cursor"]}
    rest = (await evidence_api.get("/v1/notices", params=query, headers=scene.viewer)).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
