"""P4: the evaluation of all red alerts, against one sequential scan with the same predicate."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from time import perf_counter

from sqlalchemy import String, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bench.options import Options
from bench.places import FigureNotTakenError, Place
from services.alerts_worker.alerting.operations import evaluate_all
from shared import clock
from shared.db.models import Assignment
from shared.db.session import create_engine, create_sessions
from shared.domain.alert_rules import AlertRule, red_from
from shared.settings import get_settings
from shared.tracking.moving import facts_of

GOAL_FIRST = 4.0
GOAL_SECOND = 1.5
SAMPLE = 2_000
"""Assignments whose alert days are held against the rules before anything is measured."""

_SCAN = text("""
    SELECT count(*) FROM assignments WHERE overdue_from <= :day OR lagging_from <= :day OR poor_quality_from <= :day
""")
_ONLY_SEQUENTIAL = (text("SET LOCAL enable_indexscan = off"), text("SET LOCAL enable_bitmapscan = off"))


def measure(place: Place, options: Options) -> str:
    """The line of the figure."""
    return asyncio.run(_measure(place, options.rounds))


async def _measure(place: Place, rounds: int) -> str:
    engine = create_engine(place.database_url, get_settings(), application="bench")
    try:
        async with create_sessions(engine)() as session:
            await _ensure_days_follow_rules(session)
            await _vacuum(engine)
            return await _compare(session, engine, clock.today(), rounds)
    finally:
        await engine.dispose()


async def _compare(session: AsyncSession, engine: AsyncEngine, on: date, rounds: int) -> str:
    first = [await _take_first(session, engine, on) for _ in range(rounds)]
    evaluation = await evaluate_all(session, on=on, now=clock.now())
    await session.commit()
    await _vacuum(engine)
    second = [await _take_second(session, on) for _ in range(rounds)]
    scan = median(pair.scan for pair in first + second) * 1000
    opening, idle = (median(pair.evaluation for pair in pairs) * 1000 for pairs in (first, second))
    return (
        f"P4 first {_ratio(first):.1f} goal {GOAL_FIRST:.1f} second {_ratio(second):.1f} goal {GOAL_SECOND:.1f} "
        f"scan {scan:.0f} ms first {opening:.0f} ms ({evaluation.opened} alerts) second {idle:.0f} ms (no write)"
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """Seconds each took, one after the other."""

    scan: float
    evaluation: float


def _ratio(pairs: Sequence[_Pair]) -> float:
    return median(pair.evaluation / pair.scan for pair in pairs)


async def _take_first(session: AsyncSession, engine: AsyncEngine, on: date) -> _Pair:
    """A pass that finds no alert open and opens all; what it wrote is taken back."""
    scan = await _time_scan(session, on)
    started = perf_counter()
    await evaluate_all(session, on=on, now=clock.now())
    taken = perf_counter() - started
    await session.rollback()
    await _vacuum(engine)
    return _Pair(scan, taken)


async def _take_second(session: AsyncSession, on: date) -> _Pair:
    """A pass that finds every alert as it should be. FigureNotTakenError when it writes anything."""
    scan = await _time_scan(session, on)
    started = perf_counter()
    evaluation = await evaluate_all(session, on=on, now=clock.now())
    taken = perf_counter() - started
    # Postgres numbers a transaction at its first write.
    number = await session.scalar(text("SELECT CAST(pg_current_xact_id_if_assigned() AS text)"))
    await session.rollback()
    if number is not None or evaluation.opened or evaluation.closed:
        raise FigureNotTakenError("a pass where nothing changed has written")
    return _Pair(scan, taken)


async def _time_scan(session: AsyncSession, on: date) -> float:
    for statement in _ONLY_SEQUENTIAL:
        await session.execute(statement)
    started = perf_counter()
    await session.execute(_SCAN, {"day": on})
    taken = perf_counter() - started
    await session.rollback()
    return taken


async def _vacuum(engine: AsyncEngine) -> None:
    """Clear away what earlier rounds and figures left behind."""
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE assignments, alerts, outbox_events"))


async def _ensure_days_follow_rules(session: AsyncSession) -> None:
    """The data were made by SQL: figures over days that the rules never gave would say nothing."""
    for assignment in await session.scalars(
        select(Assignment).order_by(func.md5(Assignment.id.cast(String))).limit(SAMPLE)
    ):
        expected = red_from(facts_of(assignment))
        kept = {
            AlertRule.OVERDUE: assignment.overdue_from,
            AlertRule.LAGGING: assignment.lagging_from,
            AlertRule.POOR_QUALITY: assignment.poor_quality_from,
        }
        if {rule: day for rule, day in kept.items() if day} != expected:
            raise FigureNotTakenError(f"assignment {assignment.id} has alert days {kept}, the rules say {expected}")
    await session.rollback()
