"""A ward with its administrator, a body above it and one beside it."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.systems import KeyPair, register

Caller = dict[str, str]


@dataclass(frozen=True)
class Scene:
    province: Organization
    ward: Organization
    admin: Caller
    above: Caller
    beside: Caller
    reporter: Caller
    integrator: Caller


@pytest.fixture
async def scene(session: AsyncSession, token_maker: TokenMaker) -> Scene:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, kind="ward", parent=province)
    neighbour = await make_organization(session, kind="ward", parent=province)
    return Scene(
        province,
        ward,
        admin=await make_caller(session, token_maker, ward, Role.ORG_ADMIN),
        above=await make_caller(session, token_maker, province, Role.ORG_ADMIN),
        beside=await make_caller(session, token_maker, neighbour, Role.ORG_ADMIN),
        reporter=await make_caller(session, token_maker, ward, Role.REPORTER, Role.PLAN_ADMIN),
        integrator=await make_caller(session, token_maker, ward, Role.INTEGRATOR),
    )


@pytest.fixture
async def client_of_ward(tasks_api: httpx.AsyncClient, scene: Scene) -> dict[str, Any]:
    """A system of the ward as registering it was answered."""
    answer = await register(tasks_api, scene.admin, scene.ward.code, KeyPair())
    body: dict[str, Any] = answer.raise_for_status().json()
    return body
