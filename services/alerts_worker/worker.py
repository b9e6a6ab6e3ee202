"""Process: makes the attempts pushed through Redis, and keeps the schedule. Any number of replicas may run."""

import asyncio
from collections.abc import Mapping
from typing import Any

import uvloop
from arq.worker import Worker, func

from services.alerts_worker import runner, schedule, transport
from services.alerts_worker.audit_chain import keeping as audit_chain
from services.alerts_worker.metrics import WorkerMetrics, served
from services.alerts_worker.stopping import announce_ready, pause, stop_on_signals
from services.alerts_worker.stored_files import keeping as stored_files
from services.alerts_worker.transport import Lane
from shared.db import roles
from shared.db.session import create_engine, create_sessions
from shared.log import configure_logging, describe, get_logger
from shared.metrics import watch_pools
from shared.settings import Settings, get_settings
from shared.tracing import tracing_to

logger = get_logger(__name__)

POLL_SECONDS = 0.02
RECONNECT_SECONDS = 1.0
FINISH_SECONDS = 20
"""How long work under way may go on after SIGTERM."""


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until asked to stop. Servers that are away are waited for; the schedule needs no Redis."""
    assert settings.database_url, "THEODOI_DATABASE_URL is not set"
    engine = create_engine(settings.database_url, settings, application="worker", role=roles.WORKER)
    sessions = create_sessions(engine)
    metrics = WorkerMetrics()
    watch_pools(metrics.registry, {"write": engine})
    with (
        served(metrics.registry, settings.worker_metrics_port),
        tracing_to(settings.otlp_endpoint, "worker") as tracing,
    ):
        making = runner.runner_of(sessions, settings, metrics, tracing)
        async with asyncio.TaskGroup() as tasks:
            loops = {
                tasks.create_task(schedule.keep(sessions, settings, stop, metrics)),
                tasks.create_task(audit_chain.keep(sessions, settings, stop)),
                tasks.create_task(stored_files.keep(sessions, settings, stop)),
            }
            async with asyncio.TaskGroup() as lanes:
                for lane in Lane:
                    lanes.create_task(_consume(making, lane, settings, stop))
            _, late = await asyncio.wait(loops, timeout=FINISH_SECONDS)
            for each in late:
                each.cancel()
    await engine.dispose()


async def _consume(making: runner.Runner, lane: Lane, settings: Settings, stop: asyncio.Event) -> None:
    """arq's worker gives up at the first connection it loses: a new one takes its place."""
    while not stop.is_set():
        redis = transport.connect(settings)
        worker = Worker(
            functions=[func(runner.deliver, name=transport.JOB)],
            redis_pool=redis,
            queue_name=transport.queue_of(redis, lane),
            ctx={"runner": making},
            on_startup=_started if lane is Lane.PROMPT else None,
            handle_signals=False,
            max_jobs=_slots(settings)[lane],
            # Attempts end themselves with their lease; arq never retries and remembers no result.
            job_timeout=settings.delivery_lease + 10,
            retry_jobs=False,
            keep_result=0,
            poll_delay=POLL_SECONDS,
            job_serializer=transport.to_bytes,
            job_deserializer=transport.from_bytes,
        )
        try:
            await _work(worker, stop)
        except transport.OUTAGES as error:
            logger.warning("lost Redis, connecting again", reason=describe(error))
            await pause(stop, RECONNECT_SECONDS)
        finally:
            await redis.aclose()


def _slots(settings: Settings) -> Mapping[Lane, int]:
    """One connection each; one left for the schedule, one for the audit chain, one for the stored files."""
    slots = settings.database_pool_size - 3
    return {Lane.PROMPT: max(1, slots - slots // 2), Lane.LOOKING: max(1, slots // 2)}


async def _started(ctx: dict[Any, Any]) -> None:  # noqa: ARG001 -- arq passes its context
    announce_ready()


async def _work(worker: Worker, stop: asyncio.Event) -> None:
    """Run arq's worker until it fails, or until asked to stop and what it holds is finished."""
    working = asyncio.create_task(worker.async_run())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        # As in a burst that is over, arq picks nothing more, waits for what it holds, and returns.
        worker.burst, worker.max_burst_jobs = True, 0
        await asyncio.wait({working, *worker.tasks.values()}, timeout=FINISH_SECONDS)
    finally:
        stopping.cancel()
        await _cancel({working, *worker.tasks.values()})
    if not working.cancelled():
        await working


async def _cancel(tasks: set[asyncio.Task[Any]]) -> None:
    """End what took too long: its leases end too, and its attempts are made again."""
    while held := [task for task in tasks if not task.done()]:
        # Again and again: on Python 3.11 the Redis client, inside `wait_for`, may swallow a cancellation.
        for task in held:
            task.cancel()
        await asyncio.wait(held, timeout=0.1)
    # Whatever Redis did to the jobs is no news: what they did stands in Postgres.
    await asyncio.gather(*tasks, return_exceptions=True)


async def main() -> None:
    """Run with the settings of the environment."""
    settings = get_settings()
    configure_logging(settings.log_level)
    await run(settings, stop_on_signals())


if __name__ == "__main__":
    uvloop.run(main())
