"""The rows that say who may see an assignment: written as it opens, once each."""

from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Assignment,
    AssignmentViewer,
    Organization,
    OrganizationGroup,
    OrganizationSuccession,
    PlanViewer,
    TaskOrganization,
    TaskViewer,
)
from shared.db.viewers import show
from shared.tracking.opening import NO_DUE
from tests.factories.tracking import make_assignment, make_organization

AT = datetime(2026, 1, 1, tzinfo=UTC)


async def viewers_of(session: AsyncSession, assignment: Assignment) -> set[str]:
    statement = (
        select(Organization.code)
        .join(AssignmentViewer, AssignmentViewer.organization_id == Organization.id)
        .where(AssignmentViewer.assignment_id == assignment.id)
    )
    return set((await session.scalars(statement)).all())


async def test_whoever_has_a_part_and_all_above_them_get_one_row_each(session: AsyncSession) -> None:
    province = await make_organization(session, kind="province")
    ward = await make_organization(session, parent=province, kind="ward")
    lead = await make_organization(session, parent=ward)
    helper = await make_organization(session, parent=ward)
    reviewer = await make_organization(session, parent=province)
    await make_organization(session, parent=ward)

    assignment = await make_assignment(
        session, issuer=ward, lead=lead, coordinating=[helper], reviewers=[reviewer, province]
    )

    everyone = (province, ward, lead, helper, reviewer)
    assert await viewers_of(session, assignment) == {organization.code for organization in everyone}
    rows = select(func.count()).where(AssignmentViewer.assignment_id == assignment.id)
    assert (await session.execute(rows)).scalar_one() == len(everyone)


async def test_the_issuer_follows_work_led_outside_its_branch(session: AsyncSession) -> None:
    province = await make_organization(session, kind="province")
    issuer = await make_organization(session, parent=province)
    elsewhere = await make_organization(session, kind="province")
    lead = await make_organization(session, parent=elsewhere)

    assignment = await make_assignment(session, issuer=issuer, lead=lead, reviewers=[lead])

    everyone = (province, issuer, elsewhere, lead)
    assert await viewers_of(session, assignment) == {organization.code for organization in everyone}


async def test_fellow_leads_each_see_their_own_part(session: AsyncSession) -> None:
    fellow = await make_organization(session)
    assignment = await make_assignment(session)
    before = await viewers_of(session, assignment)
    session.add(TaskOrganization(task_id=assignment.task_id, role="lead", text=fellow.name, organization_id=fellow.id))

    await show(session, [assignment.id])

    assert await viewers_of(session, assignment) == before


async def test_showing_again_adds_only_who_is_new(session: AsyncSession) -> None:
    assignment = await make_assignment(session)
    before = await viewers_of(session, assignment)
    newcomer = await make_organization(session)
    session.add(
        TaskOrganization(
            task_id=assignment.task_id, role="coordinating", text=newcomer.name, organization_id=newcomer.id
        )
    )

    await show(session, [assignment.id])
    await show(session, [assignment.id])

    assert await viewers_of(session, assignment) == before | {newcomer.code}


async def test_whoever_succeeded_one_of_them_sees_what_opens_later(session: AsyncSession) -> None:
    """Through chains, and for what lies below an organization that has ended; a split ends nothing."""
    province = await make_organization(session, kind="province")
    first, second, third, other = [await make_organization(session, parent=province, kind="ward") for _ in range(4)]
    lead = await make_organization(session, parent=first)
    session.add_all(
        OrganizationSuccession(
            predecessor_id=predecessor.id,
            receiver_id=receiver.id,
            kind=kind,
            effective_on=date(2026, 1, 1),
            instrument="1/NQ",
            recorded_by="tests",
            applied_at=applied_at,
        )
        for predecessor, receiver, kind, applied_at in (
            (first, second, "merge", AT),
            (second, third, "dissolve", AT),
            (first, other, "split", AT),
        )
    )

    assignment = await make_assignment(session, issuer=province, lead=lead)

    assert await viewers_of(session, assignment) == {each.code for each in (province, first, lead, second, third)}


async def test_members_of_a_coordinating_collective_see_the_task_and_not_what_each_lead_does(
    session: AsyncSession,
) -> None:
    province = await make_organization(session, kind="province")
    ward, neighbour = [await make_organization(session, parent=province, kind="ward") for _ in range(2)]
    group = (
        await session.scalars(select(OrganizationGroup).where(OrganizationGroup.name == "UBND các xã, phường"))
    ).one()
    assignment = await make_assignment(session, issuer=province, lead=ward)
    session.add(TaskOrganization(task_id=assignment.task_id, role="coordinating", text=group.name, group_id=group.id))

    await show(session, [assignment.id])

    assert await viewers_of(session, assignment) == {province.code, ward.code}
    of_task = select(TaskViewer.organization_id).where(TaskViewer.task_id == assignment.task_id)
    of_plan = select(PlanViewer.organization_id).where(PlanViewer.plan_id == assignment.plan_id)
    for statement in (of_task, of_plan):
        assert set(await session.scalars(statement)) == {province.id, ward.id, neighbour.id}


async def test_showing_nothing_is_allowed(session: AsyncSession) -> None:
    await show(session, [])

    assert (await session.scalars(select(AssignmentViewer))).all() == []


async def test_rows_carry_the_due_day_lists_are_ordered_by(session: AsyncSession) -> None:
    due = await make_assignment(session)
    without = await make_assignment(session, due=None)

    for assignment in (due, without):
        keys = select(AssignmentViewer.due_key).where(AssignmentViewer.assignment_id == assignment.id)
        assert set((await session.scalars(keys)).all()) == {assignment.due_key}
    assert without.due_key == NO_DUE
    assert due.due_key == due.due_on
