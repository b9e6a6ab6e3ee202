"""A day off more, or one less: what is enforced follows, for whatever is still open."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting.operations import Evaluation, evaluate_all
from services.alerts_worker.deadlines.operations import move_deadlines
from services.tasks_api.calendar_days.operations import remove_day, set_day
from shared.audit import System
from shared.db.calendar import list_moved_days
from shared.db.models import Assignment, AssignmentViewer, AuditEntry
from shared.db.session import Sessions
from tests.alerts_worker.cases import list_payloads
from tests.factories.tracking import make_assignment, make_organization

ACTOR = System("tests")
NOW = datetime(2026, 3, 21, 3, tzinfo=UTC)
FRIDAY, SATURDAY, MONDAY, TUESDAY = date(2026, 3, 20), date(2026, 3, 21), date(2026, 3, 23), date(2026, 3, 24)


async def call(session: AsyncSession, day: date, kind: str, *, at: datetime = NOW) -> None:
    await set_day(session, ACTOR, day, kind=kind, name="x", instrument=None, expected_version=None, now=at)
    await session.commit()


async def move(sessions: Sessions, day: date, *, batch: int = 100) -> int:
    async with sessions.begin() as session:
        return await move_deadlines(session, ACTOR, day, now=NOW, batch=batch)


async def due(session: AsyncSession, *assignments: Assignment) -> list[date | None]:
    for assignment in assignments:
        await session.refresh(assignment)
    return [assignment.due_on for assignment in assignments]


async def test_open_work_is_due_when_the_calendar_says_and_finished_work_keeps_its_day(
    session: AsyncSession, sessions: Sessions
) -> None:
    ward = await make_organization(session, kind="ward")
    friday, monday, done = [
        await make_assignment(session, issuer=ward, lead=ward, due=day) for day in (FRIDAY, MONDAY, FRIDAY)
    ]
    done.status = "completed"
    await call(session, FRIDAY, "off")
    assert await list_payloads(session, "calendar.changed") == [{"day": FRIDAY.isoformat()}]

    assert await move(sessions, FRIDAY) == 1

    assert await due(session, friday, monday, done) == [MONDAY, MONDAY, FRIDAY]
    assert (friday.due_key, friday.overdue_from, friday.version) == (MONDAY, TUESDAY, 2)
    keys = select(AssignmentViewer.due_key).where(AssignmentViewer.assignment_id == friday.id)
    assert set(await session.scalars(keys)) == {MONDAY}
    trail = select(AuditEntry).where(AuditEntry.action == "assignment.deadline_moved")
    (entry,) = await session.scalars(trail)
    assert (entry.target_id, entry.before, entry.after) == (
        friday.id,
        {"due_on": "2026-03-20"},
        {"due_on": "2026-03-23", "calendar_day": "2026-03-20"},
    )
    # Again, nothing moves; a make-up day brings it nearer, and back to where the plan named it.
    assert await move(sessions, FRIDAY) == 0
    await call(session, SATURDAY, "make_up")
    assert await move(sessions, SATURDAY) == 1
    assert await due(session, friday) == [SATURDAY]
    await remove_day(session, ACTOR, FRIDAY, expected_version=None, now=NOW)
    await session.commit()
    assert await move(sessions, FRIDAY) == 1
    assert await due(session, friday, done) == [FRIDAY, FRIDAY]


async def test_an_alert_that_is_no_longer_true_closes_and_what_closed_stays_closed(
    session: AsyncSession, sessions: Sessions
) -> None:
    ward = await make_organization(session, kind="ward")
    assignment = await make_assignment(session, issuer=ward, lead=ward, due=FRIDAY)
    assignment.percent = Decimal(90)
    assignment.lagging_from = None
    await session.commit()
    assert await evaluate_all(session, on=SATURDAY, now=NOW) == Evaluation(opened=1, closed=0)
    await call(session, FRIDAY, "off")
    await move(sessions, FRIDAY)
    assert await evaluate_all(session, on=SATURDAY, now=NOW) == Evaluation(opened=0, closed=1)
    assert await evaluate_all(session, on=TUESDAY, now=NOW) == Evaluation(opened=1, closed=0)


async def test_much_work_moves_in_steps_each_led_to_by_the_event(session: AsyncSession, sessions: Sessions) -> None:
    ward = await make_organization(session, kind="ward")
    assignments = [await make_assignment(session, issuer=ward, lead=ward, due=FRIDAY) for _ in range(3)]
    await call(session, FRIDAY, "off")
    assert [await move(sessions, FRIDAY, batch=2) for _ in range(3)] == [2, 1, 0]
    assert await due(session, *assignments) == [MONDAY] * 3
    assert await list_payloads(session, "calendar.changed") == [{"day": FRIDAY.isoformat()}] * 2


async def test_a_milestone_on_a_day_that_the_deadline_falls_back_to_is_passed_over(
    session: AsyncSession, sessions: Sessions
) -> None:
    ward = await make_organization(session, kind="ward")
    assignment = await make_assignment(session, issuer=ward, lead=ward, due=SATURDAY)
    assignment.roadmap = milestones = [{"on": SATURDAY.isoformat(), "percent": 50}]
    await call(session, SATURDAY, "make_up")
    assert await move(sessions, SATURDAY) == 1
    assert await due(session, assignment) == [SATURDAY]
    assert assignment.roadmap == milestones


@pytest.mark.parametrize(
    ("asked", "moved"),
    [(NOW, {FRIDAY: FRIDAY}), (NOW + timedelta(hours=1), {FRIDAY: MONDAY}), (NOW + timedelta(hours=3), {})],
)
async def test_the_calendar_of_a_past_day_is_told_from_its_changes(
    session: AsyncSession, asked: datetime, moved: dict[date, date]
) -> None:
    """Friday is off from NOW on, and two hours later Saturday is worked instead."""
    await call(session, FRIDAY, "off", at=NOW)
    await call(session, SATURDAY, "make_up", at=NOW + timedelta(hours=2))
    found = await list_moved_days(session, asked)
    assert {day: found[day] for day in found if day == FRIDAY} == moved
