"""Who may know of what: one table of callers against every kind of thing."""

from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    AssignmentViewer,
    Organization,
    Plan,
    PlanImport,
    PlanViewer,
    Task,
    TaskViewer,
)
from shared.db.visibility import visible
from shared.domain.principal import Role
from tests.db.onlookers import SEES, Tree
from tests.factories.identity import principal_of
from tests.factories.tracking import make_organization


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
    for viewers in (AssignmentViewer, TaskViewer, PlanViewer):
        await session.execute(delete(viewers))

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
