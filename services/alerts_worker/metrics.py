"""Figures of relay and worker for Prometheus, served on a loopback port where one is set."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, Histogram, start_http_server

from services.alerts_worker.deliveries import queries
from services.alerts_worker.stopping import pause
from services.alerts_worker.transport import OUTAGES
from shared import clock
from shared.db.session import Sessions
from shared.log import describe, get_logger

LOOK_SECONDS = 5.0
BUCKETS = (0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0)

logger = get_logger(__name__)


class WorkerMetrics:
    """What one process has done since it started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._attempts = Histogram(
            "theodoi_handler_duration_seconds",
            "Attempts at deliveries by handler and outcome (done, failed, lease_lost).",
            ["handler", "outcome"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._ticks = Gauge(
            "theodoi_last_successful_tick_timestamp_seconds",
            "When this process last carried out a scheduled rule, or a round of the relay.",
            ["rule"],
            registry=self.registry,
        )

    def count_attempt(self, handler: str, outcome: str, seconds: float) -> None:
        """An attempt ended; `handler` is the name of one this version knows."""
        self._attempts.labels(handler, outcome).observe(seconds)

    def count_tick(self, rule: str, now: datetime) -> None:
        """A scheduled rule, or a round of the relay, was carried out."""
        self._ticks.labels(rule).set(now.timestamp())


class Backlog:
    """What still waits in Postgres, as seen a few seconds ago."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._unrelayed = Gauge("theodoi_outbox_unrelayed", "Facts without deliveries.", registry=registry)
        self._oldest = Gauge(
            "theodoi_outbox_oldest_age_seconds", "Age of the oldest fact without deliveries.", registry=registry
        )
        self._deliveries = Gauge("theodoi_deliveries", "Deliveries not done, by state.", ["state"], registry=registry)

    async def look(self, sessions: Sessions, now: datetime) -> None:
        """Look once."""
        async with sessions() as session:
            backlog = await queries.count_backlog(session)
        self._unrelayed.set(backlog.unrelayed)
        self._oldest.set((now - backlog.oldest_at).total_seconds() if backlog.oldest_at else 0)
        for state, count in backlog.deliveries.items():
            self._deliveries.labels(state).set(count)

    async def keep(self, sessions: Sessions, stop: asyncio.Event) -> None:
        """Look again and again until asked to stop."""
        while not stop.is_set():
            try:
                await self.look(sessions, clock.now())
            except OUTAGES as error:
                logger.warning("backlog not seen", reason=describe(error))
            await pause(stop, LOOK_SECONDS)


@contextmanager
def served(registry: CollectorRegistry, port: int | None) -> Iterator[None]:
    """Serve the figures on loopback; without a port, nothing happens."""
    if port is None:
        yield
        return
    server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
