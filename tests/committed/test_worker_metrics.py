"""What relay and worker tell Prometheus: what waits, how attempts went, when the schedule was last kept."""

import asyncio
import urllib.request
from datetime import datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker import relay
from services.alerts_worker.deliveries.operations import Push
from services.alerts_worker.handlers import Acting
from services.alerts_worker.metrics import Backlog, WorkerMetrics
from services.alerts_worker.runner import Runner, attempt_delivery
from services.alerts_worker.schedule import ScheduledRule, carry_out_due
from shared import clock
from shared.db.models import Delivery
from shared.db.session import Sessions
from shared.events import AlertOpened
from shared.settings import Settings
from tests.committed.ledger import NOW, add_delivery, publish, until


def read(content: str) -> dict[tuple[str, ...], float]:
    """Values by the name of the figure and those of its labels."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(content)
        for sample in family.samples
    }


async def test_what_waits_is_counted(committed: Sessions) -> None:
    registry = CollectorRegistry()
    backlog = Backlog(registry)
    await backlog.look(committed, clock.now())
    assert read(generate_latest(registry).decode())[("theodoi_outbox_oldest_age_seconds",)] == 0

    await publish(committed, 3)
    states = ("queued", "queued", "running", "dead", "done")
    for state in states:
        delivery_id = await add_delivery(committed)
        async with committed.begin() as session:
            (await session.get_one(Delivery, delivery_id)).state = state
    await backlog.look(committed, clock.now() + timedelta(hours=1))
    seen = read(generate_latest(registry).decode())
    assert seen[("theodoi_outbox_unrelayed",)] == 3
    assert 3600 <= seen[("theodoi_outbox_oldest_age_seconds",)] < 3700
    assert [seen[("theodoi_deliveries", state)] for state in ("queued", "running", "dead")] == [2, 1, 1]

    await relay.relay_events(committed, now=NOW)
    await backlog.look(committed, clock.now())
    assert read(generate_latest(registry).decode())[("theodoi_outbox_unrelayed",)] == 0


async def test_attempts_are_timed_by_handler_and_outcome(committed: Sessions, settings: Settings) -> None:
    async def act(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        pass

    async def fail(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        raise RuntimeError

    metrics = WorkerMetrics()
    for handler in (act, fail):
        runner = Runner(committed, settings, {"watch": Acting("watch", AlertOpened, handler)}, metrics)
        await attempt_delivery(runner, Push(await add_delivery(committed), 1), now=NOW)
    await attempt_delivery(runner, Push(await add_delivery(committed, "gone"), 1), now=NOW)
    seen = read(generate_latest(metrics.registry).decode())
    counts = {key[1:]: value for key, value in seen.items() if key[0] == "theodoi_handler_duration_seconds_count"}
    assert counts == {("watch", "done"): 1, ("watch", "failed"): 1, ("unknown", "failed"): 1}


@pytest.mark.parametrize("fails", [False, True])
async def test_only_ticks_that_succeed_are_told(committed: Sessions, settings: Settings, fails: bool) -> None:
    async def carry_out(session: AsyncSession, now: datetime) -> None:
        if fails:
            raise RuntimeError

    metrics = WorkerMetrics()
    rule = ScheduledRule("trial", lambda *_: "one", carry_out)
    await carry_out_due(committed, settings, {}, now=NOW, rules=[rule], metrics=metrics)
    seen = read(generate_latest(metrics.registry).decode())
    told = seen.get(("theodoi_last_successful_tick_timestamp_seconds", "trial"))
    assert told == (None if fails else NOW.timestamp())


async def test_a_relay_serves_its_figures_on_loopback_where_a_port_is_set(
    committed: Sessions, settings: Settings, unused_tcp_port: int
) -> None:
    serving = settings.model_copy(update={"relay_metrics_port": unused_tcp_port})
    stop = asyncio.Event()
    running = asyncio.create_task(relay.run(serving, stop))
    name = ("theodoi_last_successful_tick_timestamp_seconds", "relay")

    def fetch() -> dict[tuple[str, ...], float]:
        with urllib.request.urlopen(f"http://127.0.0.1:{unused_tcp_port}/metrics") as answer:
            return read(answer.read().decode())

    async def is_told(_: AsyncSession) -> bool:
        try:
            return name in await asyncio.to_thread(fetch)
        except OSError:
            return False

    await until(is_told, committed)
    seen = await asyncio.to_thread(fetch)
    assert ("theodoi_outbox_unrelayed",) in seen
    assert seen[("theodoi_pool_connections_most", "write")] == settings.database_pool_size
    stop.set()
    await running
