"""A draft comes into force: one assignment per lead organization and cycle begun, all at once."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.db.models import (
    Assignment,
    AssignmentTransition,
    AuditEntry,
    Organization,
    OrganizationGroup,
    OutboxEvent,
    Plan,
    Task,
)
from shared.domain.cycles import begun_cycles
from shared.domain.deadlines import DeadlineKind
from shared.domain.principal import Role
from shared.tracking.opening import deadline_of
from tests.factories.deadlines import make_dated_task
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import DOCX, WARD, make_sample_ward
from tests.factories.tracking import make_organization, make_plan
from tests.http.serving import committing_service

Caller = dict[str, str]


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_organization(session, kind="ward")


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def draft_of(session: AsyncSession, ward: Organization) -> Plan:
    """A draft in force since the first day of last year, without end."""
    return await make_plan(session, ward, starts_on=date(today().year - 1, 1, 1), ends_on=None)


async def activate(
    client: httpx.AsyncClient, caller: Caller, plan_id: object, *, version: str | None = '"1"'
) -> httpx.Response:
    headers = caller | ({"If-Match": version} if version is not None else {})
    return await client.post(f"/v1/plans/{plan_id}/activate", headers=headers)


async def list_opened(session: AsyncSession, task: Task) -> list[Assignment]:
    statement = select(Assignment).where(Assignment.task_id == task.id).order_by(Assignment.cycle_starts_on)
    return list(await session.scalars(statement))


async def count_assignments(session: AsyncSession) -> int:
    return (await session.execute(select(func.count()).select_from(Assignment))).scalar_one()


async def test_the_sample_plan_is_opened_whole(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    admin = await make_caller(session, token_maker, await make_sample_ward(session), Role.PLAN_ADMIN)
    proposal = await tasks_api.post("/v1/plan-imports", params={"issuer": WARD}, content=DOCX, headers=admin)
    wanted = {"ends_on": "2026-12-31", "accept_issues": ["*"]}
    path = f"/v1/plan-imports/{proposal.json()['id']}/commit"
    committed = await tasks_api.post(path, json=wanted, headers=admin)

    answer = await activate(tasks_api, admin, committed.json()["plan_id"])

    assert answer.status_code == 200, answer.text
    plan = (await session.scalars(select(Plan))).one()
    opened = 0
    for task in (await session.scalars(select(Task))).all():
        collective = (task.lead_text or "").startswith("Các ")
        leads = 3 if collective else 1
        deadline = deadline_of(task)
        begun = begun_cycles(deadline, term_start=plan.starts_on, term_end=plan.ends_on, on=today())
        cycles = 1 if deadline.kind is DeadlineKind.UNKNOWN else len(begun)
        assert len(await list_opened(session, task)) == leads * cycles, task.code
        opened += leads * cycles
    assert opened > 30
    assert answer.json()["assignments_opened"] == opened == await count_assignments(session)
    assert answer.json()["tasks_without_lead"] == []


async def test_activation_is_told_to_the_caller_the_trail_and_the_outbox(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    plan = await draft_of(session, ward)
    await make_dated_task(session, plan, None, await make_organization(session, parent=ward))
    await session.commit()

    answer = await activate(tasks_api, admin, plan.id)

    assert answer.headers["ETag"] == '"2"'
    shown = answer.json()["plan"]
    assert (shown["state"], shown["version"]) == ("active", 2)
    assert shown["activated_at"] is not None
    assert (await tasks_api.get(f"/v1/plans/{plan.id}", headers=admin)).json() == shown
    event = (await session.scalars(select(OutboxEvent))).one()
    assert (event.type, event.payload, event.relayed_at) == ("plan.activated", {"plan_id": str(plan.id)}, None)
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.activated"))).one()
    assert (entry.target_id, entry.organization_id) == (plan.id, ward.id)
    assert (entry.before, entry.after) == ({"state": "draft"}, {"state": "active", "assignments": 1})
    opened = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "assignment.opened"))).one()
    assert opened.after
    assert (opened.request_id, opened.after["status"]) == (entry.request_id, "not_started")
    opening = (await session.scalars(select(AssignmentTransition))).one()
    assert (opening.action, opening.actor, opening.organization_id) == ("open", entry.actor, ward.id)


async def test_recurring_work_gets_the_cycles_begun_so_far(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    plan = await draft_of(session, ward)
    task = await make_dated_task(session, plan, "Hằng năm", await make_organization(session, parent=ward))
    await session.commit()

    await activate(tasks_api, admin, plan.id)

    assert [assignment.cycle_starts_on.year for assignment in await list_opened(session, task)] == [
        today().year - 1,
        today().year,
    ]


async def test_a_collective_and_several_leads_each_get_their_own(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    offices = [await make_organization(session, parent=ward) for _ in range(2)]
    schools = [await make_organization(session, parent=ward, kind="school") for _ in range(3)]
    groups = {group.name: group for group in await session.scalars(select(OrganizationGroup))}
    plan = await draft_of(session, ward)
    several = await make_dated_task(session, plan, "31/3/2026", *offices, code="1")
    collective = await make_dated_task(session, plan, "31/3/2026", groups["Các trường học"], code="2")
    await session.commit()

    answer = await activate(tasks_api, admin, plan.id)

    assert answer.json()["assignments_opened"] == 5
    leads = [{a.organization_id for a in await list_opened(session, task)} for task in (several, collective)]
    assert leads == [{office.id for office in offices}, {school.id for school in schools}]


async def test_the_enforced_day_is_a_working_day_and_an_unknown_one_is_none(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    lead = await make_organization(session, parent=ward)
    plan = await draft_of(session, ward)
    cells = ("28/02/2026", "30/4/2026", "31/3/2026", None, "Khi có kinh phí")
    tasks = [await make_dated_task(session, plan, cell, lead, code=str(n)) for n, cell in enumerate(cells)]
    await session.commit()

    await activate(tasks_api, admin, plan.id)

    due = [(await list_opened(session, task))[0].due_on for task in tasks]
    # A Saturday; the eve of 1 May, both holidays before a weekend; an ordinary Tuesday; and nobody knows.
    assert due == [date(2026, 3, 2), date(2026, 5, 4), date(2026, 3, 31), None, None]


async def test_milestones_become_the_roadmap(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    plan = await make_plan(session, ward)
    task = await make_dated_task(session, plan, "Quý I/2026 hoàn thành khảo sát, Quý III/2026 hoàn thành lắp đặt", ward)
    await session.commit()

    await activate(tasks_api, admin, plan.id)

    assert (await list_opened(session, task))[0].roadmap == [{"on": "2026-03-31", "percent": 50.0}]


async def test_tasks_nobody_leads_are_reported_and_only_those(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    schools = (await session.scalars(select(OrganizationGroup).where(OrganizationGroup.name == "Các trường học"))).one()
    plan = await make_plan(session, ward, starts_on=today() + timedelta(days=1), ends_on=None)
    await make_dated_task(session, plan, "Năm 2026", code="1")
    await make_dated_task(session, plan, "Năm 2026", schools, code="2")
    await make_dated_task(session, plan, "Năm 2026", ward, code="3")
    await make_dated_task(session, plan, "Hằng năm", ward, code="4")  # its first cycle begins tomorrow
    await session.commit()

    answer = await activate(tasks_api, admin, plan.id)

    assert sorted(answer.json()["tasks_without_lead"]) == ["1", "2"]  # the factory gives all one position
    assert answer.json()["assignments_opened"] == 1


async def test_a_plan_is_activated_once(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    plan = await draft_of(session, ward)
    await make_dated_task(session, plan, "Hằng năm", ward)
    await session.commit()
    await activate(tasks_api, admin, plan.id)
    opened = await count_assignments(session)

    again = await activate(tasks_api, admin, plan.id, version='"2"')

    assert (again.status_code, again.json()["code"]) == (409, "plan-already-active")
    assert await count_assignments(session) == opened


async def test_two_activations_at_once_open_everything_once(committed_url: str, token_maker: TokenMaker) -> None:
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            ward = await make_organization(session, kind="ward")
            plan = await draft_of(session, ward)
            await make_dated_task(session, plan, "Hằng năm", ward)
            admin = await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)

        answers = await asyncio.gather(*(activate(client, admin, plan.id) for _ in range(3)))

        async with sessions() as session:
            opened = await count_assignments(session)
            events = (await session.scalars(select(OutboxEvent.type))).all()

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert (opened, events) == (2, ["plan.activated"])


@pytest.mark.parametrize(
    ("version", "status", "code"),
    [(None, 428, "if-match-required"), ('"2"', 412, "version-stale"), ("1", 412, "version-unknown")],
)
async def test_one_activates_what_one_has_seen(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    ward: Organization,
    admin: Caller,
    version: str | None,
    status: int,
    code: str,
) -> None:
    plan = await draft_of(session, ward)
    await session.commit()

    answer = await activate(tasks_api, admin, plan.id, version=version)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await session.scalars(select(Plan.state))).one() == "draft"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PLAN_ADMIN])
async def test_other_roles_do_not_activate(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, ward: Organization, role: Role
) -> None:
    plan = await draft_of(session, ward)
    caller = await make_caller(session, token_maker, ward, role)

    answer = await activate(tasks_api, caller, plan.id)

    assert (answer.status_code, answer.json()["code"]) == (403, "role-required")


async def test_a_draft_is_not_known_to_outsiders_and_activated_from_above(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    lead = await make_organization(session, parent=ward)
    plan = await draft_of(session, ward)
    await make_dated_task(session, plan, "Hằng năm", lead)
    callers = {
        organization.id: await make_caller(session, token_maker, organization, Role.PLAN_ADMIN)
        for organization in (lead, await make_organization(session), province)
    }

    statuses: dict[UUID, int] = {}
    for organization_id, caller in callers.items():
        statuses[organization_id] = (await activate(tasks_api, caller, plan.id)).status_code

    assert list(statuses.values()) == [404, 404, 200]
    assert (await activate(tasks_api, {}, plan.id)).status_code == 401
    # Now the lead knows of the plan, and may still not act for its issuer.
    answer = await activate(tasks_api, callers[lead.id], plan.id, version='"2"')
    assert (answer.status_code, answer.json()["code"]) == (403, "not-your-organization")


async def test_a_repeated_request_gets_the_kept_answer(
    tasks_api: httpx.AsyncClient, session: AsyncSession, ward: Organization, admin: Caller
) -> None:
    plan = await draft_of(session, ward)
    await session.commit()
    headers = admin | {"Idempotency-Key": "k1"}

    first = await activate(tasks_api, headers, plan.id)
    again = await activate(tasks_api, headers, plan.id)

    assert (again.status_code, again.content, again.headers["ETag"]) == (200, first.content, '"2"')
