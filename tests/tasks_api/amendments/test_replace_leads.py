"""Who leads a task changes by an amendment: what is open passes on, what was done stays."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.alerts_worker.successions.operations import apply_due as apply_successions
from shared.clock import now, today
from shared.db import roles
from shared.db.models import (
    Assignment,
    AssignmentTransition,
    AssignmentViewer,
    Organization,
    OrganizationSuccession,
    Plan,
    Task,
    TaskOrganization,
)
from tests.conftest import served_as
from tests.tasks_api.amendments.conftest import ACTOR, Office, ago

FAR = today() + timedelta(days=200)


def text_of(day: date) -> str:
    return f"{day:%d/%m/%Y}"


async def statuses(office: Office, task: Task) -> list[tuple[str, str]]:
    names = {unit.id: name for unit, name in zip(office.units, "abc", strict=True)}
    return [(names[each.organization_id], each.status) for each in await office.assignments(task)]


async def test_whoever_leads_no_more_is_released_and_the_new_lead_owes_it(office: Office) -> None:
    first, second, third = office.units
    task = await office.task(text_of(FAR), first, second)

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "leads": [second.code, third.code]})

    assert sorted(await statuses(office, task)) == [("a", "cancelled"), ("b", "not_started"), ("c", "not_started")]
    (transition,) = await office.session.scalars(
        select(AssignmentTransition).where(AssignmentTransition.to_status == "cancelled")
    )
    assert transition.reason == f"Văn bản điều chỉnh số 99/KH-UBND ngày {today():%d/%m/%Y}"

    await office.put_in_force(
        {"kind": "change_task", "task_id": str(task.id), "leads": [first.code]}, number="100/KH-UBND"
    )

    assert sorted(await statuses(office, task)) == [("a", "not_started"), ("b", "cancelled"), ("c", "cancelled")]


async def test_a_new_lead_of_recurring_work_owes_what_the_old_one_left_and_no_more(office: Office) -> None:
    first, second, _ = office.units
    task = await office.task("Hằng năm", first)
    past, present = await office.assignments(task)
    past.status, past.completed_on, past.submitted_on = "completed", ago(300), ago(300)
    await office.session.commit()

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "leads": [second.code]})

    led = {(each.organization_id, each.cycle_starts_on): each.status for each in await office.assignments(task)}
    assert led == {
        (first.id, past.cycle_starts_on): "completed",
        (first.id, present.cycle_starts_on): "cancelled",
        (second.id, present.cycle_starts_on): "not_started",
    }


@pytest.mark.parametrize("field", ["leads", "coordinating"])
async def test_who_is_named_is_replaced_in_the_task(office: Office, field: str) -> None:
    task = await office.task(text_of(FAR), office.units[0])

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), field: [office.units[2].code]})

    role = "lead" if field == "leads" else "coordinating"
    named = await office.session.scalars(
        select(TaskOrganization.organization_id).where(
            TaskOrganization.task_id == task.id, TaskOrganization.role == role
        )
    )
    assert named.all() == [office.units[2].id]
    (assignment_id,) = await office.session.scalars(
        select(Assignment.id).where(Assignment.task_id == task.id, Assignment.status != "cancelled")
    )
    viewers = await office.session.scalars(
        select(AssignmentViewer.organization_id).where(AssignmentViewer.assignment_id == assignment_id)
    )
    assert office.units[2].id in viewers.all()


async def test_who_took_over_from_a_replaced_lead_is_released_too(office: Office) -> None:
    first, receiver, third = office.units
    task = await office.task(text_of(FAR), first)
    (assignment,) = await office.assignments(task)
    assignment.organization_id = receiver.id
    office.session.add(
        OrganizationSuccession(
            predecessor_id=first.id,
            receiver_id=receiver.id,
            kind="merge",
            effective_on=ago(9),
            instrument="1/NQ",
            recorded_by="tests",
            applied_at=now(),
        )
    )
    await office.session.commit()

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "leads": [third.code]})

    assert sorted(await statuses(office, task)) == [("b", "cancelled"), ("c", "not_started")]


async def test_a_cycle_that_is_over_and_was_left_undone_passes_to_the_new_lead(office: Office) -> None:
    first, second, _ = office.units
    task = await office.task("Hằng năm", first)
    cycles = {each.cycle_starts_on for each in await office.assignments(task)}

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "leads": [second.code]})

    owed = {each.cycle_starts_on for each in await office.assignments(task) if each.organization_id == second.id}
    assert len(cycles) > 1
    assert owed == cycles


async def succeed(office: Office, succession: OrganizationSuccession) -> None:
    """The worker applies it today."""
    succession.effective_on, succession.instrument, succession.recorded_by = today(), "1/NQ", "tests"
    office.session.add(succession)
    await office.session.commit()
    async with served_as(roles.WORKER, office.connection)() as worker:
        assert await apply_successions(worker, ACTOR, on=today(), now=now()) == 1
        await worker.commit()
    office.session.expunge_all()
    office.plan = await office.session.get_one(Plan, office.plan.id)


async def split_off(office: Office, task: Task, giver: Organization, taker: Organization) -> None:
    """The work of the task passes from one unit to the other."""
    part = OrganizationSuccession(predecessor_id=giver.id, receiver_id=taker.id, kind="split", task_ids=[task.id])
    await succeed(office, part)


async def test_an_amendment_gives_back_what_a_split_has_taken(office: Office) -> None:
    """The later word counts: the split has done its work before the amendment names the old lead again."""
    first, second, _ = office.units
    task = await office.task(text_of(FAR), first)
    await split_off(office, task, first, second)
    assert await statuses(office, task) == [("b", "not_started")]

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "leads": [first.code]})

    assert sorted(await statuses(office, task)) == [("a", "not_started"), ("b", "cancelled")]


async def test_what_an_amendment_leaves_as_it_was_follows_a_split_that_came_between(office: Office) -> None:
    """It was recorded when the first unit led the task, and only adds the third."""
    first, second, third = office.units
    task = await office.task(text_of(FAR), first)
    added = {"kind": "change_task", "task_id": str(task.id), "leads": [first.code, third.code]}
    answer = await office.amend(added)
    assert answer.status_code == 201, answer.text
    await split_off(office, task, first, second)

    assert await office.apply() == 1

    assert sorted(await statuses(office, task)) == [("b", "not_started"), ("c", "not_started")]


async def test_a_lead_that_stays_keeps_the_officer_who_answers_for_it(office: Office) -> None:
    first, second, _ = office.units
    task = await office.task(text_of(FAR), first)
    (named,) = await office.session.scalars(select(TaskOrganization).where(TaskOrganization.task_id == task.id))
    named.officer = "Phó Trưởng phòng"
    await office.session.commit()

    added = {"kind": "change_task", "task_id": str(task.id), "leads": [first.code, second.code]}
    await office.put_in_force(added)

    named_now = await office.session.scalars(select(TaskOrganization).where(TaskOrganization.task_id == task.id))
    officers = {each.organization_id: each.officer for each in named_now}
    assert officers == {first.id: "Phó Trưởng phòng", second.id: None}


async def test_work_taken_over_in_a_merger_keeps_its_place_beside_the_receivers_own(office: Office) -> None:
    """A yearly deadline has one cycle for both: it takes both, and cancels neither."""
    gone, heir, _ = office.units
    task = await office.task(text_of(FAR), gone, heir)
    await succeed(office, OrganizationSuccession(predecessor_id=gone.id, receiver_id=heir.id, kind="merge"))
    assert await statuses(office, task) == [("b", "not_started"), ("b", "not_started")]

    await office.put_in_force({"kind": "change_task", "task_id": str(task.id), "deadline_text": "Hằng năm"})

    held = [(each.status, each.cycle_starts_on) for each in await office.assignments(task)]
    assert held == [("not_started", date(today().year, 1, 1))] * 2
