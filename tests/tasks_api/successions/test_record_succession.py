"""One organization succeeds another: whose people act and what they see, from the day on."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.alerts_worker.successions.operations import apply_due
from shared.audit import System
from shared.clock import now, today
from shared.db.models import Membership, Organization, OutboxEvent
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.factories.tracking import make_assignment, make_organization
from tests.http.systems import KeyPair, WardSoftware, register
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, ask_me, fresh_service, make_person, trail

WORKER = System("apply_successions")
TOMORROW = today() + timedelta(days=1)


async def record(
    client: httpx.AsyncClient, by: Person, predecessor: Organization, receiver: Organization, on: date, /, **more: Any
) -> httpx.Response:
    body = {
        "receiver": receiver.code,
        "kind": "merge",
        "effective_on": on.isoformat(),
        "instrument": "1662/NQ-UBTVQH15",
    }
    url = f"/v1/organizations/{predecessor.id}/successions"
    return await client.post(url, json=body | more, headers=by.headers)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def work_of(connection: AsyncConnection, person: Person) -> set[str]:
    """The assignments, plans and tasks somebody is shown."""
    async with fresh_service(connection) as client:
        pages = [await client.get(f"/v1/{what}", headers=person.headers) for what in ("assignments", "plans", "tasks")]
    return {item["id"] for page in pages for item in page.json()["items"]}


async def apply_on(session: AsyncSession, on: date) -> int:
    applied = await apply_due(session, WORKER, on=on, now=now())
    await session.commit()
    return applied


async def test_on_the_day_the_receiver_sees_and_the_predecessor_acts_no_more(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    assignment = await make_assignment(session, issuer=offices.ward, lead=offices.ward)
    below = await make_assignment(session, issuer=offices.elsewhere, lead=offices.unit)
    heir = await make_person(session, token_maker, offices.neighbour, Role.REPORTER)
    assert await work_of(connection, heir) == set()

    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
    assert answer.status_code == 201, answer.text
    # At once, before any worker has done anything: nobody acts for what is no more.
    assert await ask_me(connection, offices.admin) == (403, "no-membership")
    assert await apply_on(session, today()) == 1

    seen = await work_of(connection, heir)
    assert {str(each) for each in (assignment.id, assignment.plan_id, assignment.task_id, below.id)} <= seen
    async with fresh_service(connection) as client:
        report = {"percent": 40, "narrative": "Tiếp tục sau sáp nhập."}
        url = f"/v1/assignments/{assignment.id}/progress"
        assert (await client.post(url, json=report, headers=heir.headers)).status_code == 201
        me = (await client.get("/v1/me", headers=heir.headers)).json()
    assert [each["code"] for each in me["inherited"]] == [offices.ward.code]
    # Units inside the predecessor go on, and so do their people.
    assert await ask_me(connection, offices.reporter) == (200, None)
    assert str(below.id) in await work_of(connection, offices.reporter)


async def test_what_is_ended_is_written_down_and_traced(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
    body = answer.json()
    assert (body["predecessor"]["code"], body["receiver"]["code"]) == (offices.ward.code, offices.neighbour.code)
    assert (body["kind"], body["instrument"], body["applied_at"]) == ("merge", "1662/NQ-UBTVQH15", None)
    facts = select(OutboxEvent.payload).where(OutboxEvent.type == "succession.recorded")
    assert (await session.scalars(facts)).all() == [{"succession_id": body["id"]}]

    await apply_on(session, today())

    eve = today() - timedelta(days=1)
    await session.refresh(offices.ward)
    assert offices.ward.valid_to == eve
    ends = select(Membership.ends_on).where(Membership.organization_id == offices.ward.id)
    assert (await session.scalars(ends)).all() == [eve]
    assert await trail(session, body["id"]) == [
        ("succession.recorded", offices.chief.subject),
        ("succession.applied", "system:apply_successions"),
    ]
    ended = await trail(session, offices.admin.memberships[0])
    assert ended == [("membership.ended", "system:apply_successions")]
    assert await trail(session, offices.ward.id) == [("organization.ended", "system:apply_successions")]
    assert await apply_on(session, today()) == 0


async def test_until_the_day_nothing_changes(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    assignment = await make_assignment(session, issuer=offices.ward, lead=offices.ward)
    heir = await make_person(session, token_maker, offices.neighbour, Role.REPORTER)
    assert (await record(tasks_api, offices.chief, offices.ward, offices.neighbour, TOMORROW)).status_code == 201
    assert await apply_on(session, today()) == 0
    assert await ask_me(connection, offices.admin) == (200, None)
    assert await work_of(connection, heir) == set()
    assert await apply_on(session, TOMORROW) == 1
    assert str(assignment.id) in await work_of(connection, heir)


async def test_everyone_above_the_receiver_sees_what_came_to_it(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    root = await make_organization(session, kind="central_agency")
    left, right = [await make_organization(session, kind="province", parent=root) for _ in range(2)]
    gone = await make_organization(session, kind="ward", parent=left)
    middle = await make_organization(session, kind="ward", parent=left)
    heir = await make_organization(session, kind="ward", parent=right)
    nation = await make_person(session, token_maker, root, Role.ORG_ADMIN)
    above = await make_person(session, token_maker, right, Role.VIEWER)
    assignment = await make_assignment(session, issuer=gone, lead=gone)

    for predecessor, receiver in ((gone, middle), (middle, heir)):
        on = today() - timedelta(days=2 if predecessor is gone else 1)
        assert (await record(tasks_api, nation, predecessor, receiver, on)).status_code == 201
    assert await apply_on(session, today()) == 2

    assert str(assignment.id) in await work_of(connection, above)
    async with fresh_service(connection) as client:
        me = (await client.get("/v1/me", headers=above.headers)).json()
    assert {each["code"] for each in me["inherited"]} == {gone.code, middle.code}


async def test_a_split_shares_what_was_seen_and_ends_nothing(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    before = await make_assignment(session, issuer=offices.ward, lead=offices.ward)
    heir = await make_person(session, token_maker, offices.neighbour, Role.REPORTER)
    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today(), kind="split", tasks=[])
    assert (answer.status_code, answer.json()["named_tasks"]) == (201, 0)
    await apply_on(session, today())
    after = await make_assignment(session, issuer=offices.ward, lead=offices.ward)
    await session.commit()

    seen = await work_of(connection, heir)
    assert str(before.id) in seen
    assert str(after.id) not in seen
    assert await ask_me(connection, offices.admin) == (200, None)
    await session.refresh(offices.ward)
    assert offices.ward.valid_to is None
    async with fresh_service(connection) as client:
        assert (await client.get("/v1/me", headers=heir.headers)).json()["inherited"] == []


async def test_nobody_gets_a_role_in_what_has_ended_and_the_heirs_administrator_knows_its_people(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    heir = await make_person(session, token_maker, offices.neighbour, Role.ORG_ADMIN)
    await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
    await apply_on(session, today())
    body = {"issuer": "https://issuer.test", "subject": "a", "organization": offices.ward.code, "role": "viewer"}
    for person in (offices.chief, heir):
        answer = await tasks_api.post("/v1/memberships", json=body, headers=person.headers)
        assert told(answer) == (409, "organization-ended")
    known = await tasks_api.get("/v1/users", headers=heir.headers)
    assert str(offices.admin.user_id) in {item["id"] for item in known.json()["items"]}


async def test_the_predecessors_systems_are_refused_as_its_people_are(
    tasks_api: httpx.AsyncClient, connection: AsyncConnection, offices: Offices
) -> None:
    pair = KeyPair()
    registered = await register(
        tasks_api, offices.admin.headers, offices.ward.code, pair, scopes=["organizations:read"]
    )
    body = registered.json()
    software = WardSoftware(body["issuer"], body["keys"][0]["kid"], pair)
    for succeeded, status in ((False, 200), (True, 401)):
        if succeeded:
            await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today())
        async with fresh_service(connection) as client:
            headers = {"Authorization": f"Bearer {software.sign()}"}
            assert (await client.get("/v1/me", headers=headers)).status_code == status


async def test_contradictions_are_refused(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    assert (await record(tasks_api, offices.chief, offices.ward, offices.neighbour, TOMORROW)).status_code == 201
    again = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, TOMORROW)
    assert told(again) == (409, "succession-recorded")
    back = await record(tasks_api, offices.chief, offices.neighbour, offices.ward, TOMORROW)
    assert told(back) == (409, "receiver-ended")
    itself = await record(tasks_api, offices.chief, offices.ward, offices.ward, TOMORROW)
    assert told(itself) == (422, "succession-to-itself")
    within = await record(tasks_api, offices.chief, offices.ward, offices.unit, TOMORROW)
    assert told(within) == (422, "receiver-within")


async def test_only_tasks_in_which_it_has_a_part_are_named(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    own = await make_assignment(session, issuer=offices.province, lead=offices.ward)
    other = await make_assignment(session, issuer=offices.province, lead=offices.neighbour)
    hidden = await make_assignment(session, issuer=offices.elsewhere, lead=offices.elsewhere)
    await session.commit()
    where = (tasks_api, offices.chief, offices.ward, offices.neighbour, TOMORROW)
    for strangers in (other, hidden):
        tasks = [str(own.task_id), str(strangers.task_id)]
        refused = await record(*where, kind="split", tasks=tasks)
        assert told(refused) == (422, "task-not-theirs")
        assert [each["place"] for each in refused.json()["errors"]] == ["tasks.1"]
    answer = await record(*where, kind="dissolve", tasks=[str(own.task_id)])
    assert (answer.status_code, answer.json()["named_tasks"]) == (201, 1)


async def test_only_who_administers_both_says_so_and_nobody_of_their_own(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    planner = await make_person(session, token_maker, offices.province, Role.PLAN_ADMIN)
    for by, predecessor, receiver, code in (
        (planner, offices.ward, offices.neighbour, "role-required"),
        (offices.admin, offices.ward, offices.neighbour, "not-your-organization"),
        (offices.admin, offices.neighbour, offices.ward, "not-your-organization"),
        (offices.chief, offices.ward, offices.elsewhere, "not-your-organization"),
        (offices.stranger, offices.ward, offices.elsewhere, "not-your-organization"),
        (offices.admin, offices.ward, offices.unit, "own-organization"),
    ):
        assert told(await record(tasks_api, by, predecessor, receiver, today())) == (403, code)
    absorbed = await record(tasks_api, offices.admin, offices.unit, offices.ward, today())
    assert absorbed.status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "rename"},
        {"receiver": "H99.NOWHERE"},
        {"effective_on": "0001-01-01"},
        {"effective_on": "20260701"},
        {"instrument": " "},
        {"why": "x"},
        {"kind": "split"},
        {"tasks": []},
        {"kind": "split", "tasks": ["not an id"]},
    ],
)
async def test_what_is_no_succession_is_refused(
    tasks_api: httpx.AsyncClient, offices: Offices, wrong: dict[str, Any]
) -> None:
    answer = await record(tasks_api, offices.chief, offices.ward, offices.neighbour, today(), **wrong)
    assert answer.status_code == 422, answer.text
