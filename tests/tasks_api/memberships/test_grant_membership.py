"""Giving roles: within one's own subtree, never more than one has, never to oneself."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.clock import now, today
from shared.db.models import Membership, Organization, User
from shared.domain.accounts import IDLE
from shared.domain.granting import may_grant
from shared.domain.principal import Role
from tests.factories.identity import ISSUER, TokenMaker
from tests.tasks_api.conftest import Offices
from tests.tasks_api.staff import Person, ask_me, make_person, trail


async def grant(
    client: httpx.AsyncClient, giver: Person, organization: Organization, role: str = "viewer", **more: Any
) -> httpx.Response:
    body = {"organization": organization.code, "role": role} | more
    if "user_id" not in body:
        body |= {"issuer": ISSUER, "subject": body.get("subject", "nguoi-moi")}
    return await client.post("/v1/memberships", json=body, headers=giver.headers)


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_somebody_new_is_registered_and_may_act_at_once(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    answer = await grant(tasks_api, offices.admin, offices.unit, "reporter", name="Nguyễn Văn Thử")

    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert answer.headers["ETag"] == '"1"'
    assert (body["user"]["subject"], body["user"]["name"]) == ("nguoi-moi", "Nguyễn Văn Thử")
    assert (body["organization"]["code"], body["role"]) == (offices.unit.code, "reporter")
    assert (body["starts_on"], body["ends_on"]) == (today().isoformat(), None)
    assert body["granted_by"] == offices.admin.subject
    assert await trail(session, body["id"]) == [("membership.granted", offices.admin.subject)]
    assert await trail(session, body["user"]["id"]) == [("user.registered", offices.admin.subject)]
    token = token_maker.sign(token_maker.claims("nguoi-moi"))
    me = await tasks_api.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["roles"] == ["reporter"]


@pytest.mark.parametrize("given", Role)
@pytest.mark.parametrize("held", Role)
async def test_nobody_gives_more_than_they_have(
    tasks_api: httpx.AsyncClient,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
    held: Role,
    given: Role,
) -> None:
    giver = await make_person(session, token_maker, offices.ward, held)
    answer = await grant(tasks_api, giver, offices.unit, given)
    if may_grant([held], given):
        assert answer.status_code == 201
    else:
        administers = held in {Role.ORG_ADMIN, Role.AUDITOR}
        assert told(answer) == (403, "role-beyond-yours" if administers else "role-required")


@pytest.mark.parametrize("role", ["viewer", "org_admin"])
@pytest.mark.parametrize("place", ["province", "neighbour", "elsewhere"])
async def test_only_ones_own_subtree_is_administered(
    tasks_api: httpx.AsyncClient, offices: Offices, place: str, role: str
) -> None:
    answer = await grant(tasks_api, offices.admin, getattr(offices, place), role)
    assert told(answer) == (403, "not-your-organization")


async def test_an_administrator_may_appoint_others_for_the_same_organization(
    tasks_api: httpx.AsyncClient, offices: Offices
) -> None:
    assert (await grant(tasks_api, offices.admin, offices.ward, "org_admin")).status_code == 201


async def test_an_account_that_acts_elsewhere_may_get_a_role_here_by_its_name(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    account = {"name": "Tên cũ", "organization_id": offices.elsewhere.id}
    foreigner = await make_person(session, token_maker, offices.elsewhere, Role.VIEWER, user=account)
    answer = await grant(tasks_api, offices.admin, offices.ward, subject=foreigner.subject, name="Tên khác")
    assert answer.status_code == 201
    assert (answer.json()["user"]["id"], answer.json()["user"]["name"]) == (str(foreigner.user_id), None)
    assert (await session.get_one(User, foreigner.user_id)).name == "Tên cũ"


async def test_an_account_one_may_not_know_of_cannot_be_named_by_its_id(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    for user_id in (offices.stranger.user_id, "0199c0de-0000-7000-8000-000000000000"):
        answer = await grant(tasks_api, offices.admin, offices.ward, user_id=str(user_id))
        assert told(answer) == (422, "user-unknown")
    own = await grant(tasks_api, offices.admin, offices.ward, user_id=str(offices.reporter.user_id))
    assert own.status_code == 201


async def test_nobody_gives_themselves_a_role(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    answer = await grant(tasks_api, offices.admin, offices.ward, "approver", subject=offices.admin.subject)
    assert told(answer) == (403, "own-account")


async def test_a_role_is_held_once(tasks_api: httpx.AsyncClient, offices: Offices) -> None:
    again = await grant(tasks_api, offices.admin, offices.unit, "reporter", subject=offices.reporter.subject)
    assert told(again) == (409, "membership-held")
    other = await grant(tasks_api, offices.admin, offices.unit, "approver", subject=offices.reporter.subject)
    assert other.status_code == 201


async def test_a_repeated_request_has_one_effect(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices
) -> None:
    headers = offices.admin.headers | {"Idempotency-Key": "once"}
    body = {"issuer": ISSUER, "subject": "nguoi-moi", "organization": str(offices.unit.id), "role": "viewer"}
    first, second = [await tasks_api.post("/v1/memberships", json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (second.status_code, second.content)
    rows = select(Membership.id).join(User, User.id == Membership.user_id).where(User.subject == "nguoi-moi")
    assert len((await session.scalars(rows)).all()) == 1


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [(0, None, 200), (0, 0, 200), (-5, 1, 200), (1, None, 403), (-5, -1, 403), (1, 9, 403)],
)
async def test_a_membership_holds_from_its_first_day_to_its_last(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
    starts: int,
    ends: int | None,
    status: int,
) -> None:
    person = await make_person(session, token_maker, offices.unit)
    days: dict[str, date | None] = {
        "starts_on": today() + timedelta(days=starts),
        "ends_on": None if ends is None else today() + timedelta(days=ends),
    }
    terms = {name: day.isoformat() for name, day in days.items() if day}
    assert (await grant(tasks_api, offices.admin, offices.unit, subject=person.subject, **terms)).status_code == 201
    assert await ask_me(connection, person) == (status, None if status == 200 else "no-membership")


async def test_a_grant_wakes_an_idle_account(
    tasks_api: httpx.AsyncClient,
    connection: AsyncConnection,
    session: AsyncSession,
    offices: Offices,
    token_maker: TokenMaker,
) -> None:
    long_ago = {"vouched_on": today() - timedelta(days=100)}
    marked = long_ago | {"deactivated_at": now(), "deactivated_by": IDLE}
    for account in (long_ago, marked):
        idle = await make_person(session, token_maker, offices.unit, user=account)
        assert await ask_me(connection, idle) == (403, "account-idle")
        assert (await grant(tasks_api, offices.admin, offices.unit, subject=idle.subject)).status_code == 201
        assert await ask_me(connection, idle) == (200, None)


async def test_an_account_that_somebody_deactivated_gets_no_role(
    tasks_api: httpx.AsyncClient, session: AsyncSession, offices: Offices, token_maker: TokenMaker
) -> None:
    account = {"deactivated_at": now(), "deactivated_by": "quan-tri"}
    locked = await make_person(session, token_maker, offices.unit, user=account)
    answer = await grant(tasks_api, offices.admin, offices.unit, subject=locked.subject)
    assert told(answer) == (409, "account-deactivated")


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_id": "0199c0de-0000-7000-8000-000000000000", "issuer": ISSUER, "subject": "a"},
        {"issuer": ISSUER},
        {"subject": "a"},
        {},
        {"issuer": ISSUER, "subject": "tên có dấu"},
        {"issuer": ISSUER, "subject": "a\n"},
        {"issuer": ISSUER, "subject": "a" * 256},
        {"issuer": ISSUER, "subject": "a", "role": "chief"},
        {"issuer": ISSUER, "subject": "a", "organization": "H99.NOWHERE"},
        {"issuer": ISSUER, "subject": "a", "organization": "0199c0de-0000-7000-8000-000000000000"},
        {"issuer": ISSUER, "subject": "a", "starts_on": "2026-02-02", "ends_on": "2026-02-01"},
        {"issuer": ISSUER, "subject": "a", "name": "x" * 201},
        {"issuer": ISSUER, "subject": "a", "until": "2026-02-01"},
    ],
)
async def test_what_names_nobody_nothing_or_no_time_is_refused(
    tasks_api: httpx.AsyncClient, offices: Offices, wrong: dict[str, Any]
) -> None:
    body = {"organization": offices.unit.code, "role": "viewer"} | wrong
    answer = await tasks_api.post("/v1/memberships", json=body, headers=offices.admin.headers)
    assert answer.status_code == 422, answer.text
