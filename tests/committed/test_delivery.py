"""From a committed verdict to the assignment's state: relay and worker as they run, with servers that come and go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker import relay, worker
from shared import outbox
from shared.db.models import Assignment, Delivery, Evidence, OutboxEvent
from shared.db.session import Sessions
from shared.domain.assignment_states import Verdict
from shared.events import AppraisalDecided
from shared.settings import Settings
from tests.alerts_worker.cases import appraise, list_steps, make_evidence, make_reviewed_assignment, submit
from tests.committed.breakable_link import breakable_link
from tests.committed.ledger import until

COMPLETED = ("completed", None, "system:apply_verdict")


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """A relay and a worker in this process, asked to stop at the end."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run(settings, stop))
        tasks.create_task(worker.run(settings, stop))
        yield
        stop.set()


async def commit_submission(sessions: Sessions) -> Evidence:
    """Evidence submitted as the completion of its assignment, which waits for one verdict."""
    async with sessions.begin() as session:
        assignment = await make_reviewed_assignment(session)
        evidence = await make_evidence(session, assignment)
        await submit(session, assignment, evidence)
    return evidence


async def commit_verdict(sessions: Sessions, evidence: Evidence) -> UUID:
    """The verdict it waits for; returns the assignment."""
    async with sessions.begin() as session:
        appraisal = await appraise(session, evidence, Verdict.VALID)
        outbox.add(session, AppraisalDecided(appraisal_id=appraisal.id, assignment_id=evidence.assignment_id))
    return evidence.assignment_id


async def count_completions(sessions: Sessions, assignment_id: UUID) -> int:
    async with sessions() as session:
        assignment = await session.get_one(Assignment, assignment_id)
        assert (assignment.status, assignment.verdict) == ("completed", "valid")
        return (await list_steps(session, assignment)).count(COMPLETED)


async def all_is_delivered(session: AsyncSession) -> bool:
    unrelayed = select(func.count()).where(OutboxEvent.relayed_at.is_(None))
    unfinished = select(func.count()).where(Delivery.state != "done")
    return await session.scalar(unrelayed) == 0 and await session.scalar(unfinished) == 0


async def test_a_verdict_reaches_its_assignment(committed: Sessions, settings: Settings) -> None:
    assignment_id = await commit_verdict(committed, await commit_submission(committed))
    async with running(settings):
        await until(all_is_delivered, committed)
    assert await count_completions(committed, assignment_id) == 1


async def test_what_is_committed_while_redis_is_away_is_delivered_when_it_is_back(
    committed: Sessions, settings: Settings
) -> None:
    assert settings.redis_url
    async with (
        breakable_link(settings.redis_url) as link,
        running(settings.model_copy(update={"redis_url": link.url})),
    ):
        await until(lambda _: link.was_used(), committed)
        await link.cut()
        assignment_id = await commit_verdict(committed, await commit_submission(committed))
        await until(lambda session: session.scalar(select(func.count()).select_from(Delivery)), committed)
        await link.mend()
        await until(all_is_delivered, committed)
    assert await count_completions(committed, assignment_id) == 1


async def test_work_goes_on_after_postgres_cut_every_connection(committed: Sessions, settings: Settings) -> None:
    async with running(settings):
        await commit_verdict(committed, await commit_submission(committed))
        await until(all_is_delivered, committed)
        async with committed() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name IN ('relay', 'worker')"
                )
            )
        assignment_id = await commit_verdict(committed, await commit_submission(committed))
        await until(all_is_delivered, committed)
    assert await count_completions(committed, assignment_id) == 1


async def test_replicas_share_the_work_and_double_nothing(committed: Sessions, settings: Settings) -> None:
    assignment_ids = [await commit_verdict(committed, await commit_submission(committed)) for _ in range(10)]
    async with asyncio.TaskGroup() as tasks:
        stop = asyncio.Event()
        for _ in range(3):
            tasks.create_task(relay.run(settings, stop))
            tasks.create_task(worker.run(settings, stop))
        await until(all_is_delivered, committed)
        stop.set()
    assert [await count_completions(committed, assignment_id) for assignment_id in assignment_ids] == [1] * 10
