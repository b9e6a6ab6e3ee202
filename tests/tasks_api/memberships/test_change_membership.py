"""Other dates for a role that was given."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.clock import today
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, ask_me, make_person, trail

YESTERDAY = (today() - timedelta(days=1)).isoformat()


async def change(
    client: httpx.AsyncClient, changer: Person, person: Person, version: str | None = '"1"', **dates: Any
) -> httpx.Response:
    headers = changer.headers | ({"If-Match": version} if version else {})
    return await client.patch(f"/v1/memberships/{person.memberships[0]}", json=dates, headers=headers)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_an_end_in_the_past_ends_it_and_taking_the_end_away_continues_it(
    tasks_api: httpx.AsyncClient, connection: AsyncConnection, session: AsyncSession, offices: Offices
) -> None:
    ended = await change(tasks_api, offices.admin, offices.reporter, starts_on="2026-01-01", ends_on=YESTERDAY)
    assert (ended.status_code, ended.headers["ETag"]) == (200, '"2"')
    assert (ended.json()["starts_on"], ended.json()["ends_on"]) == ("2026-01-01", YESTERDAY)
    assert await ask_me(connection, offices.reporter) == (403, "no-membership")
    again = await change(tasks_api, offices.admin, offices.reporter, '"2"', ends_on=None)
    assert (again.json()["starts_on"], again.json()["ends_on"]) == ("2026-01-01", None)
    assert await ask_me(connection, offices.reporter) == (200, None)
    actor = offices.admin.subject
    assert await trail(session, offices.reporter.memberships[0]) == [("membership.changed", actor)] * 2


@pytest.mark.parametrize("dates", [{}, {"starts_on": None}, {"ends_on": None}])
async def test_what_changes_nothing_is_no_new_version(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, dates: dict[str, Any]
) -> None:
    answer = await change(tasks_api, offices.admin, offices.reporter, **dates)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert await trail(session, offices.reporter.memberships[0]) == []


async def test_only_the_current_version_is_changed(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    assert told(await change(tasks_api, offices.admin, offices.reporter, '"7"')) == (412, "version-stale")
    assert told(await change(tasks_api, offices.admin, offices.reporter, None)) == (428, "if-match-required")


async def test_dates_stay_in_order(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    answer = await change(tasks_api, offices.admin, offices.reporter, ends_on="2020-01-01")
    assert told(answer) == (422, "dates-reversed")


async def test_nobody_changes_their_own_role_or_one_they_could_not_give(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    auditor = await make_person(session, token_maker, offices.unit, Role.AUDITOR)
    assert told(await change(tasks_api, offices.admin, offices.admin)) == (403, "own-account")
    assert told(await change(tasks_api, offices.admin, auditor)) == (403, "role-beyond-yours")
    assert told(await change(tasks_api, offices.reporter, auditor)) == (403, "role-required")


async def test_a_role_outside_the_own_subtree_is_not_found(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    for person in (offices.chief, offices.stranger):
        assert told(await change(tasks_api, offices.admin, person)) == (404, "membership-not-found")
