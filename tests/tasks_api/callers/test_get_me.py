"""Who the caller is, as the system sees it."""

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.principal import Role
from tests.factories.identity import ISSUER, TokenMaker, make_caller
from tests.factories.tracking import make_organization


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


async def test_nobody_is_told_nothing(tasks_api: httpx.AsyncClient) -> None:
    assert (await tasks_api.get("/v1/me")).status_code == 401
