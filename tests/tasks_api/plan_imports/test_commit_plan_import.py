"""An agreed proposal becomes a draft plan: whole, once, or not at all."""

import asyncio
from datetime import date
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Assignment,
    AuditEntry,
    Indicator,
    IndicatorTarget,
    Organization,
    OutboxEvent,
    Plan,
    PlanImport,
    Task,
    TaskGroup,
    TaskOrganization,
)
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import DOCX, GROUPS, INDICATORS, TASKS, WARD, XLSX, make_sample_ward
from tests.http.serving import committing_service
from tests.tasks_api.plan_imports.importing import MINIMAL, NAMED, Caller, commit, count, propose


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


@pytest.mark.parametrize("content", [DOCX, XLSX], ids=["docx", "xlsx"])
async def test_the_sample_becomes_a_draft_plan_with_all_it_says(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization, content: bytes
) -> None:
    path = await propose(tasks_api, admin, content)
    reviewer = f"{WARD}.TGV"

    answer = await commit(tasks_api, admin, path, ends_on="2026-12-31", reviewing_organizations=[reviewer])

    assert answer.status_code == 201, answer.text
    plan = (await session.scalars(select(Plan))).one()
    assert answer.json() == {
        "plan_id": str(plan.id),
        "amendment_id": None,
        "created": True,
        "tasks": TASKS,
        "indicators": INDICATORS,
        "organizations_created": [],
        "tasks_without_lead": [],
        "tasks_without_deadline": ["III.3", "III.4"],
    }
    assert (plan.state, plan.kind, plan.number, plan.issuer_id) == ("draft", "plan", "12/KH-UBND", ward.id)
    assert (plan.issued_on, plan.starts_on, plan.ends_on) == (date(2026, 1, 20), date(2026, 1, 20), date(2026, 12, 31))
    reviewing = (await session.scalars(select(Organization.id).where(Organization.code == reviewer))).one()
    assert plan.reviewing_organization_ids == [reviewing]
    groups = (await session.scalars(select(TaskGroup).order_by(TaskGroup.position))).all()
    assert [group.no for group in groups] == GROUPS
    assert await count(session, Task) == TASKS
    assert await count(session, Assignment) == await count(session, OutboxEvent) == 0


async def test_a_task_keeps_every_cell_and_what_it_was_read_to_mean(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await propose(tasks_api, admin)
    rows = (await tasks_api.get(path, headers=admin)).json()["proposal"]["tasks"]

    await commit(tasks_api, admin, path)

    tasks = (await session.scalars(select(Task).order_by(Task.position))).all()
    for stored, row in zip(tasks, rows, strict=True):
        for field in ("code", "general_task", "title", "required_output", "kpi", "milestones"):
            assert getattr(stored, field) == row[field]
        for field in ("lead_text", "coordinating_text", "deadline_text"):
            assert getattr(stored, field) == row[field]
        for field in ("start", "due"):
            day = getattr(stored, f"deadline_{field}")
            assert (day.isoformat() if day else None) == row["deadline"][field]
        assert (stored.deadline_kind, stored.deadline_recurrence) == (
            row["deadline"]["kind"],
            row["deadline"]["recurrence"],
        )
        assert stored.source == row["row"]
        named = await session.scalars(select(TaskOrganization).where(TaskOrganization.task_id == stored.id))
        expected = [("lead", name["text"]) for name in row["leads"]]
        expected += [("coordinating", name["text"]) for name in row["coordinating"]]
        assert sorted((each.role, each.text) for each in named) == sorted(expected)
    assert "nguoi cao tuoi" in next(stored.search_text for stored in tasks if stored.code == "II.1.1")


async def test_an_indicator_keeps_its_target_as_text_and_as_numbers(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    await commit(tasks_api, admin, await propose(tasks_api, admin))

    first, *_ = (await session.scalars(select(Indicator).order_by(Indicator.position))).all()
    assert (first.no, first.unit, first.direction, first.aggregation) == ("1", "%", "higher", "mean")
    target = (await session.scalars(select(IndicatorTarget).where(IndicatorTarget.indicator_id == first.id))).one()
    assert (target.target_text, target.comparator, target.value, target.year) == ("≥ 98", ">=", Decimal(98), 2026)
    assert (target.value_to, target.revision, target.superseded_at, target.reason) == (None, 1, None, None)


async def test_committing_again_gives_the_same_plan_and_makes_nothing(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await propose(tasks_api, admin)
    first = await commit(tasks_api, admin, path, ends_on="2026-12-31")

    again = await commit(tasks_api, admin, path, ends_on="2026-12-31")
    imported_again = await propose(tasks_api, admin)

    assert again.status_code == 200
    assert again.json() == first.json() | {"created": False}
    assert imported_again == path
    assert (await tasks_api.get(path, headers=admin)).json()["state"] == "committed"
    assert (await count(session, Plan), await count(session, Task)) == (1, TASKS)


async def test_the_trail_tells_of_the_import_once(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await propose(tasks_api, admin)
    for _ in range(2):
        await commit(tasks_api, admin, path)

    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.imported"))).one()
    plan = (await session.scalars(select(Plan))).one()
    assert (entry.target_type, entry.target_id) == ("plans", plan.id)
    plan_import = (await session.scalars(select(PlanImport))).one()
    assert entry.after == {
        "number": plan.number,
        "issued_on": plan.issued_on.isoformat(),
        "title": plan.title,
        "issuer_id": str(plan.issuer_id),
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": None,
        "visibility": "internal",
        "reviewing_organization_ids": [str(plan.issuer_id)],
        "plan_import_id": str(plan_import.id),
    }
    taken = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan_import.committed"))).one()
    changed = (taken.target_id, taken.before, taken.after)
    assert changed == (plan_import.id, {"plan_id": None}, {"plan_id": str(plan.id)})


async def test_what_is_given_replaces_what_was_read(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await propose(tasks_api, admin)

    await commit(tasks_api, admin, path, **NAMED, starts_on="2026-03-01", visibility="public")

    plan = (await session.scalars(select(Plan))).one()
    assert (plan.number, plan.title, plan.visibility) == ("34/KH-UBND", "Kế hoạch nhỏ", "public")
    assert (plan.issued_on, plan.starts_on, plan.ends_on) == (date(2026, 2, 2), date(2026, 3, 1), None)


async def test_the_issuer_appraises_when_nobody_is_named(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    await commit(tasks_api, admin, await propose(tasks_api, admin))

    assert (await session.scalars(select(Plan.reviewing_organization_ids))).one() == [ward.id]


async def test_a_body_nobody_knows_stays_text_until_a_person_agrees(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await propose(tasks_api, admin, MINIMAL)
    bodies = await count(session, Organization)

    answer = await commit(tasks_api, admin, path, **NAMED)

    assert answer.json()["organizations_created"] == []
    assert answer.json()["tasks_without_lead"] == ["1", "3"]
    assert await count(session, Organization) == bodies
    named = (await session.scalars(select(TaskOrganization.text))).all()
    assert sorted(named) == ["Công an phường", "Công an phường"]


async def test_bodies_agreed_to_are_created_under_the_issuer_and_named_in_every_task(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    path = await propose(tasks_api, admin, MINIMAL)

    answer = await commit(
        tasks_api, admin, path, **NAMED, create_organizations=["Tổ Chưa Có", "Ban Không Tên", "Tổ Chưa Có"]
    )

    assert answer.json()["organizations_created"] == ["Tổ Chưa Có", "Ban Không Tên"]
    assert answer.json()["tasks_without_lead"] == ["3"]
    made = (await session.scalars(select(Organization).where(Organization.name == "Ban Không Tên"))).one()
    assert (made.parent_id, made.code, made.kind, made.provisional_code) == (ward.id, f"{WARD}.X2", "other", True)
    roles = select(TaskOrganization.role).where(TaskOrganization.organization_id == made.id)
    assert sorted((await session.scalars(roles)).all()) == ["coordinating", "lead"]
    created = await session.scalars(select(AuditEntry).where(AuditEntry.action == "organization.created"))
    told = {str(entry.after["code"]): entry.after["name"] for entry in created if entry.after}
    assert told == {f"{WARD}.X1": "Tổ Chưa Có", f"{WARD}.X2": "Ban Không Tên"}


async def test_corrections_are_what_is_committed(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    path = await propose(tasks_api, admin, MINIMAL)
    correction = {
        "title": "Việc ba, viết lại",
        "leads": [f"{WARD}.VP"],
        "deadline": {"kind": "date", "due": "2026-06-30"},
    }
    corrected = await tasks_api.patch(f"{path}/rows/1.4", json=correction, headers=admin | {"If-Match": '"1"'})
    assert corrected.status_code == 200, corrected.text

    answer = await commit(tasks_api, admin | {"If-Match": '"2"'}, path, **NAMED)

    assert answer.json()["tasks_without_lead"] == ["1"]
    assert answer.json()["tasks_without_deadline"] == []
    stored = (await session.scalars(select(Task).where(Task.code == "3"))).one()
    assert (stored.title, stored.deadline_due) == ("Việc ba, viết lại", date(2026, 6, 30))


async def test_a_repeated_request_gets_the_kept_answer(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    path = await propose(tasks_api, admin)
    headers = admin | {"Idempotency-Key": "k1"}

    first = await commit(tasks_api, headers, path)
    again = await commit(tasks_api, headers, path)

    assert (again.status_code, again.content) == (201, first.content)


async def test_two_commits_at_once_make_one_plan(committed_url: str, token_maker: TokenMaker) -> None:
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            admin = await make_caller(session, token_maker, await make_sample_ward(session), Role.PLAN_ADMIN)
        path = await propose(client, admin)

        answers = await asyncio.gather(*(commit(client, admin, path) for _ in range(3)))

        async with sessions() as session:
            plans, tasks = await count(session, Plan), await count(session, Task)

    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert len({answer.json()["plan_id"] for answer in answers}) == 1
    assert (plans, tasks) == (1, TASKS)
