"""The bodies every province and commune has, laid once and never against what people decided."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.operations import lay_standard_bodies
from services.tasks_api.organizations.templates import standard_bodies
from shared.audit import System
from shared.db.models import Organization
from shared.domain.errors import Invalid
from shared.domain.organizations import OrganizationKind as K
from shared.domain.organizations import is_code
from tests.factories.tracking import make_organization

ACTOR = System("tests")


@pytest.mark.parametrize(
    ("kind", "name", "some", "absent"),
    [
        (
            K.PROVINCE,
            "Tỉnh Đồng Nai",
            {
                "SNV": "Sở Nội vụ",
                "CA": "Công an tỉnh",
                "MTTQ": "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
                "VP": "Văn phòng Ủy ban nhân dân tỉnh",
                "VPTU": "Văn phòng Tỉnh ủy",
            },
            {"VHXH", "KP01"},
        ),
        (
            K.PROVINCE,
            "Thành phố Huế",
            {"CA": "Công an thành phố", "VP": "Văn phòng Ủy ban nhân dân thành phố", "VPTU": "Văn phòng Thành ủy"},
            {"VHXH"},
        ),
        (
            K.WARD,
            "Phường Bến Sông",
            {
                "VPDU": "Văn phòng Đảng ủy phường",
                "BXDD": "Ban Xây dựng Đảng phường",
                "VP": "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân phường",
                "VHXH": "Phòng Văn hóa - Xã hội phường",
                "KTHTDT": "Phòng Kinh tế, Hạ tầng và Đô thị phường",
                "TTPVHCC": "Trung tâm Phục vụ hành chính công phường",
                "CA": "Công an phường",
                "BCHQS": "Ban Chỉ huy Quân sự phường",
                "MTTQ": "Ủy ban Mặt trận Tổ quốc Việt Nam phường",
                "TTH": "Trường Tiểu học Bến Sông",
                "KP01": "Khu phố 1",
            },
            {"KT", "SNV"},
        ),
        (K.COMMUNE, "Xã An Lộc", {"KT": "Phòng Kinh tế xã", "KP02": "Ấp 2"}, {"KTHTDT"}),
        (K.SPECIAL_ZONE, "Đặc khu Phú Quốc", {"KT": "Phòng Kinh tế đặc khu"}, {"KTHTDT"}),
    ],
)
async def test_each_level_gets_its_bodies_under_names_of_its_own(
    session: AsyncSession, kind: K, name: str, some: dict[str, str], absent: set[str]
) -> None:
    organization = await make_organization(session, kind=kind, name=name, code="H19")

    result = await lay_standard_bodies(session, ACTOR, organization)

    below = (await session.scalars(select(Organization).where(Organization.parent_id == organization.id))).all()
    names = {body.code.removeprefix("H19."): body.name for body in below}
    assert result.created == len(below) > 15
    assert names | some == names
    assert absent.isdisjoint(names)
    assert all(body.provisional_code and is_code(body.code) for body in below)


@pytest.mark.parametrize("kind", [K.PROVINCE, K.WARD, K.COMMUNE, K.SPECIAL_ZONE])
def test_codes_and_names_of_a_template_are_all_different(kind: K) -> None:
    bodies = standard_bodies("H19", "Phường Bến Sông", kind, hamlets=12)

    assert len({body.code for body in bodies}) == len(bodies)
    assert len({body.name for body in bodies}) == len(bodies)
    assert not [body.name for body in bodies if "{" in body.name or any("{" in alias for alias in body.aliases)]


async def test_laying_twice_adds_nothing_and_keeps_what_people_corrected(session: AsyncSession) -> None:
    ward = await make_organization(session, kind="ward", name="Phường Bến Sông", code="H19.1")
    first = await lay_standard_bodies(session, ACTOR, ward)
    renamed = (await session.scalars(select(Organization).where(Organization.code == "H19.1.TTH"))).one()
    renamed.name, renamed.provisional_code = "Trường Tiểu học Nguyễn Văn Mẫu", False
    await session.flush()

    again = await lay_standard_bodies(session, ACTOR, ward)

    assert (again.created, again.changed, again.unchanged) == (0, 0, first.created)
    assert (renamed.name, renamed.provisional_code) == ("Trường Tiểu học Nguyễn Văn Mẫu", False)


async def test_more_hamlets_are_added_to_those_there_are(session: AsyncSession) -> None:
    ward = await make_organization(session, kind="ward", name="Phường Bến Sông", code="H19.1")
    await lay_standard_bodies(session, ACTOR, ward, hamlets=2)

    result = await lay_standard_bodies(session, ACTOR, ward, hamlets=5)

    hamlets = select(func.count()).where(Organization.parent_id == ward.id, Organization.kind == K.HAMLET)
    assert result.created == 3
    assert (await session.execute(hamlets)).scalar_one() == 5


@pytest.mark.parametrize("kind", [K.OFFICE, K.DEPARTMENT, K.SCHOOL, K.DISTRICT])
async def test_other_kinds_have_no_standard_bodies(session: AsyncSession, kind: K) -> None:
    organization = await make_organization(session, kind=kind)

    with pytest.raises(Invalid, match="no-standard-bodies"):
        await lay_standard_bodies(session, ACTOR, organization)
