"""An organization is found by any code it ever had, its own first."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.queries import get_by_code
from shared.db.models import Organization, OrganizationAlias
from shared.domain.errors import NotFound
from tests.factories.tracking import make_organization


@pytest.fixture
async def department(session: AsyncSession) -> Organization:
    department = await make_organization(session, kind="department", code="H19.28", name="Sở Nội vụ")
    department.admin_code = "26041"
    session.add_all(
        [
            OrganizationAlias(organization_id=department.id, scheme="qcvn_102", value="000.00.28.H19"),
            OrganizationAlias(organization_id=department.id, scheme="name", value="Sở NV"),
        ]
    )
    await session.flush()
    return department


@pytest.mark.parametrize("code", ["H19.28", "26041", "000.00.28.H19"])
async def test_each_kind_of_code_finds_it(session: AsyncSession, department: Organization, code: str) -> None:
    assert (await get_by_code(session, code)).id == department.id


@pytest.mark.parametrize("code", ["H19", "H19.2", "h19.28", "Sở NV", "Sở Nội vụ", "", "%"])
async def test_nothing_else_does_and_the_refusal_says_what_to_do(
    session: AsyncSession, department: Organization, code: str
) -> None:
    with pytest.raises(NotFound) as refusal:
        await get_by_code(session, code)

    assert refusal.value.code == "organization-unknown"
    assert f"“{code}”" in refusal.value.detail


async def test_its_own_code_wins_over_the_older_code_of_another(
    session: AsyncSession, department: Organization
) -> None:
    other = await make_organization(session, code="H20")
    session.add(OrganizationAlias(organization_id=other.id, scheme="qcvn_102", value="H19.28"))
    await session.flush()

    assert (await get_by_code(session, "H19.28")).id == department.id
