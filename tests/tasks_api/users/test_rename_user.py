"""Correcting what somebody is called."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_member
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, make_person, trail


async def rename(
    client: httpx.AsyncClient, by: Person, person: Person, name: str | None, version: str | None = '"1"'
) -> httpx.Response:
    headers = by.headers | ({"If-Match": version} if version else {})
    return await client.patch(f"/v1/users/{person.user_id}", json={"name": name}, headers=headers)


async def test_a_name_is_given_and_taken_away(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    named = await rename(tasks_api, offices.admin, offices.reporter, "Trần Thị Thử")
    assert (named.status_code, named.headers["ETag"], named.json()["name"]) == (200, '"2"', "Trần Thị Thử")
    same = await rename(tasks_api, offices.admin, offices.reporter, "Trần Thị Thử", '"2"')
    assert same.headers["ETag"] == '"2"'
    assert (await rename(tasks_api, offices.admin, offices.reporter, None, '"2"')).json()["name"] is None
    assert await trail(session, offices.reporter.user_id) == [("user.renamed", offices.admin.subject)] * 2


async def test_a_rename_is_refused_as_other_changes_are(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    async def told(by: Person, person: Person, version: str | None = '"1"') -> tuple[int, str]:
        answer = await rename(tasks_api, by, person, "Tên khác", version)
        return answer.status_code, answer.json()["code"]

    assert await told(offices.admin, offices.reporter, '"9"') == (412, "version-stale")
    assert await told(offices.admin, offices.reporter, None) == (428, "if-match-required")
    assert await told(offices.admin, offices.stranger) == (404, "user-not-found")
    assert await told(offices.reporter, offices.reporter) == (403, "role-required")
    assert await told(offices.admin, offices.admin) == (403, "own-account")
    await make_member(session, offices.reporter.subject, offices.elsewhere, Role.VIEWER)
    await session.commit()
    assert await told(offices.admin, offices.reporter) == (409, "memberships-elsewhere")


async def test_who_registered_somebody_says_their_name_whatever_roles_others_give(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    account = {"organization_id": offices.neighbour.id}
    lent = await make_person(session, token_maker, offices.ward, Role.VIEWER, user=account)
    refused = await rename(tasks_api, offices.admin, lent, "Tên khác")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-account")
    registrar = await make_person(session, token_maker, offices.neighbour, Role.ORG_ADMIN)
    assert (await rename(tasks_api, registrar, lent, "Trần Thị Thử")).json()["name"] == "Trần Thị Thử"
    assert (await rename(tasks_api, offices.chief, lent, "Trần Văn Thử", '"2"')).status_code == 200
