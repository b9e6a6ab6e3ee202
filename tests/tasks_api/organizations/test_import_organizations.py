"""Loading the tree: parents first, by code, and repeatable."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.organizations.operations import ImportResult, import_organizations
from services.tasks_api.organizations.rules import OrganizationRecord, read_records
from shared.audit import System
from shared.db.models import AuditEntry, Organization, OrganizationAlias
from shared.domain.errors import Invalid
from shared.domain.organizations import OrganizationKind as K
from shared.domain.text import fold

ACTOR = System("tests")
UNITS = Path(__file__).parents[3] / "deploy" / "data" / "admin_units_2026.csv"
PROVINCE = OrganizationRecord("H19", "Tỉnh Đồng Nai", K.PROVINCE, None, admin_code="75", aliases=("Đồng Nai",))
WARD = OrganizationRecord("H19.26041", "Phường Trấn Biên", K.WARD, "H19", admin_code="26041", provisional_code=True)
OFFICE = OrganizationRecord("H19.26041.VP", "Văn phòng", K.OFFICE, "H19.26041")


async def load(session: AsyncSession, *records: OrganizationRecord) -> ImportResult:
    return await import_organizations(session, ACTOR, records)


async def get(session: AsyncSession, code: str) -> Organization:
    return (await session.scalars(select(Organization).where(Organization.code == code))).one()


async def list_aliases(session: AsyncSession) -> Sequence[tuple[str, str]]:
    statement = select(OrganizationAlias.scheme, OrganizationAlias.value).order_by(OrganizationAlias.value)
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def test_the_whole_country_loads_and_loading_it_again_changes_nothing(session: AsyncSession) -> None:
    records = read_records(UNITS.read_bytes())

    first = await load(session, *records)
    again = await load(session, *records)

    assert first == ImportResult(created=34 + 3321, changed=0, unchanged=0)
    assert again == ImportResult(created=0, changed=0, unchanged=34 + 3321)
    rows = await session.execute(select(Organization.kind, func.count()).group_by(Organization.kind))
    counts = {row[0]: row[1] for row in rows}
    assert counts == {"province": 34, "ward": 709, "commune": 2599, "special_zone": 13}
    dong_nai = await get(session, "H19")
    below = await session.scalars(select(Organization.code).where(Organization.parent_id == dong_nai.id))
    assert (dong_nai.admin_code, len(below.all())) == ("75", 95)


async def test_a_record_becomes_a_node_of_the_tree(session: AsyncSession) -> None:
    assert await load(session, PROVINCE, WARD, OFFICE) == ImportResult(created=3, changed=0, unchanged=0)

    province, ward, office = [await get(session, record.code) for record in (PROVINCE, WARD, OFFICE)]
    assert (ward.parent_id, office.parent_id) == (province.id, ward.id)
    assert office.path == "/H19/H19.26041/H19.26041.VP/"
    assert (ward.admin_code, ward.provisional_code, ward.search_text) == ("26041", True, "phuong tran bien")
    assert province.parent_id is None
    assert await list_aliases(session) == [("name", "Đồng Nai")]


async def test_a_parent_may_already_stand_in_the_tree(session: AsyncSession) -> None:
    await load(session, PROVINCE)

    assert (await load(session, WARD)).created == 1


async def test_records_without_their_parent_are_all_named_and_nothing_is_loaded(session: AsyncSession) -> None:
    with pytest.raises(Invalid) as refusal:
        await load(session, WARD, OrganizationRecord("H18", "Tỉnh khác", K.PROVINCE, None), OFFICE)

    assert refusal.value.code == "parent-unknown"
    assert [error.place for error in refusal.value.errors] == ["H19.26041", "H19.26041.VP"]
    assert "H19.26041" in refusal.value.detail


@pytest.mark.parametrize(
    "corrected",
    [
        OrganizationRecord("H19", "Thành phố Đồng Nai", K.PROVINCE, None, admin_code="75"),
        OrganizationRecord("H19", "Tỉnh Đồng Nai", K.CENTRAL_AGENCY, None, admin_code="75"),
        OrganizationRecord("H19", "Tỉnh Đồng Nai", K.PROVINCE, None, admin_code="76"),
    ],
    ids=["name", "kind", "admin code"],
)
async def test_a_record_that_says_otherwise_corrects_what_is_there(
    session: AsyncSession, corrected: OrganizationRecord
) -> None:
    await load(session, PROVINCE)

    assert await load(session, corrected) == ImportResult(created=0, changed=1, unchanged=0)

    province = await get(session, "H19")
    assert (province.name, province.kind, province.admin_code) == (corrected.name, corrected.kind, corrected.admin_code)
    assert province.search_text == fold(corrected.name)
    assert province.version == 2


async def test_leaving_the_gso_code_out_does_not_take_it_away(session: AsyncSession) -> None:
    await load(session, PROVINCE)

    assert (await load(session, OrganizationRecord("H19", "Tỉnh Đồng Nai", K.PROVINCE, None))).unchanged == 1
    assert (await get(session, "H19")).admin_code == "75"


async def test_an_official_list_ends_the_provisional_state_of_a_code_and_nothing_brings_it_back(
    session: AsyncSession,
) -> None:
    await load(session, PROVINCE, WARD)
    official = OrganizationRecord(WARD.code, WARD.name, WARD.kind, "H19", admin_code="26041")

    assert (await load(session, official)).changed == 1
    assert (await load(session, WARD)).unchanged == 1
    assert (await get(session, WARD.code)).provisional_code is False


async def test_older_codes_and_other_names_are_kept_as_what_they_are(session: AsyncSession) -> None:
    record = OrganizationRecord("H19", "Tỉnh", K.PROVINCE, None, aliases=("Tỉnh ta", "000.00.00.H19", "Tỉnh ta"))

    await load(session, record)
    await load(session, record)

    assert await list_aliases(session) == [("qcvn_102", "000.00.00.H19"), ("name", "Tỉnh ta")]


async def test_a_gso_code_of_another_unit_is_refused_by_name(session: AsyncSession) -> None:
    await load(session, PROVINCE)

    with pytest.raises(Invalid) as refusal:
        await load(session, OrganizationRecord("H20", "Tỉnh khác", K.PROVINCE, None, admin_code="75"))

    assert refusal.value.code == "admin-code-taken"
    assert [error.place for error in refusal.value.errors] == ["H20"]


async def list_trail(session: AsyncSession) -> list[tuple[str, str]]:
    """Actions with the code of their organization."""
    statement = select(AuditEntry.action, Organization.code).join(Organization, Organization.id == AuditEntry.target_id)
    return sorted((row[0], row[1]) for row in (await session.execute(statement)).all())


async def test_an_import_leaves_a_trail_of_each_organization_it_changed(session: AsyncSession) -> None:
    await load(session, PROVINCE, WARD)
    created = [
        ("organization.aliases_added", "H19"),
        ("organization.imported", "H19"),
        ("organization.imported", WARD.code),
    ]
    assert await list_trail(session) == created
    await load(session, PROVINCE, WARD)
    assert await list_trail(session) == created

    await load(session, PROVINCE, replace(WARD, name="Phường Tam Hiệp", aliases=("Trấn Biên",)))
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "organization.corrected"))).one()
    assert (entry.actor, entry.client, entry.target_type) == ("system:tests", "theodoi", "organizations")
    assert entry.before
    assert entry.after == entry.before | {"name": "Phường Tam Hiệp"}
    added = (await session.scalars(select(AuditEntry.after).where(AuditEntry.target_id == entry.target_id))).all()
    assert {"aliases": ["Trấn Biên"]} in added


async def test_an_empty_import_is_nothing(session: AsyncSession) -> None:
    assert await load(session) == ImportResult(0, 0, 0)
    assert Counter((await session.scalars(select(AuditEntry.action))).all()) == Counter()
