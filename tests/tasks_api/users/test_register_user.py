"""An account is registered, or found."""

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Role
from tests.factories.identity import ISSUER, TokenMaker
from tests.http.systems import KeyPair
from tests.http.systems import register as register_system
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, make_person, trail


async def register(client: httpx.AsyncClient, by: Person, subject: str = "nguoi-moi", **more: Any) -> httpx.Response:
    body = {"issuer": ISSUER, "subject": subject} | more
    return await client.post("/v1/users", json=body, headers=by.headers)


async def test_a_new_account_belongs_to_the_organization_that_registered_it(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    answer = await register(tasks_api, offices.admin, name="  Nguyễn Văn Thử ")
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    body = answer.json()
    assert (body["issuer"], body["subject"], body["name"]) == (ISSUER, "nguoi-moi", "Nguyễn Văn Thử")
    assert (body["organization_id"], body["last_seen_on"]) == (str(offices.ward.id), None)
    assert await trail(session, body["id"]) == [("user.registered", offices.admin.subject)]
    for person, status in ((offices.admin, 200), (offices.chief, 200), (offices.stranger, 404)):
        assert (await tasks_api.get(f"/v1/users/{body['id']}", headers=person.headers)).status_code == status


async def test_a_known_account_is_found_and_stays_as_it_is(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    found = await register(tasks_api, offices.admin, offices.reporter.subject, name="Tên khác")
    assert found.status_code == 200
    assert (found.json()["id"], found.json()["name"]) == (str(offices.reporter.user_id), None)
    assert await trail(session, offices.reporter.user_id) == []


async def test_an_account_of_others_is_not_shown(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    answer = await register(tasks_api, offices.admin, offices.stranger.subject)
    assert (answer.status_code, answer.json()["code"]) == (409, "account-elsewhere")
    assert str(offices.stranger.user_id) not in answer.text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ORG_ADMIN])
async def test_only_administrators_register(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker, role: Role
) -> None:
    person = await make_person(session, token_maker, offices.ward, role)
    answer = await register(tasks_api, person)
    assert (answer.status_code, answer.json()["code"]) == (403, "role-required")


async def test_an_account_needs_an_issuer_whose_tokens_are_believed(
    tasks_api: httpx.AsyncClient, offices: Offices
) -> None:
    answer = await register(tasks_api, offices.admin, issuer="https://login.nowhere.test")
    assert (answer.status_code, answer.json()["code"]) == (422, "issuer-unknown")
    ours = await register(tasks_api, offices.admin, issuer="theodoi-local")
    assert ours.status_code == 201


async def test_a_system_is_no_person(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    system = await register_system(tasks_api, offices.admin.headers, offices.ward.code, KeyPair())
    answer = await register(tasks_api, offices.admin, issuer=system.json()["issuer"])
    assert (answer.status_code, answer.json()["code"]) == (422, "issuer-unknown")


@pytest.mark.parametrize(
    "wrong", [{"issuer": ""}, {"issuer": "http://á.test"}, {"subject": "a\u0000"}, {"name": ""}, {"roles": []}]
)
async def test_what_no_token_could_name_is_refused(
    tasks_api: httpx.AsyncClient, offices: Offices, wrong: dict[str, Any]
) -> None:
    assert (await register(tasks_api, offices.admin, **wrong)).status_code == 422
