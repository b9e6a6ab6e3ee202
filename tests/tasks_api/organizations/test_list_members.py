"""Whom a collective means: read from the province or commune that issued the plan, on the day it is asked."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.groups import list_members
from shared.db.models import Organization, OrganizationGroup
from shared.domain.organizations import DEFAULT_GROUPS
from tests.factories.tracking import make_organization

Tree = Mapping[str, Organization]
ON = date(2025, 7, 1)


@pytest.fixture
async def tree(session: AsyncSession) -> Tree:
    """Two provinces; the first with departments, wards of every kind, and bodies inside them."""
    nodes: dict[str, Organization] = {}

    async def grow(name: str, kind: str, parent: str | None = None) -> None:
        code = f"{nodes[parent].code}.{name}" if parent else name
        nodes[name] = await make_organization(session, parent=nodes[parent] if parent else None, kind=kind, code=code)

    await grow("H10", "province")
    await grow("SNV", "department", "H10")
    await grow("STC", "department", "H10")
    await grow("PHONG", "office", "SNV")
    await grow("PHU", "department", "SNV")
    await grow("W1", "ward", "H10")
    await grow("X1", "commune", "H10")
    await grow("D1", "special_zone", "H10")
    await grow("VP", "office", "W1")
    await grow("KT", "office", "W1")
    await grow("TO", "office", "VP")
    await grow("TH", "school", "W1")
    await grow("DIEM", "school", "TH")
    await grow("KP1", "hamlet", "W1")
    await grow("TH2", "school", "X1")
    await grow("H20", "province")
    await grow("W2", "ward", "H20")
    await grow("SXD", "department", "H20")
    return nodes


MEMBERS = [
    ("Các sở, ban, ngành", "H10", {"SNV", "STC"}),
    ("Các sở, ban, ngành", "SNV", {"SNV", "STC"}),
    ("Các sở, ban, ngành", "W1", {"SNV", "STC"}),
    ("Các sở, ban, ngành", "H20", {"SXD"}),
    ("UBND các xã, phường", "H10", {"W1", "X1", "D1"}),
    ("UBND các xã, phường", "VP", {"W1", "X1", "D1"}),
    ("UBND các huyện, thị xã, thành phố", "H10", set()),
    ("Các phòng chuyên môn", "W1", {"VP", "KT"}),
    ("Các phòng chuyên môn", "TO", {"VP", "KT"}),
    ("Các phòng chuyên môn", "X1", set()),
    ("Các phòng chuyên môn", "H10", set()),
    ("Các trường học", "W1", {"TH", "DIEM"}),
    ("Các trường học", "X1", {"TH2"}),
    ("Các khu phố, ấp", "W1", {"KP1"}),
    ("Các khu phố, ấp", "H10", set()),
]


@pytest.mark.parametrize(("name", "issuer", "expected"), MEMBERS, ids=[f"{row[0]} of {row[1]}" for row in MEMBERS])
async def test_a_collective_is_read_from_where_the_plan_was_issued(
    session: AsyncSession, tree: Tree, name: str, issuer: str, expected: set[str]
) -> None:
    group = (await session.scalars(select(OrganizationGroup).where(OrganizationGroup.name == name))).one()

    members = await list_members(session, group.id, tree[issuer], on=ON)

    assert {member.code.rpartition(".")[2] for member in members} == expected
    assert [member.code for member in members] == sorted(member.code for member in members)


async def test_a_body_that_has_ended_is_no_member(session: AsyncSession, tree: Tree) -> None:
    tree["STC"].valid_to = date(2025, 6, 30)
    await session.flush()
    group = (
        await session.scalars(select(OrganizationGroup).where(OrganizationGroup.name == "Các sở, ban, ngành"))
    ).one()

    for on, codes in ((date(2025, 6, 30), ["H10.SNV", "H10.STC"]), (ON, ["H10.SNV"])):
        members = await list_members(session, group.id, tree["H10"], on=on)
        assert [member.code for member in members] == codes


async def test_the_place_a_collective_is_read_from_is_no_member_of_it(session: AsyncSession, tree: Tree) -> None:
    selector: dict[str, object] = {"kinds": ["ward", "office"], "scope": "ward", "relation": "descendants"}
    group = OrganizationGroup(name="Phường và các phòng", aliases=[], selector=selector)
    session.add(group)
    await session.flush()

    members = await list_members(session, group.id, tree["W1"], on=ON)

    assert {member.code.rpartition(".")[2] for member in members} == {"VP", "KT", "TO"}


async def test_every_deployment_starts_with_the_collectives_plans_speak_of(session: AsyncSession) -> None:
    groups = (await session.scalars(select(OrganizationGroup))).all()

    assert {group.name for group in groups} == {group.name for group in DEFAULT_GROUPS}
    for default in DEFAULT_GROUPS:
        group = next(group for group in groups if group.name == default.name)
        assert group.aliases == list(default.aliases)
        assert group.selector["scope"] == default.selector.scope
