"""Who is known in one's own subtree."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now, today
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_member
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, make_person


async def ids(client: httpx.AsyncClient, caller: Person, **query: Any) -> list[str]:
    answer = await client.get("/v1/users", params=query, headers=caller.headers)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def of(*people: Person) -> list[str]:
    return sorted((str(person.user_id) for person in people), reverse=True)


async def test_an_administrator_sees_who_has_or_had_a_role_below(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    former = await make_person(session, token_maker, offices.unit, Role.VIEWER, revoked_at=now())
    assert await ids(tasks_api, offices.admin) == of(offices.admin, offices.reporter, former)
    assert await ids(tasks_api, offices.chief) == of(offices.chief, offices.admin, offices.reporter, former)
    assert await ids(tasks_api, offices.stranger) == of(offices.stranger)


async def test_lists_are_narrowed_to_an_organization_or_a_state(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    account = {"deactivated_at": now(), "deactivated_by": "quan-tri"}
    locked = await make_person(session, token_maker, offices.unit, Role.VIEWER, user=account)
    assert await ids(tasks_api, offices.chief, organization=offices.unit.code) == of(offices.reporter, locked)
    assert await ids(tasks_api, offices.admin, state="deactivated") == of(locked)
    assert await ids(tasks_api, offices.admin, state="active") == of(offices.admin, offices.reporter)


async def test_a_filter_tells_nothing_of_roles_held_elsewhere(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    await make_member(session, offices.reporter.subject, offices.elsewhere, Role.VIEWER)
    await session.commit()
    assert await ids(tasks_api, offices.admin, organization=offices.elsewhere.code) == []
    assert await ids(tasks_api, offices.stranger) == of(offices.stranger, offices.reporter)


async def test_pages_follow_each_other(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    first = (await tasks_api.get("/v1/users", params={"limit": 2}, headers=offices.chief.headers)).json()
    query = {"limit": 2, "cursor": first["next_cursor"]}
    rest = (await tasks_api.get("/v1/users", params=query, headers=offices.chief.headers)).json()
    seen = [item["id"] for item in first["items"] + rest["items"]]
    assert (seen, rest["next_cursor"]) == (of(offices.chief, offices.admin, offices.reporter), None)


@pytest.mark.parametrize("role", Role)
async def test_only_administrators_and_auditors_look_at_accounts(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker, role: Role
) -> None:
    person = await make_person(session, token_maker, offices.ward, role)
    status = 200 if role in {Role.ORG_ADMIN, Role.AUDITOR} else 403
    for path in ("/v1/users", f"/v1/users/{offices.reporter.user_id}"):
        assert (await tasks_api.get(path, headers=person.headers)).status_code == status


async def test_an_account_outside_the_own_subtree_is_not_found(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    for user_id in (offices.stranger.user_id, offices.chief.user_id, uuid4()):
        answer = await tasks_api.get(f"/v1/users/{user_id}", headers=offices.admin.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "user-not-found")


async def test_a_role_given_to_somebody_registered_elsewhere_shows_the_account_and_not_the_person(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    personal = {"name": "Trần Thị Thử", "organization_id": offices.neighbour.id, "last_seen_on": today()}
    lent = await make_person(session, token_maker, offices.ward, Role.VIEWER, user=personal)
    registrar = await make_person(session, token_maker, offices.neighbour, Role.ORG_ADMIN)

    async def told(by: Person) -> list[Any]:
        listed = (await tasks_api.get("/v1/users", headers=by.headers)).json()["items"]
        one = await tasks_api.get(f"/v1/users/{lent.user_id}", headers=by.headers)
        assert one.json() == next(item for item in listed if item["id"] == str(lent.user_id))
        return [one.json()[field] for field in ("subject", *personal)]

    everything = [lent.subject, "Trần Thị Thử", str(offices.neighbour.id), today().isoformat()]
    assert await told(offices.admin) == [lent.subject, None, None, None]
    assert await told(registrar) == everything
    assert await told(offices.chief) == everything
    path = f"/v1/memberships/{lent.memberships[0]}"
    assert (await tasks_api.get(path, headers=offices.admin.headers)).json()["user"]["name"] is None
    assert (await tasks_api.get(path, headers=offices.chief.headers)).json()["user"]["name"] == "Trần Thị Thử"
