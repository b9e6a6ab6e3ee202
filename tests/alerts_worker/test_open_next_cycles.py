"""The next cycle of recurring work opens by itself."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.cycles.operations import open_next_cycles
from shared.db.models import Assignment, AuditEntry, Plan
from tests.factories.tracking import make_organization, make_plan, make_task

NOW = datetime(2026, 1, 5, tzinfo=UTC)


async def quarterly_plan(session: AsyncSession) -> Plan:
    issuer = await make_organization(session, kind="ward")
    plan = await make_plan(session, issuer)
    plan.state = "active"
    task = await make_task(session, plan, issuer, due=None)
    task.deadline_kind, task.deadline_recurrence = "quarterly", "quarterly"
    await session.flush()
    return plan


async def starts(session: AsyncSession, plan: Plan) -> list[date]:
    statement = select(Assignment.cycle_starts_on).where(Assignment.plan_id == plan.id)
    return list((await session.scalars(statement.order_by(Assignment.cycle_starts_on))).all())


async def test_a_cycle_opens_when_it_begins_and_once(session: AsyncSession) -> None:
    plan = await quarterly_plan(session)
    assert await open_next_cycles(session, on=date(2026, 1, 5), now=NOW) == 1
    assert await open_next_cycles(session, on=date(2026, 3, 31), now=NOW) == 0
    assert await open_next_cycles(session, on=date(2026, 4, 1), now=NOW) == 1
    assert await starts(session, plan) == [date(2026, 1, 1), date(2026, 4, 1)]
    actors = (await session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "assignment.opened"))).all()
    assert actors == ["system:open_next_cycles"] * 2


async def test_days_missed_are_caught_up(session: AsyncSession) -> None:
    plan = await quarterly_plan(session)
    assert await open_next_cycles(session, on=date(2026, 11, 20), now=NOW) == 4
    assert len(await starts(session, plan)) == 4


async def test_only_active_plans_within_their_term_are_opened(session: AsyncSession) -> None:
    plan = await quarterly_plan(session)
    assert await open_next_cycles(session, on=date(2025, 12, 31), now=NOW) == 0
    assert await open_next_cycles(session, on=date(2027, 1, 1), now=NOW) == 0
    plan.state = "draft"
    await session.flush()
    assert await open_next_cycles(session, on=date(2026, 1, 5), now=NOW) == 0
