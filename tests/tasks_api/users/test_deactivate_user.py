"""An account is refused from now on, and let in again."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.clock import now, today
from shared.db.models import User
from shared.domain.accounts import IDLE
from shared.domain.principal import Role
from tests.factories.identity import ISSUER, TokenMaker, make_member
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, ask_me, make_person, trail


async def decide(
    client: httpx.AsyncClient, by: Person, person: Person, what: str = "deactivate", **headers: str
) -> httpx.Response:
    body = {"reason": "Nghỉ việc"}
    return await client.post(f"/v1/users/{person.user_id}/{what}", json=body, headers=by.headers | headers)


async def act(session: AsyncSession, person: Person) -> None:
    """The account has been used."""
    (await session.get_one(User, person.user_id)).last_seen_on = today()
    await session.commit()


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_deactivated_account_is_refused_whatever_it_holds_until_it_is_reactivated(
    tasks_api: httpx.AsyncClient, connection: AsyncConnection, session: AsyncSession, offices: Offices
) -> None:
    assert await ask_me(connection, offices.reporter) == (200, None)
    answer = await decide(tasks_api, offices.admin, offices.reporter)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json()["deactivated_by"] == offices.admin.subject
    assert await ask_me(connection, offices.reporter) == (403, "account-deactivated")
    assert told(await decide(tasks_api, offices.admin, offices.reporter)) == (409, "account-deactivated")

    answer = await decide(tasks_api, offices.admin, offices.reporter, "reactivate")
    assert (answer.json()["deactivated_at"], answer.json()["deactivated_by"]) == (None, None)
    assert await ask_me(connection, offices.reporter) == (200, None)
    actor = offices.admin.subject
    expected = [("user.deactivated", actor), ("user.reactivated", actor)]
    assert await trail(session, offices.reporter.user_id) == expected


async def test_roles_elsewhere_leave_the_account_to_whoever_is_above_all(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    await make_member(session, offices.reporter.subject, offices.neighbour, Role.VIEWER)
    await act(session, offices.reporter)
    for what in ("deactivate", "reactivate"):
        assert told(await decide(tasks_api, offices.admin, offices.reporter, what)) == (409, "memberships-elsewhere")
    assert (await decide(tasks_api, offices.chief, offices.reporter)).status_code == 200


async def test_an_account_registered_elsewhere_is_not_closed_by_who_gave_it_a_role(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    account = {"organization_id": offices.neighbour.id, "last_seen_on": today()}
    lent = await make_person(session, token_maker, offices.ward, Role.VIEWER, user=account)
    registrar = await make_person(session, token_maker, offices.neighbour, Role.ORG_ADMIN)
    for what in ("deactivate", "reactivate"):
        assert told(await decide(tasks_api, offices.admin, lent, what)) == (403, "not-your-account")
        assert told(await decide(tasks_api, registrar, lent, what)) == (409, "memberships-elsewhere")
    assert (await decide(tasks_api, offices.chief, lent)).status_code == 200


async def test_nobody_closes_an_account_that_never_acted_to_keep_others_from_it(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    """A neighbour registers somebody first, and would lock them out."""
    account = {"organization_id": offices.neighbour.id}
    squatted = await make_person(session, token_maker, offices.neighbour, Role.VIEWER, user=account)
    squatter = await make_person(session, token_maker, offices.neighbour, Role.ORG_ADMIN)
    assert told(await decide(tasks_api, squatter, squatted)) == (409, "account-unused")

    wanted = {"issuer": ISSUER, "subject": squatted.subject, "organization": offices.ward.code, "role": "viewer"}
    granted = await tasks_api.post("/v1/memberships", json=wanted, headers=offices.admin.headers)

    assert granted.status_code == 201, granted.text
    assert told(await decide(tasks_api, squatter, squatted)) == (409, "memberships-elsewhere")


@pytest.mark.parametrize(
    "over", [{"revoked_at": now()}, {"starts_on": today() - timedelta(9), "ends_on": today() - timedelta(1)}]
)
async def test_roles_that_are_over_bind_nobody(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, over: dict[str, Any]
) -> None:
    await make_member(session, offices.reporter.subject, offices.neighbour, Role.VIEWER, **over)
    await act(session, offices.reporter)
    assert (await decide(tasks_api, offices.admin, offices.reporter)).status_code == 200


async def test_who_may_not_decide_is_told_no_more_than_they_may_know(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    auditor = await make_person(session, token_maker, offices.unit, Role.AUDITOR)
    watcher = await make_person(session, token_maker, offices.unit, Role.VIEWER)
    assert told(await decide(tasks_api, offices.admin, offices.stranger)) == (404, "user-not-found")
    assert told(await decide(tasks_api, offices.stranger, offices.reporter)) == (404, "user-not-found")
    assert told(await decide(tasks_api, watcher, offices.reporter)) == (403, "role-required")
    assert told(await decide(tasks_api, auditor, offices.reporter)) == (403, "role-required")
    assert told(await decide(tasks_api, offices.admin, offices.admin)) == (403, "own-account")
    assert told(await decide(tasks_api, offices.admin, auditor)) == (403, "role-beyond-yours")


async def test_a_version_is_honoured_where_it_is_sent(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    stale = await decide(tasks_api, offices.admin, offices.reporter, **{"If-Match": '"5"'})
    assert told(stale) == (412, "version-stale")


async def test_reactivation_counts_the_days_of_an_idle_account_afresh(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    long_ago = today() - timedelta(days=46)
    account = {"vouched_on": long_ago, "last_seen_on": long_ago}
    computed = await make_person(session, token_maker, offices.unit, Role.VIEWER, user=account)
    marked_account = account | {"deactivated_at": now(), "deactivated_by": IDLE}
    marked = await make_person(session, token_maker, offices.unit, Role.VIEWER, user=marked_account)
    for person in (computed, marked):
        assert await ask_me(connection, person) == (403, "account-idle")
        assert (await decide(tasks_api, offices.admin, person, "reactivate")).status_code == 200
        assert await ask_me(connection, person) == (200, None)


async def test_a_day_of_use_is_written_once_and_is_no_new_version(
    connection: AsyncConnection, session: AsyncSession, offices: Offices
) -> None:
    assert await ask_me(connection, offices.reporter) == (200, None)
    account = select(User.last_seen_on, User.version).where(User.id == offices.reporter.user_id)
    assert (await session.execute(account)).one() == (today(), 1)


@pytest.mark.parametrize(("days", "status"), [(45, 200), (46, 403)])
async def test_an_account_not_used_for_more_than_forty_five_days_is_refused(
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
    days: int,
    status: int,
) -> None:
    account = {"vouched_on": today() - timedelta(days=400), "last_seen_on": today() - timedelta(days=days)}
    person = await make_person(session, token_maker, offices.unit, Role.VIEWER, user=account)
    assert (await ask_me(connection, person))[0] == status
