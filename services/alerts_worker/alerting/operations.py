"""Red alerts open when their rule is met and close when it no longer is, as of a day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting import queries
from services.alerts_worker.alerting.queries import Differences

BATCH = 10_000
"""Alerts written by one statement, so that none comes near the statement timeout."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pass changed."""

    opened: int
    closed: int


async def evaluate_all(session: AsyncSession, *, on: date, now: datetime) -> Evaluation:
    """One pass over every assignment. Where nothing changed, nothing is written."""
    await queries.lock_all(session)
    return await _write(session, await queries.list_differences(session, on=on), on, now)


async def evaluate_plan(session: AsyncSession, plan_id: UUID, *, on: date, now: datetime) -> Evaluation:
    """A pass over one plan's assignments."""
    await queries.lock_all(session)
    return await _write(session, await queries.list_differences(session, on=on, plan_id=plan_id), on, now)


async def evaluate_assignment(session: AsyncSession, assignment_id: UUID, *, on: date, now: datetime) -> Evaluation:
    """A look at one assignment, right after its facts changed."""
    await queries.lock_one(session, assignment_id)
    return await _write(session, await queries.list_differences(session, on=on, assignment_id=assignment_id), on, now)


async def _write(session: AsyncSession, found: Differences, on: date, now: datetime) -> Evaluation:
    opened = closed = 0
    for start in range(0, len(found.to_open), BATCH):
        opened += await queries.open_alerts(session, found.to_open[start : start + BATCH], on=on, now=now)
    for start in range(0, len(found.to_close), BATCH):
        closed += await queries.close_alerts(session, found.to_close[start : start + BATCH], on=on, now=now)
    return Evaluation(opened, closed)
