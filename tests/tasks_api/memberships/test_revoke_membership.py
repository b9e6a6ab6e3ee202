"""A role is taken away: within seconds, by whoever could give it."""

from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, ask_me, make_person, trail


async def revoke(
    client: httpx.AsyncClient, revoker: Person, person: Person, version: str | None = None, **body: Any
) -> httpx.Response:
    headers = revoker.headers | ({"If-Match": version} if version else {})
    return await client.post(f"/v1/memberships/{person.memberships[0]}/revoke", json=body, headers=headers)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_whoever_lost_the_last_role_may_do_nothing(
    tasks_api: httpx.AsyncClient, connection: AsyncConnection, session: AsyncSession, offices: Offices
) -> None:
    assert await ask_me(connection, offices.reporter) == (200, None)
    answer = await revoke(tasks_api, offices.admin, offices.reporter, reason="Chuyển công tác")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json()["revoked_by"] == offices.admin.subject
    assert answer.json()["revoked_at"]
    assert await ask_me(connection, offices.reporter) == (403, "no-membership")
    assert await trail(session, offices.reporter.memberships[0]) == [("membership.revoked", offices.admin.subject)]


async def test_a_role_is_taken_away_once_and_can_be_given_anew(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    assert (await revoke(tasks_api, offices.admin, offices.reporter)).status_code == 200
    assert told(await revoke(tasks_api, offices.admin, offices.reporter)) == (409, "membership-revoked")
    body = {"user_id": str(offices.reporter.user_id), "organization": offices.unit.code, "role": "reporter"}
    assert (await tasks_api.post("/v1/memberships", json=body, headers=offices.admin.headers)).status_code == 201


async def test_a_version_is_honoured_where_it_is_sent(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    assert told(await revoke(tasks_api, offices.admin, offices.reporter, '"7"')) == (412, "version-stale")
    assert (await revoke(tasks_api, offices.admin, offices.reporter, '"1"')).status_code == 200


async def test_only_who_could_give_a_role_takes_it_away(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    auditor = await make_person(session, token_maker, offices.unit, Role.AUDITOR)
    other = await make_person(session, token_maker, offices.ward, Role.AUDITOR)
    assert told(await revoke(tasks_api, offices.admin, auditor)) == (403, "role-beyond-yours")
    assert told(await revoke(tasks_api, other, offices.reporter)) == (403, "role-beyond-yours")
    assert told(await revoke(tasks_api, offices.reporter, auditor)) == (403, "role-required")
    assert told(await revoke(tasks_api, offices.admin, offices.admin)) == (403, "own-account")
    assert (await revoke(tasks_api, other, auditor)).status_code == 200


async def test_a_role_outside_the_own_subtree_is_not_found(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    for person in (offices.chief, offices.stranger):
        assert told(await revoke(tasks_api, offices.admin, person)) == (404, "membership-not-found")
