"""Red alerts open when their rule is met and close when it no longer is, as of a day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.alerting import queries
from services.alerts_worker.alerting.queries import Scope

BATCH = 20_000
"""Differences read and written at once: it bounds memory, and keeps statements far from their timeout."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pass changed."""

    opened: int
    closed: int


async def evaluate_all(session: AsyncSession, *, on: date, now: datetime) -> Evaluation:
    """One pass over every assignment. Where nothing changed, nothing is written."""
    await queries.lock_all(session)
    return await _evaluate(session, queries.EVERYTHING, on, now)


async def evaluate_plan(session: AsyncSession, plan_id: UUID, *, on: date, now: datetime) -> Evaluation:
    """A pass over one plan's assignments."""
    await queries.lock_all(session)
    return await _evaluate(session, queries.within_plan(plan_id), on, now)


async def evaluate_assignment(session: AsyncSession, assignment_id: UUID, *, on: date, now: datetime) -> Evaluation:
    """A look at one assignment, right after its facts changed."""
    await queries.lock_one(session, assignment_id)
    return await _evaluate(session, queries.only(assignment_id), on, now)


async def _evaluate(session: AsyncSession, scope: Scope, on: date, now: datetime) -> Evaluation:
    opened = closed = 0
    while True:
        to_open, to_close = await queries.list_differences(session, scope, on=on, limit=BATCH)
        if to_open:
            opened += await queries.open_alerts(session, to_open, on=on, now=now)
        if to_close:
            closed += await queries.close_alerts(session, to_close, on=on, now=now)
        if len(to_open) + len(to_close) < BATCH:
            return Evaluation(opened, closed)
