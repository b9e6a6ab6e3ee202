"""Every committed fact gets its deliveries once, and every due attempt reaches Redis, however often it is lost."""

import asyncio
from datetime import timedelta

import pytest
from arq.connections import ArqRedis
from redis.exceptions import RedisError
from sqlalchemy import select

from services.alerts_worker import transport
from services.alerts_worker.deliveries import operations
from services.alerts_worker.deliveries.operations import PUSH_AGAIN, UNSUBSCRIBED
from services.alerts_worker.relay import BATCH, NAMES, push_due, relay_events
from services.alerts_worker.transport import Lane
from shared.db.models import Delivery, OutboxEvent
from shared.db.session import Sessions
from shared.events import AlertOpened
from shared.settings import Settings
from tests.committed import ledger
from tests.committed.ledger import NOW, add_delivery, all_deliveries, get_delivery, publish

TWO = {AlertOpened.type: ("watch", "check_evidence")}


async def waiting(redis: ArqRedis, lane: Lane = Lane.PROMPT) -> list[str]:
    """Ids of the jobs in the queue."""
    return sorted(job.decode() for job in await redis.zrange(transport.queue_of(redis, lane), 0, -1))


async def lose_jobs(redis: ArqRedis) -> None:
    """What FLUSHALL does to a queue, sparing the other tests' keys."""
    keys = [f"arq:job:{job}" for job in await waiting(redis)]
    await redis.delete(redis.default_queue_name, *keys)


async def unrelayed(sessions: Sessions) -> int:
    async with sessions() as session:
        statement = select(OutboxEvent.id).where(OutboxEvent.relayed_at.is_(None))
        return len((await session.scalars(statement)).all())


async def test_a_fact_gets_one_delivery_per_handler_and_once(committed: Sessions) -> None:
    await publish(committed)
    for _ in range(2):
        assert await relay_events(committed, now=NOW, names=TWO) is False
    deliveries = await all_deliveries(committed)
    lanes = sorted((delivery.handler, delivery.lane) for delivery in deliveries)
    assert lanes == [("check_evidence", Lane.LOOKING), ("watch", Lane.PROMPT)]
    assert {(delivery.state, delivery.attempt, delivery.due_at) for delivery in deliveries} == {("queued", 0, NOW)}
    assert await unrelayed(committed) == 0


async def test_a_fact_nobody_acts_on_is_relayed_without_deliveries(committed: Sessions) -> None:
    await publish(committed)
    await relay_events(committed, now=NOW, names=NAMES)
    assert await all_deliveries(committed) == []
    assert await unrelayed(committed) == 0


async def test_a_fact_of_an_unknown_type_is_dead_until_a_version_that_knows_it_replays_it(committed: Sessions) -> None:
    await publish(committed)
    await relay_events(committed, now=NOW, names={})
    (dead,) = await all_deliveries(committed)
    assert (dead.handler, dead.state) == (UNSUBSCRIBED, "dead")
    assert dead.last_error == "this version knows no event of type alert.opened"
    async with committed.begin() as session:
        await operations.replay_delivery(session, dead.id)
    await relay_events(committed, now=NOW, names=ledger.NAMES)
    (delivery,) = await all_deliveries(committed)
    assert (delivery.handler, delivery.state) == ("watch", "queued")


async def test_a_full_batch_says_there_may_be_more(committed: Sessions) -> None:
    await publish(committed, BATCH + 1)
    assert await relay_events(committed, now=NOW, names=ledger.NAMES) is True
    assert await unrelayed(committed) == 1
    assert await relay_events(committed, now=NOW, names=ledger.NAMES) is False
    assert await unrelayed(committed) == 0


async def test_relays_side_by_side_relay_each_fact_once(committed: Sessions) -> None:
    await publish(committed, 3 * BATCH)
    while await unrelayed(committed):
        await asyncio.gather(*(relay_events(committed, now=NOW, names=ledger.NAMES) for _ in range(4)))
    deliveries = await all_deliveries(committed)
    assert len({delivery.event_id for delivery in deliveries}) == len(deliveries) == 3 * BATCH


async def test_a_due_attempt_is_pushed_and_left_alone_for_a_while(
    committed: Sessions, redis: ArqRedis, settings: Settings
) -> None:
    delivery_id = await add_delivery(committed)
    await push_due(committed, redis, settings, now=NOW)
    assert await waiting(redis) == [f"{delivery_id}:1"]
    assert (await get_delivery(committed, delivery_id)).due_at == NOW + PUSH_AGAIN
    await lose_jobs(redis)
    await push_due(committed, redis, settings, now=NOW + PUSH_AGAIN / 2)
    assert await waiting(redis) == []


async def test_what_redis_lost_is_pushed_again(committed: Sessions, redis: ArqRedis, settings: Settings) -> None:
    delivery_id = await add_delivery(committed)
    await push_due(committed, redis, settings, now=NOW)
    await lose_jobs(redis)
    await push_due(committed, redis, settings, now=NOW + PUSH_AGAIN)
    assert await waiting(redis) == [f"{delivery_id}:1"]


async def test_pushing_what_still_waits_doubles_nothing(
    committed: Sessions, redis: ArqRedis, settings: Settings
) -> None:
    delivery_id = await add_delivery(committed)
    for round_ in range(3):
        await push_due(committed, redis, settings, now=NOW + round_ * PUSH_AGAIN)
    assert await waiting(redis) == [f"{delivery_id}:1"]


async def test_without_redis_everything_stays_due(committed: Sessions, settings: Settings) -> None:
    delivery_id = await add_delivery(committed)
    away = transport.connect(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"}))
    with pytest.raises(RedisError):
        await push_due(committed, away, settings, now=NOW)
    await away.aclose()
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.due_at) == ("queued", NOW)


async def test_where_redis_does_not_tell_of_one_lane_nothing_of_the_other_is_claimed(
    committed: Sessions, redis: ArqRedis, settings: Settings
) -> None:
    delivery_id = await add_delivery(committed)
    await redis.set(transport.queue_of(redis, Lane.LOOKING), "no queue")
    with pytest.raises(RedisError):
        await push_due(committed, redis, settings, now=NOW)
    assert (await get_delivery(committed, delivery_id)).due_at == NOW


async def test_a_backlog_waits_in_postgres(committed: Sessions, redis: ArqRedis, settings: Settings) -> None:
    for _ in range(3):
        await add_delivery(committed)
    await push_due(committed, redis, settings, now=NOW, window=2)
    assert len(await waiting(redis)) == 2
    await push_due(committed, redis, settings, now=NOW + PUSH_AGAIN, window=2)
    assert len(await waiting(redis)) == 2
    assert min(delivery.due_at for delivery in await all_deliveries(committed)) == NOW


async def test_what_is_prompt_never_waits_behind_checks(
    committed: Sessions, redis: ArqRedis, settings: Settings
) -> None:
    slow = [await add_delivery(committed, "check_evidence", lane=Lane.LOOKING) for _ in range(3)]
    prompt = await add_delivery(committed)
    await push_due(committed, redis, settings, now=NOW, window=2)
    assert await waiting(redis) == [f"{prompt}:1"]
    pushed = await waiting(redis, Lane.LOOKING)
    assert len(pushed) == 2
    assert set(pushed) < {f"{delivery_id}:1" for delivery_id in slow}


async def leave_running(committed: Sessions, settings: Settings, attempt: int) -> Delivery:
    """A delivery whose worker vanished in an attempt; its lease ends 30 s after NOW."""
    delivery_id = await add_delivery(committed)
    async with committed.begin() as session:
        delivery = await session.get_one(Delivery, delivery_id)
        delivery.attempt = attempt - 1
    async with committed.begin() as session:
        push = operations.Push(delivery_id, attempt)
        assert await operations.lease(session, push, settings, now=NOW)
    return await get_delivery(committed, delivery_id)


async def test_a_lease_that_ran_out_leads_to_the_next_attempt(
    committed: Sessions, redis: ArqRedis, settings: Settings
) -> None:
    left = await leave_running(committed, settings, attempt=1)
    await push_due(committed, redis, settings, now=NOW + timedelta(seconds=29))
    assert await waiting(redis) == []
    await push_due(committed, redis, settings, now=NOW + timedelta(seconds=30))
    assert await waiting(redis) == [f"{left.id}:2"]
    delivery = await get_delivery(committed, left.id)
    assert (delivery.state, delivery.last_error) == ("queued", "the worker stopped before finishing")


async def test_losing_the_worker_in_the_last_attempt_is_the_end(
    committed: Sessions, redis: ArqRedis, settings: Settings
) -> None:
    left = await leave_running(committed, settings, attempt=settings.delivery_attempts)
    await push_due(committed, redis, settings, now=NOW + timedelta(seconds=30))
    assert await waiting(redis) == []
    assert (await get_delivery(committed, left.id)).state == "dead"
