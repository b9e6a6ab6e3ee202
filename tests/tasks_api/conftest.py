"""A province with two wards and their administrators, and a province beside it."""

from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker
from tests.factories.tracking import make_organization
from tests.tasks_api.staff import Person, make_person


@dataclass(frozen=True)
class Offices:
    province: Organization
    ward: Organization
    unit: Organization
    """Inside the ward."""
    neighbour: Organization
    """Another ward of the province."""
    elsewhere: Organization
    """A ward of another province."""
    chief: Person
    """Administrator of the province."""
    admin: Person
    """Administrator of the ward."""
    stranger: Person
    """Administrator elsewhere."""
    reporter: Person
    """Of the ward's unit."""


@pytest.fixture
async def offices(session: AsyncSession, token_maker: TokenMaker) -> Offices:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    unit = await make_organization(session, parent=ward)
    neighbour = await make_organization(session, parent=province, kind="ward")
    elsewhere = await make_organization(session, parent=await make_organization(session, kind="province"), kind="ward")
    return Offices(
        province=province,
        ward=ward,
        unit=unit,
        neighbour=neighbour,
        elsewhere=elsewhere,
        chief=await make_person(session, token_maker, province, Role.ORG_ADMIN),
        admin=await make_person(session, token_maker, ward, Role.ORG_ADMIN),
        stranger=await make_person(session, token_maker, elsewhere, Role.ORG_ADMIN),
        reporter=await make_person(session, token_maker, unit, Role.REPORTER),
    )
