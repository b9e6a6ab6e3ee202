"""What does not become a plan, and that nothing of it stays behind."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Assignment,
    AuditEntry,
    Indicator,
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
from tests.factories.sample_ward import DOCX, TASKS, WARD, XLSX, make_sample_ward
from tests.factories.tracking import make_organization
from tests.http.serving import committing_service
from tests.tasks_api.plan_imports.importing import MINIMAL, NAMED, Caller, commit, count, propose


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def ensure_nothing_made(session: AsyncSession, bodies: int) -> None:
    for model in (Plan, Task, TaskGroup, TaskOrganization, Indicator, Assignment, OutboxEvent):
        assert await count(session, model) == 0
    assert await count(session, Organization) == bodies
    assert (await session.scalars(select(PlanImport.plan_id))).all() == [None]
    made = select(func.count()).where(AuditEntry.action.in_(["plan.imported", "organization.created"]))
    assert (await session.execute(made)).scalar_one() == 0


async def test_another_file_with_the_same_number_and_date_is_the_same_plan_and_refused(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller
) -> None:
    await commit(tasks_api, admin, await propose(tasks_api, admin, DOCX))
    other = await propose(tasks_api, admin, XLSX)

    answer = await commit(tasks_api, admin, other)

    assert (answer.status_code, answer.json()["code"]) == (409, "plan-exists")
    assert "12/KH-UBND" in answer.json()["detail"]
    assert answer.json()["facts"] == {"plan_id": str((await session.scalars(select(Plan.id))).one())}
    assert (await count(session, Plan), await count(session, Task)) == (1, TASKS)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["number", "title", "issued_on"]),
        ({"number": "34/KH-UBND", "title": "Kế hoạch nhỏ"}, ["issued_on"]),
        ({"issued_on": "2026-02-02"}, ["number", "title"]),
    ],
    ids=str,
)
async def test_what_the_document_does_not_say_must_be_given(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, given: dict[str, str], missing: list[str]
) -> None:
    path = await propose(tasks_api, admin, MINIMAL)
    bodies = await count(session, Organization)

    answer = await commit(tasks_api, admin, path, **given)

    assert (answer.status_code, answer.json()["code"]) == (422, "document-incomplete")
    assert [error["place"] for error in answer.json()["errors"]] == missing
    await ensure_nothing_made(session, bodies)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"create_organizations": ["Ban Không Tên", "Cơ quan lạ"]}, "organization-not-proposed", "create_organizations"),
    ({"create_organizations": ["Công an phường"]}, "organization-not-proposed", "create_organizations"),
    ({"reviewing_organizations": [f"{WARD}.TGV", "H98.7"]}, "organization-unknown", "reviewing_organizations"),
    ({"reviewing_organizations": [f"{WARD}.TGV", WARD, f"{WARD}.TGV"]}, "reviewer-repeated", "reviewing_organizations"),
    ({"ends_on": "2026-02-01"}, "term-inverted", "ends_on"),
    ({"starts_on": "2026-05-01", "ends_on": "2026-04-30"}, "validation-failed", "body"),
    ({"starts_on": "1990-01-01"}, "term-start-far", "starts_on"),
    ({"ends_on": "2099-12-31"}, "term-too-long", "ends_on"),
    ({"starts_on": "0001-01-01"}, "validation-failed", "starts_on"),
    ({"issued_on": "9999-12-31"}, "validation-failed", "issued_on"),
    ({"visibility": "secret"}, "validation-failed", "visibility"),
    ({"kind": "plan"}, "validation-failed", "kind"),
    ({"number": ""}, "validation-failed", "number"),
]


@pytest.mark.parametrize(("wanted", "code", "place"), REFUSED, ids=[str(row[0]) for row in REFUSED])
async def test_a_refused_commit_leaves_nothing_behind(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    admin: Caller,
    wanted: dict[str, Any],
    code: str,
    place: str,
) -> None:
    path = await propose(tasks_api, admin, MINIMAL)
    bodies = await count(session, Organization)

    answer = await commit(tasks_api, admin, path, **NAMED | wanted)

    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert [error["place"] for error in answer.json()["errors"]] == [place]
    await ensure_nothing_made(session, bodies)


async def test_a_commit_of_an_older_version_is_refused(tasks_api: httpx.AsyncClient, admin: Caller) -> None:
    path = await propose(tasks_api, admin)

    answer = await commit(tasks_api, admin | {"If-Match": '"7"'}, path)

    assert (answer.status_code, answer.json()["code"]) == (412, "version-stale")


async def test_others_may_not(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker, admin: Caller, ward: Organization
) -> None:
    path = await propose(tasks_api, admin)
    viewer = await make_caller(session, token_maker, ward, Role.VIEWER, Role.REPORTER)
    stranger = await make_caller(session, token_maker, await make_organization(session), Role.PLAN_ADMIN)

    statuses = [(await commit(tasks_api, caller, path)).status_code for caller in (viewer, stranger, {})]

    assert statuses == [403, 404, 401]
    assert await count(session, Plan) == 0


async def test_two_files_of_one_plan_committed_at_once_make_one_plan(
    committed_url: str, token_maker: TokenMaker
) -> None:
    async with committing_service(committed_url) as (client, sessions):
        async with sessions.begin() as session:
            admin = await make_caller(session, token_maker, await make_sample_ward(session), Role.PLAN_ADMIN)
        paths = [await propose(client, admin, content) for content in (DOCX, XLSX)]

        answers = await asyncio.gather(*(commit(client, admin, path) for path in paths))

        async with sessions() as session:
            plans = await count(session, Plan)

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert plans == 1
