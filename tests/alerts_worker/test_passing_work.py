"""On the day of a succession, open work becomes the receiver's, and everything keeps its history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.cycles.operations import open_next_cycles
from services.alerts_worker.successions.operations import apply_due
from shared.audit import System
from shared.db.models import (
    Assignment,
    AssignmentTransfer,
    AuditEntry,
    Organization,
    OrganizationGroup,
    OrganizationSuccession,
    Plan,
    TaskOrganization,
)
from shared.db.session import Sessions
from tests.alerts_worker.cases import list_payloads
from tests.factories.tracking import make_assignment, make_organization, make_plan, make_task

DAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 1, tzinfo=UTC)
ACTOR = System("apply_successions")


@pytest.fixture
async def wards(session: AsyncSession) -> list[Organization]:
    """A province, and three of its wards."""
    province = await make_organization(session, kind="province")
    return [province, *[await make_organization(session, parent=province, kind="ward") for _ in range(3)]]


async def succeed(
    session: AsyncSession,
    predecessor: Organization,
    receiver: Organization,
    *,
    kind: str = "merge",
    tasks: Sequence[UUID] | None = None,
    on: date = DAY,
) -> OrganizationSuccession:
    succession = OrganizationSuccession(
        predecessor_id=predecessor.id,
        receiver_id=receiver.id,
        kind=kind,
        effective_on=on,
        instrument="1662/NQ-UBTVQH15",
        task_ids=list(tasks) if tasks is not None else None,
        recorded_by="tests",
    )
    session.add(succession)
    await session.flush()
    return succession


async def apply(sessions: Sessions, *, on: date = DAY, batch: int = 100) -> int:
    """As the worker does it, in its role."""
    async with sessions.begin() as session:
        return await apply_due(session, ACTOR, on=on, now=NOW, batch=batch)


async def holders(session: AsyncSession, *assignments: Assignment) -> list[UUID]:
    for assignment in assignments:
        await session.refresh(assignment)
    return [assignment.organization_id for assignment in assignments]


async def test_open_work_passes_and_finished_work_stays(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, gone, heir, _ = wards
    open_, suspended, done, cancelled = [await make_assignment(session, issuer=province, lead=gone) for _ in range(4)]
    suspended.status, done.status, cancelled.status = "suspended", "completed", "cancelled"
    succession = await succeed(session, gone, heir)
    await session.commit()

    assert await apply(sessions) == 1

    assert await holders(session, open_, suspended, done, cancelled) == [heir.id, heir.id, gone.id, gone.id]
    assert (open_.carried_from_id, open_.version, done.carried_from_id) == (gone.id, 2, None)
    kept = (await session.scalars(select(AssignmentTransfer).order_by(AssignmentTransfer.assignment_id))).all()
    assert {(each.assignment_id, each.from_organization_id, each.to_organization_id) for each in kept} == {
        (each.id, gone.id, heir.id) for each in (open_, suspended)
    }
    assert {(each.succession_id, each.effective_on, each.transferred_at) for each in kept} == {
        (succession.id, DAY, NOW)
    }
    told = await list_payloads(session, "assignment.transferred")
    assert {each["assignment_id"] for each in told} == {str(open_.id), str(suspended.id)}
    assert {each["to_organization_id"] for each in told} == {str(heir.id)}
    trail = select(AuditEntry).where(AuditEntry.action == "assignment.transferred", AuditEntry.target_id == open_.id)
    (entry,) = await session.scalars(trail)
    assert (entry.actor, entry.before) == ("system:apply_successions", {"organization_id": str(gone.id)})
    assert entry.after == {"organization_id": str(heir.id), "succession_id": str(succession.id)}


async def test_much_work_passes_in_steps_and_applying_again_changes_nothing(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, gone, heir, last = wards
    assignments = [await make_assignment(session, issuer=province, lead=gone) for _ in range(5)]
    first = await succeed(session, gone, heir)
    await succeed(session, heir, last, on=date(2026, 7, 2))
    await session.commit()
    assert await apply(sessions, on=date(2026, 7, 2), batch=2) == 0
    # The one after it waits, for it may be a link of the same chain; the event leads to what is left.
    assert (await holders(session, *assignments)).count(heir.id) == 2
    assert (await list_payloads(session, "succession.recorded")) == [{"succession_id": str(first.id)}]
    assert [await apply(sessions, on=date(2026, 7, 2), batch=2) for _ in range(4)] == [0, 1, 0, 1]
    assert await holders(session, *assignments) == [last.id] * 5
    assert {each.carried_from_id for each in assignments} == {gone.id}
    count = select(func.count()).select_from(AssignmentTransfer)
    assert (await session.execute(count)).scalar_one() == 10

    assert await apply(sessions, on=date(2026, 7, 2)) == 0
    assert (await session.execute(count)).scalar_one() == 10


async def test_a_receiver_that_led_the_same_task_owes_both_told_apart(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, gone, heir, last = wards
    group = select(OrganizationGroup).where(OrganizationGroup.name == "UBND các xã, phường")
    plan = await make_plan(session, province)
    plan.state = "active"
    task = await make_task(session, plan, province)
    named = (await session.scalars(select(TaskOrganization).where(TaskOrganization.task_id == task.id))).one()
    named.organization_id, named.group_id = None, (await session.scalars(group)).one().id
    await open_next_cycles(session, on=date(2026, 1, 5), now=NOW)
    of_task = select(Assignment).where(Assignment.task_id == task.id)
    theirs = {each.organization_id: each for each in await session.scalars(of_task)}
    theirs[gone.id].percent, theirs[heir.id].percent = Decimal(40), Decimal(70)
    await succeed(session, gone, heir)
    await session.commit()

    await apply(sessions)

    assert await holders(session, theirs[gone.id], theirs[heir.id]) == [heir.id, heir.id]
    assert [theirs[each.id].carried_from_id for each in (gone, heir)] == [gone.id, None]
    assert [theirs[each.id].percent for each in (gone, heir)] == [40, 70]
    # Nothing opens once more for whoever holds it; what follows opens for those that are left.
    assert await open_next_cycles(session, on=DAY, now=NOW) == 0
    # And both go on together.
    await succeed(session, heir, last, on=date(2026, 8, 1))
    await session.commit()
    await apply(sessions, on=date(2026, 8, 1))
    assert await holders(session, *theirs.values()) == [last.id] * 3
    assert {each.carried_from_id for each in theirs.values()} == {gone.id, heir.id, None}


async def test_recurring_work_opens_at_the_receiver_and_what_was_done_is_not_owed_again(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, gone, heir, _ = wards
    plan = await make_plan(session, province)
    plan.state = "active"
    task = await make_task(session, plan, gone, due=None, coordinating=[gone])
    task.deadline_kind = task.deadline_recurrence = "quarterly"
    await open_next_cycles(session, on=date(2026, 4, 1), now=NOW)
    of_task = select(Assignment).where(Assignment.task_id == task.id).order_by(Assignment.cycle_starts_on)
    for each in await session.scalars(of_task):
        each.status = "completed"
    await succeed(session, gone, heir, on=date(2026, 6, 1))
    await session.commit()

    # Whether or not anybody has applied the succession, its day counts.
    assert await open_next_cycles(session, on=date(2026, 6, 2), now=NOW) == 0
    await apply(sessions, on=date(2026, 6, 1))
    assert await open_next_cycles(session, on=date(2026, 6, 2), now=NOW) == 0
    assert await open_next_cycles(session, on=DAY, now=NOW) == 1
    assert [each.organization_id for each in await session.scalars(of_task)] == [gone.id, gone.id, heir.id]
    named = (await session.scalars(select(TaskOrganization).where(TaskOrganization.task_id == task.id))).all()
    assert {(each.role, each.organization_id, each.text) for each in named} == {
        (role, heir.id, gone.name) for role in ("lead", "coordinating")
    }


async def test_a_dissolution_among_several_gives_each_what_was_named_for_it(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, gone, heir, other = wards
    named, rest = [
        await make_assignment(session, issuer=province, lead=gone, reviewers=[gone, province]) for _ in range(2)
    ]
    await succeed(session, gone, heir, kind="dissolve", on=DAY)
    await succeed(session, gone, other, kind="dissolve", tasks=[named.task_id], on=DAY)
    await session.commit()

    assert await apply(sessions) == 2

    assert await holders(session, named, rest) == [other.id, heir.id]
    for assignment in (named, rest):
        plan = await session.get_one(Plan, assignment.plan_id, populate_existing=True)
        assert plan.reviewing_organization_ids == [heir.id, province.id]


async def test_until_somebody_is_named_for_the_rest_it_waits_where_it_was(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, gone, heir, other = wards
    named, rest = [await make_assignment(session, issuer=province, lead=gone) for _ in range(2)]
    await succeed(session, gone, other, kind="dissolve", tasks=[named.task_id])
    await session.commit()
    await apply(sessions)
    assert await holders(session, named, rest) == [other.id, gone.id]

    await succeed(session, gone, heir, kind="dissolve")
    await session.commit()
    await apply(sessions)
    assert await holders(session, named, rest) == [other.id, heir.id]


async def test_a_split_moves_what_it_names_and_ends_nothing(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    province, goes_on, heir, _ = wards
    named, rest = [await make_assignment(session, issuer=province, lead=goes_on, reviewers=[goes_on]) for _ in range(2)]
    await succeed(session, goes_on, heir, kind="split", tasks=[named.task_id])
    await session.commit()

    await apply(sessions)

    assert await holders(session, named, rest) == [heir.id, goes_on.id]
    plan = await session.get_one(Plan, named.plan_id, populate_existing=True)
    assert plan.reviewing_organization_ids == [goes_on.id]
    await session.refresh(goes_on)
    assert goes_on.valid_to is None
    # What the split gave away does not open at the one that goes on, nor again at the receiver.
    assert await open_next_cycles(session, on=DAY, now=NOW) == 0


async def test_two_pieces_of_work_that_cannot_be_told_apart_never_stop_a_succession(
    session: AsyncSession, sessions: Sessions, wards: list[Organization]
) -> None:
    """Such as a part that was split off and came back, where the work had been begun anew."""
    province, gone, heir, _ = wards
    anew, back = [await make_assignment(session, issuer=province, lead=gone) for _ in range(2)]
    back.task_id, back.carried_from_id = anew.task_id, gone.id
    await succeed(session, gone, heir)
    await session.commit()

    assert await apply(sessions) == 1

    assert sorted(await holders(session, anew, back)) == sorted([gone.id, heir.id])
