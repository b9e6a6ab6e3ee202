"""Who holds which role, for those who administer or audit it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now, today
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, make_person


async def subjects(client: httpx.AsyncClient, caller: Person, **query: Any) -> list[str]:
    answer = await client.get("/v1/memberships", params=query, headers=caller.headers)
    assert answer.status_code == 200, answer.text
    return [item["user"]["subject"] for item in answer.json()["items"]]


async def test_an_administrator_sees_the_roles_of_the_own_subtree_newest_first(
    tasks_api: httpx.AsyncClient, offices: Offices
) -> None:
    assert await subjects(tasks_api, offices.admin) == [offices.reporter.subject, offices.admin.subject]
    expected = [offices.reporter.subject, offices.admin.subject, offices.chief.subject]
    assert await subjects(tasks_api, offices.chief) == expected
    assert await subjects(tasks_api, offices.stranger) == [offices.stranger.subject]


async def test_lists_are_narrowed_to_an_organization_a_person_a_role_or_a_day(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    past = {"starts_on": today() - timedelta(days=9), "ends_on": today() - timedelta(days=1)}
    former = await make_person(session, token_maker, offices.unit, Role.REPORTER, **past)
    revoked = await make_person(session, token_maker, offices.unit, Role.REPORTER, revoked_at=now())

    async def ask(**query: Any) -> list[str]:
        return await subjects(tasks_api, offices.chief, **query)

    in_unit = [revoked.subject, former.subject, offices.reporter.subject]
    assert await ask(organization=offices.unit.code) == await ask(organization=str(offices.unit.id)) == in_unit
    assert await ask(organization=offices.elsewhere.code) == []
    assert await ask(user=str(former.user_id)) == [former.subject]
    assert await ask(role="reporter", on=today().isoformat()) == [offices.reporter.subject]
    assert await ask(role="reporter", on=past["ends_on"].isoformat()) == [former.subject]
    assert await ask(on="1990-01-01") == await ask(role="reporter", on="2100-12-31", user=str(former.user_id)) == []


async def test_a_role_was_held_on_the_days_before_it_was_taken_away(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    revoked_at = now() - timedelta(days=3)
    taken = {"starts_on": today() - timedelta(days=9), "revoked_at": revoked_at}
    person = await make_person(session, token_maker, offices.unit, Role.REPORTER, **taken)
    for days, held in ((10, []), (9, [person.subject]), (4, [person.subject]), (3, []), (0, [])):
        day = (today() - timedelta(days=days)).isoformat()
        assert await subjects(tasks_api, offices.admin, user=str(person.user_id), on=day) == held


async def test_pages_follow_each_other(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    first = (await tasks_api.get("/v1/memberships", params={"limit": 2}, headers=offices.chief.headers)).json()
    rest = await tasks_api.get(
        "/v1/memberships", params={"limit": 2, "cursor": first["next_cursor"]}, headers=offices.chief.headers
    )
    seen = [item["user"]["subject"] for item in first["items"] + rest.json()["items"]]
    assert seen == [offices.reporter.subject, offices.admin.subject, offices.chief.subject]
    assert rest.json()["next_cursor"] is None


@pytest.mark.parametrize("role", Role)
async def test_only_administrators_and_auditors_look_at_roles(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker, role: Role
) -> None:
    person = await make_person(session, token_maker, offices.ward, role)
    answers = [
        await tasks_api.get(path, headers=person.headers)
        for path in ("/v1/memberships", f"/v1/memberships/{offices.reporter.memberships[0]}")
    ]
    allowed = role in {Role.ORG_ADMIN, Role.AUDITOR}
    assert [answer.status_code for answer in answers] == ([200, 200] if allowed else [403, 403])


async def test_a_membership_outside_the_own_subtree_is_not_found(
    tasks_api: httpx.AsyncClient, offices: Offices
) -> None:
    for membership_id in (offices.stranger.memberships[0], offices.chief.memberships[0], uuid4()):
        answer = await tasks_api.get(f"/v1/memberships/{membership_id}", headers=offices.admin.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "membership-not-found")


async def test_one_membership_has_an_etag(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    url = f"/v1/memberships/{offices.reporter.memberships[0]}"
    answer = await tasks_api.get(url, headers=offices.admin.headers)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert answer.json()["user"]["subject"] == offices.reporter.subject
