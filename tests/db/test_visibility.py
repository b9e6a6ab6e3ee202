"""Who may know of what: one table of callers against every kind of thing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Alert,
    Assignment,
    AssignmentViewer,
    Client,
    Evidence,
    Organization,
    Plan,
    PlanImport,
    Task,
    Upload,
)
from shared.db.visibility import visible
from shared.domain.principal import Role
from tests.factories.identity import principal_of
from tests.factories.tracking import make_assignment, make_organization

Tree = Mapping[str, Organization]

FOLLOWED = {"province", "ward", "lead", "helper", "helper's ward", "reviewer", "reviewer's province"}
"""Everyone with a part in the assignment, and all above them."""
EVERYBODY = FOLLOWED | {"below the lead", "division", "desk", "neighbour", "stranger"}

SEES: Mapping[type[Any], set[str]] = {
    Organization: EVERYBODY,
    Assignment: FOLLOWED,
    Alert: FOLLOWED,
    Evidence: FOLLOWED,
    Plan: FOLLOWED,
    Task: FOLLOWED,
    PlanImport: {"province", "ward"},
    Upload: {"province", "ward", "lead"},
    Client: {"province", "ward"},
}


@pytest.fixture
async def tree(session: AsyncSession) -> Tree:
    """One assignment of a ward's plan, led in the ward, helped from another ward, appraised in another province."""
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    lead = await make_organization(session, parent=ward)
    other_ward = await make_organization(session, parent=province, kind="ward")
    helper = await make_organization(session, parent=other_ward)
    reviewing_province = await make_organization(session, kind="province")
    reviewer = await make_organization(session, parent=reviewing_province)
    division = await make_organization(session, parent=ward)
    tree = {
        "province": province,
        "ward": ward,
        "lead": lead,
        "below the lead": await make_organization(session, parent=lead),
        "division": division,
        "desk": await make_organization(session, parent=division),
        "helper's ward": other_ward,
        "helper": helper,
        "neighbour": await make_organization(session, parent=other_ward),
        "reviewer's province": reviewing_province,
        "reviewer": reviewer,
        "stranger": await make_organization(session, kind="province"),
    }
    assignment = await make_assignment(session, issuer=ward, lead=lead, coordinating=[helper], reviewers=[reviewer])
    day = date(2026, 3, 1)
    session.add_all(
        [
            Alert(assignment_id=assignment.id, rule="lagging", since=day, opened_on=day),
            Evidence(assignment_id=assignment.id, organization_id=lead.id, kind="photo"),
            PlanImport(issuer_id=ward.id, document_sha256="0" * 64, filename="x", proposal={}, requested_by="tests"),
            Upload(
                organization_id=lead.id,
                uploaded_by="tests",
                filename="x",
                media_type="image/png",
                size=1,
                sha256="0" * 64,
                storage_key="x",
            ),
            Client(issuer="client:x", name="x", organization_id=ward.id, scopes=[], registered_by="tests"),
        ]
    )
    await session.flush()
    return tree


@pytest.mark.parametrize("model", SEES, ids=lambda model: model.__name__)
async def test_each_kind_of_thing_is_seen_by_whom_it_concerns_and_nobody_else(
    session: AsyncSession, tree: Tree, model: type[Any]
) -> None:
    ids = [organization.id for organization in tree.values()]
    narrowed = select(model).where(Organization.id.in_(ids)) if model is Organization else select(model)

    seeing = {
        name
        for name, organization in tree.items()
        if (await session.scalars(narrowed.where(visible(principal_of(organization), model)))).all()
    }

    assert seeing == SEES[model]


async def test_what_one_sees_does_not_depend_on_the_role(session: AsyncSession, tree: Tree) -> None:
    for organization in tree.values():
        for model in SEES:
            counts = {
                len(
                    (
                        await session.scalars(select(model).where(visible(principal_of(organization, *roles), model)))
                    ).all()
                )
                for roles in ([], list(Role))
            }
            assert len(counts) == 1


async def test_a_draft_is_seen_by_the_issuers_branch_upwards_only(session: AsyncSession, tree: Tree) -> None:
    plan = (await session.scalars(select(Plan))).one()
    for viewer in await session.scalars(select(AssignmentViewer)):
        await session.delete(viewer)
    await session.flush()

    for model in (Plan, Task):
        seeing = {
            name
            for name, organization in tree.items()
            if (await session.scalars(select(model).where(visible(principal_of(organization), model)))).all()
        }
        assert seeing == {"province", "ward"}
    assert plan.issuer_id == tree["ward"].id


async def test_a_code_that_begins_alike_is_not_a_subtree(session: AsyncSession) -> None:
    """`H10.1` is not above `H10.10`, and `_` in a code is no wildcard."""
    province = await make_organization(session, kind="province", code="H10")
    short = await make_organization(session, parent=province, code="H10.1")
    odd = await make_organization(session, parent=province, code="H10._")
    long = await make_organization(session, parent=province, code="H10.10")
    session.add_all(
        PlanImport(issuer_id=issuer.id, document_sha256="0" * 64, filename="x", proposal={}, requested_by="tests")
        for issuer in (short, long)
    )
    await session.flush()

    seen = {
        organization.code: len(
            (await session.scalars(select(PlanImport).where(visible(principal_of(organization), PlanImport)))).all()
        )
        for organization in (province, short, odd, long)
    }

    assert seen == {"H10": 2, "H10.1": 1, "H10._": 0, "H10.10": 1}


def test_a_kind_of_thing_nobody_decided_about_is_never_shown() -> None:
    organization = Organization(id=None, path="/H10/")

    with pytest.raises(KeyError):
        visible(principal_of(organization), AssignmentViewer)
