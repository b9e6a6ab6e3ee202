"""The worker is killed between verdict and state change; the next one brings the right state, once."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Assignment, Delivery
from shared.db.session import Sessions
from shared.settings import Settings
from tests.committed.ledger import until
from tests.committed.test_delivery import all_is_delivered, commit_submission, commit_verdict, count_completions
from tests.committed.worker_processes import Process, process


async def wait_until_ready(sessions: Sessions, *processes: Process) -> None:
    async def all_ready(_: AsyncSession) -> bool:
        return all(each.is_ready() for each in processes)

    await until(all_ready, sessions)


async def is_running(session: AsyncSession) -> object:
    statement = select(func.count()).where(Delivery.handler == "apply_verdict", Delivery.state == "running")
    return await session.scalar(statement)


async def is_queued(session: AsyncSession) -> object:
    statement = select(func.count()).where(Delivery.handler == "apply_verdict", Delivery.state == "queued")
    return await session.scalar(statement)


@pytest.fixture
def brief(settings: Settings) -> Settings:
    """Leases end soon, so that the test need not wait long for the next attempt."""
    return settings.model_copy(update={"delivery_lease": 3, "retry_delay": 0.1, "delivery_attempts": 8})


async def test_a_worker_killed_before_it_took_the_verdict(committed: Sessions, brief: Settings, tmp_path: Path) -> None:
    with process("relay", brief, tmp_path) as relay, process("worker", brief, tmp_path) as worker:
        await wait_until_ready(committed, relay, worker)
        worker.kill()
        assignment_id = await commit_verdict(committed, await commit_submission(committed))
        await until(is_queued, committed)
        with process("worker", brief, tmp_path):
            await until(all_is_delivered, committed)
    assert await count_completions(committed, assignment_id) == 1


async def test_a_worker_killed_while_it_applies_the_verdict(
    committed: Sessions, brief: Settings, tmp_path: Path
) -> None:
    with process("relay", brief, tmp_path) as relay, process("worker", brief, tmp_path) as worker:
        await wait_until_ready(committed, relay, worker)
        evidence = await commit_submission(committed)
        async with committed.begin() as holder:
            # The lock keeps the handler between its lease and its first write.
            await holder.scalar(select(Assignment).where(Assignment.id == evidence.assignment_id).with_for_update())
            assignment_id = await commit_verdict(committed, evidence)
            await until(is_running, committed)
            worker.kill()
        with process("worker", brief, tmp_path):
            await until(all_is_delivered, committed)
    assert await count_completions(committed, assignment_id) == 1
    async with committed() as session:
        delivery = (await session.scalars(select(Delivery).where(Delivery.handler == "apply_verdict"))).one()
    assert delivery.attempt > 1, "the first attempt died with its worker"


async def test_processes_leave_when_asked(committed: Sessions, brief: Settings, tmp_path: Path) -> None:
    with process("relay", brief, tmp_path) as relay, process("worker", brief, tmp_path) as worker:
        await wait_until_ready(committed, relay, worker)
        assert (relay.terminate(), worker.terminate()) == (0, 0)
