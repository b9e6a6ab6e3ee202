"""A ward's plan whose unit leads one assignment; people inside, beside and outside."""

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
    reporter: Headers
    helper: Headers
    """Reports for the coordinating unit: sees the work, does not lead it."""
    viewer: Headers
    outsider: Headers

    @property
    def url(self) -> str:
        return f"/v1/assignments/{self.assignment.id}"


@pytest.fixture
async def scene(session: AsyncSession, token_maker: TokenMaker) -> Scene:
    ward = await make_organization(session, kind="ward")
    lead = await make_organization(session, parent=ward)
    helper = await make_organization(session, parent=ward)
    elsewhere = await make_organization(session, kind="ward")
    assignment = await make_assignment(session, issuer=ward, lead=lead, coordinating=[helper])
    return Scene(
        ward=ward,
        lead=lead,
        assignment=assignment,
        reporter=await make_caller(session, token_maker, lead, Role.REPORTER),
        helper=await make_caller(session, token_maker, helper, Role.REPORTER),
        viewer=await make_caller(session, token_maker, lead, Role.VIEWER),
        outsider=await make_caller(session, token_maker, elsewhere, Role.REPORTER),
    )
