"""Who may have signed, with the names that organizations bore."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.signatures.matching import Name, Role
from services.alerts_worker.evidence_checks.signatures.queries import list_expected
from shared.clock import now
from shared.db.models import OrganizationAlias, OrganizationRename, OrganizationSuccession
from shared.db.session import Sessions
from tests.factories.tracking import make_organization

MERGED_ON, RENAMED_ON = date(2025, 7, 1), date(2026, 4, 30)


async def test_names_codes_superiors_and_predecessors(session: AsyncSession, sessions: Sessions) -> None:
    province = await make_organization(session, kind="province", name="Thành phố Đồng Nai")
    ward = await make_organization(session, parent=province, kind="ward", name="Phường Trảng Dài")
    office = await make_organization(session, parent=ward, name="Phòng Văn hóa - Xã hội")
    department = await make_organization(session, parent=province, kind="department", name="Sở Nội vụ")
    merged = await make_organization(session, parent=province, kind="ward", name="Phường Bửu Long")
    await make_organization(session, parent=province, kind="ward", name="Phường Trảng Đài")
    session.add_all(
        [
            OrganizationAlias(organization_id=department.id, scheme="qcvn_102", value="000.00.28.H19"),
            OrganizationAlias(organization_id=department.id, scheme="abbreviation", value="SNV"),
            OrganizationAlias(organization_id=province.id, scheme="name", value="Tỉnh Đồng Nai"),
            OrganizationRename(
                organization_id=province.id,
                name="Thành phố Đồng Nai",
                previous_name="Tỉnh Đồng Nai",
                effective_on=RENAMED_ON,
                instrument="30/2026/QH16",
                recorded_by="kiểm thử",
                applied_at=now(),
            ),
            OrganizationSuccession(
                predecessor_id=merged.id,
                receiver_id=ward.id,
                kind="merge",
                effective_on=MERGED_ON,
                instrument="19/2025",
                recorded_by="kiểm thử",
            ),
        ]
    )
    await session.flush()
    async with sessions() as worker:
        bodies = {body.id: body for body in await list_expected(worker, office.id, department.id)}
    assert {body.id: body.role for body in bodies.values()} == {
        str(office.id): Role.SUBMITTER,
        str(department.id): Role.ISSUER,
        str(ward.id): Role.SUPERIOR,
    }
    told = bodies[str(ward.id)]
    assert told.names == (
        Name("Phường Trảng Dài"),
        Name("Phường Bửu Long", None, date(2025, 6, 30), predecessor=True),
    )
    assert told.superiors == ("Thành phố Đồng Nai", "Tỉnh Đồng Nai")
    assert (told.code, told.is_territory) == (ward.code, True)
    assert told.sound_alike == ("Phường Trảng Dài",)
    assert bodies[str(department.id)].codes == ("000.00.28.H19",)
    assert [name.text for name in bodies[str(department.id)].names] == ["Sở Nội vụ", "SNV"]
    assert bodies[str(office.id)].superiors[0] == "Phường Trảng Dài"
    assert bodies[str(office.id)].directly_above == ("Phường Trảng Dài", "Phường Bửu Long")
    assert bodies[str(department.id)].directly_above == ("Thành phố Đồng Nai", "Tỉnh Đồng Nai")


async def test_a_name_has_its_days(session: AsyncSession, sessions: Sessions) -> None:
    ward = await make_organization(session, kind="ward", name="Xã Tên Hai")
    for name, before, on, done in (
        ("Xã Tên Hai", "Xã Tên Một", date(2025, 7, 1), True),
        ("Phường Tên Ba", None, date(2027, 1, 1), False),
    ):
        session.add(
            OrganizationRename(
                organization_id=ward.id,
                name=name,
                previous_name=before,
                effective_on=on,
                instrument="1/NQ",
                recorded_by="kiểm thử",
                applied_at=now() if done else None,
            )
        )
    await session.flush()
    async with sessions() as worker:
        (body,) = await list_expected(worker, ward.id, None)
    assert body.names == (
        Name("Phường Tên Ba", date(2027, 1, 1)),
        Name("Xã Tên Hai", date(2025, 7, 1), date(2026, 12, 31)),
        Name("Xã Tên Một", None, date(2025, 6, 30)),
    )
