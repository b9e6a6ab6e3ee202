"""An attempt takes effect and is marked together, or neither; errors are retried, and end as dead letters."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deliveries import operations
from services.alerts_worker.deliveries.operations import LONGEST_ERROR, Push
from services.alerts_worker.deliveries.queries import list_deliveries
from services.alerts_worker.handlers import Acting, Looking
from services.alerts_worker.runner import Runner, attempt_delivery
from shared.db.appending import append
from shared.db.ids import new_id
from shared.db.models import AuditEntry, OutboxEvent, ScheduleTick
from shared.db.session import Sessions
from shared.domain.errors import Conflict, NotFound
from shared.events import AlertOpened
from shared.settings import Settings
from tests.committed.ledger import NOW, add_delivery, get_delivery

Act = Callable[[AsyncSession, AlertOpened, datetime], Awaitable[None]]


def runner(sessions: Sessions, settings: Settings, act: Act) -> Runner:
    return Runner(sessions, settings, {"watch": Acting("watch", AlertOpened, act)})


async def leave_mark(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
    """An effect that can be counted: a row of its own each time."""
    session.add(ScheduleTick(rule=str(event.alert_id), tick=str(uuid4()), taken_at=now))
    await session.flush()


async def fail(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
    await leave_mark(session, event, now)
    raise RuntimeError("không đọc được")


async def count_marks(sessions: Sessions) -> int:
    async with sessions() as session:
        return len((await session.scalars(select(ScheduleTick.tick))).all())


async def test_an_attempt_takes_effect_and_is_done(committed: Sessions, settings: Settings) -> None:
    delivery_id = await add_delivery(committed)
    for _ in range(2):
        await attempt_delivery(runner(committed, settings, leave_mark), Push(delivery_id, 1), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.attempt, delivery.fence, delivery.done_at) == ("done", 1, 1, NOW)
    assert await count_marks(committed) == 1


async def test_the_same_attempt_twice_at_once_takes_effect_once(committed: Sessions, settings: Settings) -> None:
    delivery_id = await add_delivery(committed)
    once = runner(committed, settings, leave_mark)
    await asyncio.gather(*(attempt_delivery(once, Push(delivery_id, 1), now=NOW) for _ in range(6)))
    assert await count_marks(committed) == 1


@pytest.mark.parametrize("attempt", [0, 2, 3])
async def test_an_attempt_out_of_turn_is_ignored(committed: Sessions, settings: Settings, attempt: int) -> None:
    delivery_id = await add_delivery(committed)
    await attempt_delivery(runner(committed, settings, leave_mark), Push(delivery_id, attempt), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.attempt, delivery.fence) == ("queued", 0, 0)


async def test_an_error_undoes_everything_and_waits_twice_as_long_each_time(
    committed: Sessions, settings: Settings
) -> None:
    delivery_id = await add_delivery(committed)
    failing = runner(committed, settings, fail)
    for attempt, wait in ((1, 2), (2, 4)):
        await attempt_delivery(failing, Push(delivery_id, attempt), now=NOW)
        delivery = await get_delivery(committed, delivery_id)
        assert (delivery.state, delivery.due_at) == ("queued", NOW + timedelta(seconds=wait))
        assert delivery.last_error == "RuntimeError: không đọc được"
    await attempt_delivery(failing, Push(delivery_id, 3), now=NOW)
    assert (await get_delivery(committed, delivery_id)).state == "dead"
    assert await count_marks(committed) == 0


async def test_a_retry_that_succeeds_is_done(committed: Sessions, settings: Settings) -> None:
    delivery_id = await add_delivery(committed)
    await attempt_delivery(runner(committed, settings, fail), Push(delivery_id, 1), now=NOW)
    await attempt_delivery(runner(committed, settings, leave_mark), Push(delivery_id, 2), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.last_error) == ("done", None)
    assert await count_marks(committed) == 1


async def test_an_error_is_kept_short_and_without_what_users_wrote(committed: Sessions, settings: Settings) -> None:
    async def write_too_much(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        await session.execute(text("SELECT CAST(:text AS integer) / 0"), {"text": 7654321})

    async def append_nothing(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        append(session, OutboxEvent, id=new_id(), type=None, payload={"việc": 7654321})

    async def append_nonsense(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        append(session, OutboxEvent, id="7654321", type="thử", payload={})

    async def complain(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        raise ValueError("dài " * 1000)

    async def said_of(act: Act) -> str:
        delivery_id = await add_delivery(committed)
        await attempt_delivery(runner(committed, settings, act), Push(delivery_id, 1), now=NOW)
        return (await get_delivery(committed, delivery_id)).last_error or ""

    said = [await said_of(act) for act in (write_too_much, append_nothing, append_nonsense)]
    assert "(22012)" in said[0]
    assert "(23502)" in said[1]
    assert not [each for each in said if "7654321" in each]
    assert len(await said_of(complain)) == LONGEST_ERROR


async def test_work_under_a_lost_lease_leaves_nothing(committed: Sessions, settings: Settings) -> None:
    delivery_id = await add_delivery(committed)
    later = NOW + timedelta(seconds=settings.delivery_lease)

    async def outlive_the_lease(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        await leave_mark(session, event, now)
        async with committed.begin() as other:
            pushes = await operations.claim_due(other, settings, now=later, limit=10)
        assert pushes == [Push(delivery_id, 2)]
        await attempt_delivery(runner(committed, settings, leave_mark), pushes[0], now=later)

    await attempt_delivery(runner(committed, settings, outlive_the_lease), Push(delivery_id, 1), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.attempt, delivery.fence, delivery.done_at) == ("done", 2, 2, later)
    assert await count_marks(committed) == 1


async def test_a_late_failure_does_not_disturb_the_attempt_that_took_over(
    committed: Sessions, settings: Settings
) -> None:
    delivery_id = await add_delivery(committed)
    async with committed.begin() as session:
        first = await operations.lease(session, Push(delivery_id, 1), settings, now=NOW)
    assert first
    async with committed.begin() as session:
        await operations.claim_due(session, settings, now=NOW + timedelta(days=1), limit=10)
    async with committed.begin() as session:
        assert await operations.lease(session, Push(delivery_id, 2), settings, now=NOW)
    with pytest.raises(operations.LeaseLost):
        async with committed.begin() as session:
            await operations.mark_failed(session, first, "late", settings, now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.fence) == ("running", 2)


async def test_a_handler_that_hangs_is_given_up_with_its_lease(committed: Sessions, settings: Settings) -> None:
    async def hang(session: AsyncSession, event: AlertOpened, now: datetime) -> None:
        await asyncio.Event().wait()

    delivery_id = await add_delivery(committed)
    brief = settings.model_copy(update={"delivery_lease": 1})
    await attempt_delivery(runner(committed, brief, hang), Push(delivery_id, 1), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.last_error) == ("queued", "TimeoutError: ")


@pytest.mark.parametrize(
    ("handler", "event_type", "error"),
    [
        ("gone", AlertOpened.type, "this version has no handler named gone"),
        ("watch", "plan.forgotten", "this version knows no event of type plan.forgotten"),
    ],
)
async def test_what_this_version_does_not_know_is_dead_at_once(
    committed: Sessions, settings: Settings, handler: str, event_type: str, error: str
) -> None:
    delivery_id = await add_delivery(committed, handler, event_type)
    await attempt_delivery(runner(committed, settings, leave_mark), Push(delivery_id, 1), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.last_error) == ("dead", f"Undeliverable: {error}")


async def test_a_slow_look_happens_before_the_transaction(committed: Sessions, settings: Settings) -> None:
    async def look(sessions: Sessions, event: AlertOpened) -> int:
        async with sessions() as session:
            statement = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'")
            own = statement.text + " AND datname = current_database()"
            return int((await session.execute(text(own))).scalar_one())

    async def act(session: AsyncSession, event: AlertOpened, seen: int, now: datetime) -> None:
        assert seen == 0
        await leave_mark(session, event, now)

    delivery_id = await add_delivery(committed)
    looking = Runner(committed, settings, {"watch": Looking("watch", AlertOpened, look, act)})
    await attempt_delivery(looking, Push(delivery_id, 1), now=NOW)
    assert (await get_delivery(committed, delivery_id)).state == "done"
    assert await count_marks(committed) == 1


async def test_what_follows_a_delivery_comes_after_its_commit_and_fails_alone(
    committed: Sessions, settings: Settings
) -> None:
    async def look(sessions: Sessions, event: AlertOpened) -> None:
        """Nothing is needed."""

    async def act(session: AsyncSession, event: AlertOpened, _: None, now: datetime) -> None:
        await leave_mark(session, event, now)

    async def afterwards(sessions: Sessions, _: None) -> None:
        seen.append(await count_marks(sessions))
        raise OSError("the store is away")

    seen: list[int] = []
    delivery_id = await add_delivery(committed)
    handler = Looking("watch", AlertOpened, look, act, afterwards)
    await attempt_delivery(Runner(committed, settings, {"watch": handler}), Push(delivery_id, 1), now=NOW)
    assert ((await get_delivery(committed, delivery_id)).state, seen) == ("done", [1])


async def test_a_dead_delivery_can_be_replayed(committed: Sessions, settings: Settings) -> None:
    delivery_id = await add_delivery(committed, "gone")
    await attempt_delivery(runner(committed, settings, leave_mark), Push(delivery_id, 1), now=NOW)
    async with committed.begin() as session:
        (dead,) = await list_deliveries(session, state="dead")
        assert (dead.id, dead.event_type, dead.handler, dead.attempt) == (delivery_id, "alert.opened", "gone", 1)
        assert await list_deliveries(session, state="queued") == []
        await operations.replay_delivery(session, dead.id)
    known = Runner(committed, settings, {"gone": Acting("gone", AlertOpened, leave_mark)})
    await attempt_delivery(known, Push(delivery_id, 1), now=NOW)
    delivery = await get_delivery(committed, delivery_id)
    assert (delivery.state, delivery.fence) == ("done", 2)
    async with committed() as session:
        entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.action, entry.target_id) == ("delivery.replayed", dead.id)
    assert entry.before == {"state": "dead", "attempt": dead.attempt, "handler": dead.handler}
    assert entry.after == {"state": "queued", "attempt": 0}


async def test_only_dead_deliveries_are_replayed(committed: Sessions) -> None:
    delivery_id = await add_delivery(committed)
    async with committed() as session:
        with pytest.raises(Conflict) as refused:
            await operations.replay_delivery(session, delivery_id)
        assert refused.value.code == "delivery-not-dead"
        with pytest.raises(NotFound):
            await operations.replay_delivery(session, uuid4())
