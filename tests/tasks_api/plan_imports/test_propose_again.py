"""The same document sent again: names the tree did not have are looked up again, what a person settled stays."""

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditEntry, Organization, PlanImport
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.sample_ward import WARD, make_sample_ward
from tests.factories.tracking import make_organization
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task
from tests.tasks_api.plan_imports.importing import MINIMAL, NAMED, Caller, commit, count

TWO_UNKNOWN = docx_bytes(
    Grid([HEADER, task("1", lead="Ban Không Tên", coordinating="Tổ Chưa Có"), task("2", lead="Ban Không Tên")])
)


@pytest.fixture
async def ward(session: AsyncSession) -> Organization:
    return await make_sample_ward(session)


@pytest.fixture
async def admin(session: AsyncSession, token_maker: TokenMaker, ward: Organization) -> Caller:
    return await make_caller(session, token_maker, ward, Role.PLAN_ADMIN)


async def send(client: httpx.AsyncClient, caller: Caller, content: bytes) -> httpx.Response:
    answer = await client.post("/v1/plan-imports", params={"issuer": WARD}, content=content, headers=caller)
    assert answer.status_code == 201, answer.text
    return answer


def issues_at(answer: httpx.Response, row: int) -> list[str]:
    """Codes of the issues of a row, which stand with its task and among all."""
    proposal = answer.json()["proposal"]
    (task_,) = [found for found in proposal["tasks"] if found["row"]["row"] == row]
    of_all = [issue for issue in proposal["issues"] if issue["row"] == task_["row"]]
    assert sorted(of_all, key=str) == sorted(task_["issues"], key=str)
    return sorted(issue["code"] for issue in of_all)


async def test_a_body_loaded_meanwhile_is_found(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    first = await send(tasks_api, admin, TWO_UNKNOWN)
    assert issues_at(first, 2) == ["organization-unknown", "organization-unknown"]
    body = await make_organization(session, parent=ward, name="Ban Không Tên")

    again = await send(tasks_api, admin, TWO_UNKNOWN)

    assert again.json()["id"] == first.json()["id"]
    assert (again.json()["version"], again.headers["ETag"]) == (2, '"2"')
    leads = [row["leads"][0] for row in again.json()["proposal"]["tasks"]]
    assert [(lead["text"], lead["organization"]) for lead in leads] == [("Ban Không Tên", body.code)] * 2
    assert issues_at(again, 2) == ["organization-unknown"], "the other name is still unknown"
    assert issues_at(again, 3) == []
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "plan_import.names_found"))).one()
    assert entry.after == {"version": 2}
    path = f"/v1/plan-imports/{first.json()['id']}"
    assert (await commit(tasks_api, admin, path, **NAMED)).json()["tasks_without_lead"] == []


async def test_several_bodies_of_one_name_make_it_ambiguous(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    await send(tasks_api, admin, TWO_UNKNOWN)
    for _ in range(2):
        await make_organization(session, parent=ward, name="Ban Không Tên")

    again = await send(tasks_api, admin, TWO_UNKNOWN)

    assert again.json()["version"] == 2
    assert issues_at(again, 3) == ["organization-ambiguous"]
    assert (await send(tasks_api, admin, TWO_UNKNOWN)).json() == again.json()


async def test_nothing_new_changes_nothing(tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller) -> None:
    first = await send(tasks_api, admin, MINIMAL)

    assert (await send(tasks_api, admin, MINIMAL)).json() == first.json()
    assert await count(session, PlanImport) == 1


async def test_what_a_person_corrected_stays(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    first = await send(tasks_api, admin, TWO_UNKNOWN)
    corrected = await tasks_api.patch(
        f"/v1/plan-imports/{first.json()['id']}/rows/1.2",
        json={"title": "Viết lại", "leads": [f"{WARD}.VP"], "coordinating": []},
        headers=admin | {"If-Match": '"1"'},
    )
    await make_organization(session, parent=ward, name="Ban Không Tên")

    again = await send(tasks_api, admin, TWO_UNKNOWN)

    assert again.json()["version"] == 3
    assert again.json()["proposal"]["tasks"][0] == corrected.json()["proposal"]["tasks"][0]


async def test_a_committed_import_stays_as_it_was(
    tasks_api: httpx.AsyncClient, session: AsyncSession, admin: Caller, ward: Organization
) -> None:
    first = await send(tasks_api, admin, TWO_UNKNOWN)
    path = f"/v1/plan-imports/{first.json()['id']}"
    await commit(tasks_api, admin, path, **NAMED)
    committed = await tasks_api.get(path, headers=admin)
    await make_organization(session, parent=ward, name="Ban Không Tên")

    again = await send(tasks_api, admin, TWO_UNKNOWN)

    assert again.json()["state"] == "committed"
    assert again.json() == committed.json()
