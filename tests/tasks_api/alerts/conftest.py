"""A ward whose unit leads one assignment, the people around it, and an outsider."""

from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment, Organization
from shared.domain.principal import Role
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_assignment, make_organization

Headers = dict[str, str]


@dataclass(frozen=True)
class Scene:
    ward: Organization
    lead: Organization
    assignment: Assignment
    chief: Headers
    """Reports for the ward, above the lead."""
    reporter: Headers
    viewer: Headers
    outsider: Headers


@pytest.fixture
async def scene(session: AsyncSession, token_maker: TokenMaker) -> Scene:
    ward = await make_organization(session, kind="ward")
    lead = await make_organization(session, parent=ward)
    elsewhere = await make_organization(session, kind="ward")
    assignment = await make_assignment(session, issuer=ward, lead=lead)
    return Scene(
        ward=ward,
        lead=lead,
        assignment=assignment,
        chief=await make_caller(session, token_maker, ward, Role.APPROVER),
        reporter=await make_caller(session, token_maker, lead, Role.REPORTER),
        viewer=await make_caller(session, token_maker, lead, Role.VIEWER),
        outsider=await make_caller(session, token_maker, elsewhere, Role.REPORTER),
    )
