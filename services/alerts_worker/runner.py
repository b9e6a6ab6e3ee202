"""Makes one attempt at a delivery: lease, handle, and mark, the last two in one transaction."""

import asyncio
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Any
from uuid import UUID

from asyncpg import PostgresError
from sqlalchemy.exc import DBAPIError

from services.alerts_worker.deliveries import operations
from services.alerts_worker.deliveries.operations import Lease, LeaseLost, Push
from services.alerts_worker.handlers import Effect, Handler
from services.alerts_worker.metrics import WorkerMetrics
from services.alerts_worker.subscriptions import HANDLERS
from services.alerts_worker.transport import OUTAGES
from shared import clock
from shared.db.session import Sessions
from shared.events import EVENTS, read_event
from shared.log import describe, get_logger
from shared.settings import Settings
from shared.tracing import Tracing

logger = get_logger(__name__)


class Undeliverable(Exception):
    """No later attempt of this version can succeed."""


@dataclass(frozen=True, slots=True)
class Runner:
    """What attempts need; `handlers` by the names that deliveries are stored with."""

    sessions: Sessions
    settings: Settings
    handlers: Mapping[str, Handler]
    metrics: WorkerMetrics = field(default_factory=WorkerMetrics)
    tracing: Tracing = field(default_factory=Tracing.off)


async def deliver(ctx: dict[Any, Any], delivery_id: str, attempt: int) -> None:
    """The one job in Redis. What is owed stands in Postgres: while that is away, nothing is lost by returning."""
    runner = ctx["runner"]
    assert isinstance(runner, Runner)
    try:
        await attempt_delivery(runner, Push(UUID(delivery_id), attempt), now=clock.now())
    except OUTAGES as error:
        logger.warning("attempt not recorded", delivery=delivery_id, attempt=attempt, error=type(error).__name__)


def runner_of(sessions: Sessions, settings: Settings, metrics: WorkerMetrics, tracing: Tracing) -> Runner:
    """A runner with all our handlers."""
    return Runner(sessions, settings, HANDLERS, metrics, tracing)


async def attempt_delivery(runner: Runner, push: Push, *, now: datetime) -> None:
    """Make the attempt, unless it was made already or a later one was."""
    async with runner.sessions.begin() as session:
        held = await operations.lease(session, push, runner.settings, now=now)
    if held is None:
        return
    started_at = perf_counter()
    outcome = "failed"
    try:
        if await _make(runner, held, now):
            outcome = "done"
    except LeaseLost:
        outcome = "lease_lost"
        logger.warning("lease lost", delivery=str(held.delivery_id), handler=held.handler, attempt=held.attempt)
    finally:
        known = held.handler if held.handler in runner.handlers else "unknown"
        runner.metrics.count_attempt(known, outcome, perf_counter() - started_at)


async def _make(runner: Runner, held: Lease, now: datetime) -> bool:
    """True when it is done, False when it was given back."""
    try:
        with runner.tracing.continued(held.handler, held.traceparent, {"theodoi.event": held.event_type}):
            async with asyncio.timeout(runner.settings.delivery_lease):
                effect = await _handle(runner, held, now)
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is kept with the delivery and retried
        logger.warning(
            "delivery failed",
            delivery=str(held.delivery_id),
            handler=held.handler,
            attempt=held.attempt,
            error=type(error).__name__,
            # Places only: a message may repeat what users wrote, and logs must not.
            trace=traceback.format_tb(error.__traceback__),
        )
        await _give_back(runner, held, error, now)
        return False
    await _follow(held, effect)
    return True


async def _follow(held: Lease, effect: Effect) -> None:
    """The delivery is done, whatever becomes of what follows it."""
    if effect.afterwards is None:
        return
    try:
        await effect.afterwards()
    except Exception as error:  # noqa: BLE001 -- the scheduled collections come to what is left
        delivery = str(held.delivery_id)
        logger.warning("delivery not followed", delivery=delivery, handler=held.handler, error=type(error).__name__)


async def _handle(runner: Runner, held: Lease, now: datetime) -> Effect:
    if held.event_type not in EVENTS:
        raise Undeliverable(f"this version knows no event of type {held.event_type}")
    if held.handler not in runner.handlers:
        raise Undeliverable(f"this version has no handler named {held.handler}")
    event = read_event(held.event_type, held.payload)
    effect = await runner.handlers[held.handler].prepare(runner.sessions, event)
    async with runner.sessions.begin() as session:
        await effect.act(session, now)
        await operations.mark_done(session, held, now=now)
    return effect


async def _give_back(runner: Runner, held: Lease, error: Exception, now: datetime) -> None:
    final = isinstance(error, Undeliverable)
    async with runner.sessions.begin() as session:
        await operations.mark_failed(session, held, _describe(error), runner.settings, now=now, final=final)


def _describe(error: Exception) -> str:
    """Type and message. A database's is left out: it may repeat what users wrote."""
    return describe(error) if isinstance(error, PostgresError | DBAPIError) else f"{type(error).__name__}: {error}"
