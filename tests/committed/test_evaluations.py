"""Evaluations side by side, and the pass in which nothing changed."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import func, select, text

from services.alerts_worker.alerting.operations import Evaluation, evaluate_all, evaluate_assignment
from shared.db.models import Alert, Assignment, OutboxEvent
from shared.db.session import Sessions
from tests.committed.ledger import until
from tests.committed.locks import count_waiting
from tests.factories.tracking import make_assignment, make_organization

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = date(2026, 6, 1)


async def make_overdue(sessions: Sessions, count: int) -> list[UUID]:
    async with sessions.begin() as session:
        issuer = await make_organization(session, kind="ward")
        assignments = [await make_assignment(session, issuer=issuer) for _ in range(count)]
        for assignment in assignments:
            assignment.overdue_from, assignment.lagging_from = DAY, None
    return [assignment.id for assignment in assignments]


async def clear(sessions: Sessions, assignment_id: UUID) -> None:
    async with sessions.begin() as session:
        (await session.get_one(Assignment, assignment_id)).overdue_from = None


async def test_a_pass_where_nothing_changed_writes_nothing(committed: Sessions) -> None:
    await make_overdue(committed, 3)
    async with committed.begin() as session:
        assert await evaluate_all(session, on=DAY, now=NOW) == Evaluation(3, 0)
    async with committed.begin() as session:
        assert await evaluate_all(session, on=DAY, now=NOW) == Evaluation(0, 0)
        # Postgres gives a transaction a number with its first write.
        assert await session.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is None


async def test_passes_side_by_side_open_each_alert_once(committed: Sessions) -> None:
    await make_overdue(committed, 20)

    async def one_pass() -> int:
        async with committed.begin() as session:
            return (await evaluate_all(session, on=DAY, now=NOW)).opened

    assert sum(await asyncio.gather(*(one_pass() for _ in range(4)))) == 20
    async with committed() as session:
        counts = select(
            select(func.count()).select_from(Alert).scalar_subquery(),
            select(func.count()).select_from(OutboxEvent).scalar_subquery(),
        )
        assert tuple((await session.execute(counts)).one()) == (20, 20)


async def test_an_alert_opened_from_old_facts_is_closed_by_the_change(committed: Sessions) -> None:
    """A pass read the assignment as overdue; before it commits, the work is done and looked at again."""
    (assignment_id,) = await make_overdue(committed, 1)

    async def look_again() -> Evaluation:
        async with committed.begin() as session:
            return await evaluate_assignment(session, assignment_id, on=DAY, now=NOW)

    async with committed.begin() as session:
        assert await evaluate_all(session, on=DAY, now=NOW) == Evaluation(1, 0)
        changing = asyncio.create_task(clear(committed, assignment_id))
        await changing
        looking = asyncio.create_task(look_again())
        await until(count_waiting, committed)
    assert await looking == Evaluation(0, 1)
