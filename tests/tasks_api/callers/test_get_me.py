"""Who the caller is, as the system sees it."""

from datetime import timedelta

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.domain.principal import Role
from tests.factories.identity import ISSUER, TokenMaker, make_caller, make_member
from tests.factories.tracking import make_organization
from tests.tasks_api.staff import make_person


async def test_a_caller_is_told_its_organization_and_roles(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    ward = await make_organization(session, kind="ward", name="Phường Bến Sông")
    caller = await make_caller(session, token_maker, ward, Role.REPORTER, Role.APPROVER)

    me = (await tasks_api.get("/v1/me", headers=caller)).json()

    assert me["issuer"] == ISSUER
    assert me["subject"].startswith("person-")
    assert me["organization_id"] == me["organization"]["id"] == str(ward.id)
    assert me["organization"]["name"] == "Phường Bến Sông"
    assert me["roles"] == ["approver", "reporter"]


async def test_a_person_is_told_the_account_and_every_role_there_is_to_choose_from(
    tasks_api: httpx.AsyncClient, session: AsyncSession, token_maker: TokenMaker
) -> None:
    ward, office = [await make_organization(session, kind="ward") for _ in range(2)]
    person = await make_person(session, token_maker, ward, Role.REPORTER, user={"name": "Nguyễn Văn Thử"})
    ends_on = today() + timedelta(days=30)
    await make_member(session, person.subject, office, Role.VIEWER, starts_on=today(), ends_on=ends_on)
    await make_member(session, person.subject, office, Role.APPROVER, starts_on=ends_on)
    await session.commit()

    me = (await tasks_api.get("/v1/me", headers=person.headers)).json()

    assert (me["user_id"], me["name"], me["scopes"]) == (str(person.user_id), "Nguyễn Văn Thử", None)
    assert me["inherited"] == []
    assert (me["organization"]["code"], me["roles"]) == (ward.code, ["reporter"])
    held = [(each["organization"]["code"], each["role"], each["ends_on"]) for each in me["memberships"]]
    assert held == [(ward.code, "reporter", None), (office.code, "viewer", ends_on.isoformat())]

    token = token_maker.sign(token_maker.claims(person.subject, organization=office.code))
    other = (await tasks_api.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
    assert (other["organization"]["code"], other["roles"]) == (office.code, ["viewer"])
    assert other["memberships"] == me["memberships"]


async def test_nobody_is_told_nothing(tasks_api: httpx.AsyncClient) -> None:
    assert (await tasks_api.get("/v1/me")).status_code == 401
