"""A province with a ward and a neighbour, an auditor in each, and things done by all."""

from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.ids import new_id
from shared.db.models import Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller, principal_of
from tests.factories.tracking import make_organization


@dataclass(frozen=True)
class Scene:
    province: Organization
    ward: Organization
    neighbour: Organization
    province_auditor: dict[str, str]
    ward_auditor: dict[str, str]
    neighbour_auditor: dict[str, str]
    ward_reporter: dict[str, str]


@pytest.fixture
async def scene(session: AsyncSession, token_maker: TokenMaker) -> Scene:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    neighbour = await make_organization(session, kind="province")
    return Scene(
        province=province,
        ward=ward,
        neighbour=neighbour,
        province_auditor=await make_caller(session, token_maker, province, Role.AUDITOR),
        ward_auditor=await make_caller(session, token_maker, ward, Role.AUDITOR),
        neighbour_auditor=await make_caller(session, token_maker, neighbour, Role.AUDITOR),
        ward_reporter=await make_caller(session, token_maker, ward, Role.REPORTER, Role.ORG_ADMIN),
    )


async def do(session: AsyncSession, organization: Organization | None, action: str = "plan.activated") -> UUID:
    """Somebody of the organization, or one of our jobs, does something; returns what it was done to."""
    actor = principal_of(organization) if organization else audit.System("tests")
    target = Organization(id=new_id())
    audit.record(session, actor, action, target, before={"state": "draft"}, after={"state": "active"})
    await session.commit()
    return target.id


async def targets(client: httpx.AsyncClient, caller: dict[str, str], **filters: str) -> list[str]:
    """What the entries on the first page were done to."""
    response = await client.get("/v1/audit-entries", headers=caller, params=filters)
    assert response.status_code == 200, response.text
    return [item["target_id"] for item in response.json()["items"]]
