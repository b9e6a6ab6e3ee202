"""Process: turns facts in the outbox into deliveries, and asks workers for every attempt that is due.

Both find their work in Postgres, so a flushed Redis, a dead worker or a dead relay costs time and nothing else.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import uvloop
from arq.connections import ArqRedis

from services.alerts_worker import transport
from services.alerts_worker.deliveries import operations
from services.alerts_worker.metrics import Backlog, WorkerMetrics, served
from services.alerts_worker.stopping import announce_ready, pause, stop_on_signals
from services.alerts_worker.subscriptions import KNOWINGLY_UNHANDLED, LOOKING, SUBSCRIPTIONS
from services.alerts_worker.transport import Lane
from shared import clock
from shared.db import roles
from shared.db.session import Sessions, create_engine, create_sessions
from shared.log import configure_logging, describe, get_logger
from shared.metrics import watch_pools
from shared.settings import Settings, get_settings

logger = get_logger(__name__)

BATCH = 200
WINDOW = 1000
"""Deliveries in Redis at once: a backlog waits in Postgres, where pushing it again and again costs nothing."""
NAMES: Mapping[str, Sequence[str]] = {
    **{event_type: tuple(handler.name for handler in handlers) for event_type, handlers in SUBSCRIPTIONS.items()},
    **dict.fromkeys(KNOWINGLY_UNHANDLED, ()),
}


async def relay_events(sessions: Sessions, *, now: datetime, names: Mapping[str, Sequence[str]] = NAMES) -> bool:
    """Open the deliveries of the oldest new facts; True when there may be more."""
    async with sessions.begin() as session:
        return await operations.open_deliveries(session, names, LOOKING, now=now, limit=BATCH) == BATCH


async def push_due(
    sessions: Sessions, redis: ArqRedis, settings: Settings, *, now: datetime, window: int = WINDOW
) -> bool:
    """Push due attempts as far as the window of each lane has room; True when there may be more.

    Raises RedisError before anything is claimed when Redis is away.
    """
    rooms = {lane: min(BATCH, window - await transport.count_waiting(redis, lane)) for lane in Lane}
    more = False
    for lane, room in rooms.items():
        if room <= 0:
            continue
        async with sessions.begin() as session:
            pushes = await operations.claim_due(session, settings, now=now, limit=room, lane=lane)
        for push in pushes:
            await transport.push(redis, lane, push.delivery_id, push.attempt)
        more |= len(pushes) == BATCH
    return more


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Relay until asked to stop. Servers that are away are waited for."""
    assert settings.database_url, "THEODOI_DATABASE_URL is not set"
    engine = create_engine(settings.database_url, settings, application="relay", role=roles.WORKER)
    sessions = create_sessions(engine)
    metrics = WorkerMetrics()
    watch_pools(metrics.registry, {"write": engine})
    with served(metrics.registry, settings.relay_metrics_port):
        async with asyncio.TaskGroup() as tasks:
            if settings.relay_metrics_port is not None:
                tasks.create_task(Backlog(metrics.registry).keep(sessions, stop))
            await _relay(sessions, settings, stop, metrics)
    await engine.dispose()


async def _relay(sessions: Sessions, settings: Settings, stop: asyncio.Event, metrics: WorkerMetrics) -> None:
    redis = transport.connect(settings)
    ready = False
    while not stop.is_set():
        more = False
        try:
            more = await relay_events(sessions, now=clock.now())
            more |= await push_due(sessions, redis, settings, now=clock.now())
            metrics.count_tick("relay", clock.now())
        except transport.OUTAGES as error:
            logger.warning("round failed, trying again", reason=describe(error))
        if not ready:
            announce_ready()
            ready = True
        if not more:
            await pause(stop, settings.relay_interval)
    await redis.aclose()


async def main() -> None:
    """Run with the settings of the environment."""
    settings = get_settings()
    configure_logging(settings.log_level)
    await run(settings, stop_on_signals())


if __name__ == "__main__":
    uvloop.run(main())
