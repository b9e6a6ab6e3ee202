"""How clear a plan is, in the questions it asks."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, Plan, Task, TaskOrganization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import DOCX, TASKS, WARD, make_sample_ward
from tests.factories.tracking import make_organization

Caller = dict[str, str]


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def commit(client: httpx.AsyncClient, caller: Caller, **wanted: Any) -> str:
    made = await client.post("/v1/plan-imports", params={"issuer": WARD}, content=DOCX, headers=caller)
    path = f"/v1/plan-imports/{made.json()['id']}/commit"
    answer = await client.post(path, json={"accept_issues": ["*"], **wanted}, headers=caller)
    assert answer.status_code == 201, answer.text
    return f"/v1/plans/{answer.json()['plan_id']}/clarity"


async def test_shares_cover_all_tasks_and_the_page_what_each_lacks(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await commit(tasks_api, admin)
    first = (await session.scalars(select(Task).order_by(Task.position))).first()
    assert first is not None
    assert first.required_output
    await session.execute(
        update(TaskOrganization).where(TaskOrganization.task_id == first.id).values(officer="Chánh Văn phòng")
    )
    without_deadline = (await session.scalars(select(Task.code).where(Task.deadline_kind == "unknown"))).all()

    told = (await tasks_api.get(path, params={"limit": 200}, headers=admin)).json()

    assert (told["tasks"], told["clear"], len(told["items"])) == (TASKS, 1, TASKS - 1)
    shares = {share["question"]: (share["clear"], share["label"]) for share in told["questions"]}
    assert shares["person"] == (1, "rõ người")
    assert shares["time"][0] == TASKS - len(without_deadline)
    assert shares["authority"][0] == TASKS
    assert [item["code"] for item in told["items"] if "time" in item["missing"]] == without_deadline


async def test_pages_go_on_where_the_last_ended(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    path = await commit(tasks_api, admin)
    whole = (await tasks_api.get(path, params={"limit": 200}, headers=admin)).json()
    seen: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await tasks_api.get(path, params={"limit": "4", **cursor}, headers=admin)).json()
        assert page["questions"] == whole["questions"]
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == whole["items"]


async def test_a_plan_asks_only_what_it_names(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await commit(tasks_api, admin, clarity=["work", "time", "work"])

    told = (await tasks_api.get(path, headers=admin)).json()

    assert [share["question"] for share in told["questions"]] == ["work", "time"]
    assert (await session.scalars(select(Plan.clarity))).one() == ["work", "time"]
    assert all(item["missing"] == ["time"] for item in told["items"])


async def test_who_may_not_know_the_plan_learns_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, admin: Caller
) -> None:
    path = await commit(tasks_api, admin)
    stranger = await make_caller(session, token_maker, await make_organization(session), Role.PLAN_ADMIN)
    assert (await tasks_api.get(path, headers=stranger)).status_code == 404
