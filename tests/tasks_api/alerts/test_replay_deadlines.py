"""Deadlines move, and every day keeps the alerts that were true on it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.amendments.queries import load_last_terms
from services.alerts_worker.amendments.terms import retime
from services.tasks_api.calendar_days.operations import set_day
from shared.audit import System
from shared.db.calendar import load_calendar
from shared.db.models import Amendment, Assignment, Task
from shared.domain.alert_rules import AssignmentFacts, red_alerts
from shared.domain.calendar import local_midnight
from shared.domain.cycles import CycleKind
from shared.tracking.moving import facts_of
from tests.tasks_api.alerts.test_replay_alerts import FIRST_DAY, open_assignment, replayed

LIFE = 120
"""Days looked at, all of them past."""

Move = tuple[int, int]
"""In force from this day of the life, due so many days after the first."""
MOVES = st.lists(st.tuples(st.integers(1, LIFE), st.integers(0, LIFE)), max_size=5)


async def move_deadline(session: AsyncSession, assignment: Assignment, number: int, move: Move) -> None:
    """As an amendment does that is recorded after all before it, whatever day it is in force from."""
    from_on, due = (FIRST_DAY + timedelta(days=days) for days in move)
    amendment = Amendment(
        plan_id=assignment.plan_id,
        number=str(number),
        issued_on=from_on,
        reason="…",
        effective_on=from_on,
        state="in_force",
        recorded_by="tests",
    )
    session.add(amendment)
    await session.flush()
    last = (await load_last_terms(session, [assignment.id])).get(assignment.id)
    task = await session.get_one(Task, assignment.task_id)
    span = (CycleKind.ONCE, FIRST_DAY, due, due)
    calendar = await load_calendar(session)
    retime(session, assignment, task, span, amendment, calendar=calendar, last=last)
    await session.flush()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(moves=[(2, 0), (1, 0)], days=[])  # the same deadline again, from an earlier day
@given(moves=MOVES, days=st.lists(st.integers(0, LIFE), min_size=3, max_size=3))
async def test_every_day_is_red_by_the_deadline_in_force_on_it(
    session: AsyncSession, moves: list[Move], days: list[int]
) -> None:
    async with session.begin_nested() as attempt:
        assignment = await open_assignment(session)
        in_force: list[tuple[date, AssignmentFacts]] = [(date.min, facts_of(assignment))]
        for number, move in enumerate(moves):
            await move_deadline(session, assignment, number, move)
            in_force.append((FIRST_DAY + timedelta(days=move[0]), facts_of(assignment)))

        borders = {move[0] + offset for move in moves for offset in (-1, 0)}
        for each in sorted({*days, *borders}):
            on = FIRST_DAY + timedelta(days=each)
            facts = next(facts for from_on, facts in reversed(in_force) if from_on <= on)
            assert await replayed(session, assignment, on) == red_alerts(facts, on), (on, moves)
        await attempt.rollback()


async def test_before_the_day_the_old_deadline_speaks_and_from_it_on_the_new_one(session: AsyncSession) -> None:
    assignment = await open_assignment(session)
    assert assignment.due_on is not None
    day_after = assignment.due_on + timedelta(days=1)
    from_on = day_after + timedelta(days=3)

    await move_deadline(session, assignment, 1, ((from_on - FIRST_DAY).days, LIFE))

    overdue = [
        on for on in (day_after, from_on - timedelta(days=1), from_on) if await is_overdue(session, assignment, on)
    ]
    assert overdue == [day_after, from_on - timedelta(days=1)]


async def is_overdue(session: AsyncSession, assignment: Assignment, on: date) -> bool:
    return "overdue" in await replayed(session, assignment, on)


@pytest.mark.parametrize(("changed_after", "overdue_on"), [(20, 39), (60, 38)])
async def test_a_term_set_by_an_amendment_ends_by_the_calendar_of_each_day(
    session: AsyncSession, changed_after: int, overdue_on: int
) -> None:
    """A day off decided in time moves the last day, one decided later does not change what was shown."""
    assignment = await open_assignment(session)
    named = FIRST_DAY + timedelta(days=37)
    calendar = await load_calendar(session)
    assert calendar.is_working_day(named)
    assert calendar.is_working_day(named + timedelta(days=1))
    await move_deadline(session, assignment, 1, (10, 37))
    at = local_midnight(FIRST_DAY + timedelta(days=changed_after))
    await set_day(session, System("tests"), named, kind="off", name="x", instrument=None, expected_version=None, now=at)

    days = [day for day in range(35, 45) if await is_overdue(session, assignment, FIRST_DAY + timedelta(days=day))]
    assert days == list(range(overdue_on, 45))
