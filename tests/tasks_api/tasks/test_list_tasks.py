"""Tasks over HTTP: in the order of their plans, found with or without marks, and only those one may know of."""

from collections.abc import Mapping
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, Plan, Task, TaskGroup
from shared.domain.principal import Role
from shared.domain.text import fold
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization, make_plan, make_task

Caller = dict[str, str]
TITLES = {
    "1": "Xây dựng Kế hoạch chuyển đổi số",
    "2": "Rà soát thủ tục hành chính",
    "3": "Tập huấn 100% cán bộ",
    "4": "Đối thoại với doanh nghiệp",
}


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_organization(session, kind="ward", code="H97.1")


@pytest.fixture
async def offices(session: AsyncSession, ward: Organization) -> Mapping[str, Organization]:
    return {code: await make_organization(session, parent=ward, code=code) for code in ("H97.1.VP", "H97.1.KT")}


@pytest.fixture
async def plan(session: AsyncSession, ward: Organization, offices: Mapping[str, Organization]) -> Plan:
    """Four tasks in reverse order of writing; the last two in a group; the office leads 1 and 2 and helps in 3."""
    plan = await make_plan(session, ward)
    group = TaskGroup(plan_id=plan.id, no="II", title="Nhóm hai", position=2)
    session.add(group)
    await session.flush()
    office, economy = offices.values()
    for position, (code, title) in reversed(list(enumerate(TITLES.items(), start=1))):
        lead = office if code in {"1", "2"} else economy
        helpers = [office] if code == "3" else []
        task = await make_task(session, plan, lead, code=code, coordinating=helpers)
        task.position, task.title, task.search_text = position, title, fold(title)
        task.group_id = group.id if code in {"3", "4"} else None
    await session.commit()
    return plan


@pytest.fixture
async def viewer(session: AsyncSession, token_maker: TokenMaker, ward: Organization, plan: Plan) -> Caller:
    return await make_caller(session, token_maker, ward, Role.VIEWER)


async def codes(client: httpx.AsyncClient, caller: Caller, **query: str) -> list[str]:
    answer = await client.get("/v1/tasks", params=query, headers=caller)
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


async def test_tasks_stand_in_the_order_of_the_plan(tasks_api: httpx.AsyncClient, viewer: Caller, plan: Plan) -> None:
    assert await codes(tasks_api, viewer) == ["1", "2", "3", "4"]
    assert await codes(tasks_api, viewer, plan=str(plan.id)) == ["1", "2", "3", "4"]
    assert await codes(tasks_api, viewer, plan=str(uuid4())) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"lead": "H97.1.VP"}, ["1", "2"]),
        ({"lead": "H97.1.KT"}, ["3", "4"]),
        ({"coordinating": "H97.1.VP"}, ["3"]),
        ({"lead": "H97.1.VP", "coordinating": "H97.1.VP"}, []),
        ({"lead": "H97.1.ZZ"}, []),
        ({"text": "ke hoach"}, ["1"]),
        ({"text": "KẾ HOẠCH"}, ["1"]),
        ({"text": "doi"}, ["1", "4"]),
        ({"text": "đối thoại"}, ["4"]),
        ({"text": "100%"}, ["3"]),
        ({"text": "%_"}, []),
        ({"text": "ke hoach", "lead": "H97.1.KT"}, []),
    ],
    ids=str,
)
async def test_filters_narrow_the_list_and_marks_are_optional(
    tasks_api: httpx.AsyncClient, viewer: Caller, query: dict[str, str], expected: list[str]
) -> None:
    assert await codes(tasks_api, viewer, **query) == expected


async def test_a_group_can_be_asked_for(
    tasks_api: httpx.AsyncClient, session: AsyncSession, viewer: Caller, plan: Plan
) -> None:
    answer = await tasks_api.get("/v1/tasks", params={"text": "tap huan"}, headers=viewer)
    group = answer.json()["items"][0]["group_id"]

    assert await codes(tasks_api, viewer, group=group) == ["3", "4"]


async def test_one_sees_the_tasks_one_has_a_part_in_and_no_others_of_the_plan(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, plan: Plan
) -> None:
    mine, other = await make_organization(session), await make_organization(session)
    assignment = await make_assignment(session, lead=mine)
    active = await session.get_one(Plan, assignment.plan_id)
    hidden = await make_task(session, active, other, code="9")
    caller = await make_caller(session, token_maker, mine, Role.VIEWER)

    assert await codes(tasks_api, caller) == ["1"]
    shown = await tasks_api.get(f"/v1/tasks/{assignment.task_id}", headers=caller)
    assert (shown.status_code, shown.headers["ETag"], shown.json()["deadline_kind"]) == (200, '"1"', "year")
    for task_id in (hidden.id, uuid4()):
        answer = await tasks_api.get(f"/v1/tasks/{task_id}", headers=caller)
        assert (answer.status_code, answer.json()["code"]) == (404, "task-not-found")


async def test_a_task_shows_the_cells_as_written(
    tasks_api: httpx.AsyncClient, session: AsyncSession, viewer: Caller, plan: Plan
) -> None:
    item = (await tasks_api.get("/v1/tasks", headers=viewer)).json()["items"][0]
    task = await session.get_one(Task, item["id"])

    assert item == {
        "id": str(task.id),
        "plan_id": str(plan.id),
        "group_id": None,
        "state": "active",
        "code": "1",
        "general_task": None,
        "title": TITLES["1"],
        "required_output": None,
        "kpi": None,
        "lead_text": None,
        "coordinating_text": None,
        "deadline_text": None,
        "deadline_kind": "year",
        "deadline_start": "2026-01-01",
        "deadline_due": "2026-12-31",
        "deadline_recurrence": None,
        "deadline_days": [],
        "milestones": [],
        "source": {"table": 1, "row": 2},
        "version": 1,
    }


@pytest.mark.parametrize(
    "query", [{"plan": "x"}, {"group": "x"}, {"lead": "H1"}, {"coordinating": "x" * 36}, {"text": "x"}]
)
async def test_a_filter_that_cannot_be_is_refused(
    tasks_api: httpx.AsyncClient, viewer: Caller, query: dict[str, str]
) -> None:
    answer = await tasks_api.get("/v1/tasks", params=query, headers=viewer)

    assert answer.status_code == 422
    assert [error["place"] for error in answer.json()["errors"]] == list(query)


async def test_nobody_reads_tasks_without_a_token(tasks_api: httpx.AsyncClient) -> None:
    assert (await tasks_api.get("/v1/tasks")).status_code == 401
    assert (await tasks_api.get(f"/v1/tasks/{uuid4()}")).status_code == 401
