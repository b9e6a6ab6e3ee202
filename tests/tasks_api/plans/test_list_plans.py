"""Plans over HTTP: newest first, and only those one may know of."""

from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization, make_plan

Caller = dict[str, str]


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_organization(session, kind="ward")


@pytest.fixture
async def viewer(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.VIEWER)


async def numbers(client: httpx.AsyncClient, caller: Caller, **query: str) -> list[str]:
    answer = await client.get("/v1/plans", params=query, headers=caller)
    assert answer.status_code == 200, answer.text
    return [item["number"] for item in answer.json()["items"]]


async def test_plans_come_newest_first_and_can_be_narrowed_to_a_state(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, viewer: Caller
) -> None:
    plans = [await make_plan(session, ward) for _ in range(3)]
    plans[1].state = "active"
    await make_plan(session, await make_organization(session))
    await session.commit()

    newest = sorted(plans, key=lambda plan: plan.id, reverse=True)
    assert await numbers(tasks_api, viewer) == [plan.number for plan in newest]
    assert await numbers(tasks_api, viewer, state="active") == [plans[1].number]
    assert set(await numbers(tasks_api, viewer, state="draft")) == {plans[0].number, plans[2].number}


async def test_whoever_leads_a_task_sees_the_plan(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, ward: Organization
) -> None:
    lead = await make_organization(session)
    assignment = await make_assignment(session, issuer=ward, lead=lead)
    caller = await make_caller(session, token_maker, lead, Role.VIEWER)

    assert len(await numbers(tasks_api, caller)) == 1
    answer = await tasks_api.get(f"/v1/plans/{assignment.plan_id}", headers=caller)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.json()["issuer_id"] == str(ward.id)


async def test_a_plan_one_may_not_know_of_is_not_found(
    tasks_api: httpx.AsyncClient, session: AsyncSession, viewer: Caller
) -> None:
    foreign = await make_plan(session, await make_organization(session))
    await session.commit()

    for plan_id in (foreign.id, uuid4()):
        answer = await tasks_api.get(f"/v1/plans/{plan_id}", headers=viewer)
        assert (answer.status_code, answer.json()["code"]) == (404, "plan-not-found")


async def test_wrong_questions_are_refused(tasks_api: httpx.AsyncClient, viewer: Caller) -> None:
    assert (await tasks_api.get("/v1/plans", params={"state": "lost"}, headers=viewer)).status_code == 422
    assert (await tasks_api.get("/v1/plans/12", headers=viewer)).status_code == 422
    assert (await tasks_api.get("/v1/plans")).status_code == 401
