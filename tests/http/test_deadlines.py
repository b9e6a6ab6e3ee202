"""What makes no progress ends: bodies that drip, handlers that hang, callers that hang up. Nothing stays behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from shared.db.models import ScheduleTick
from shared.db.session import create_sessions
from shared.http.app import create_service
from shared.http.deadlines import Deadlines
from shared.http.deps import Session
from tests.conftest import client_of
from tests.http.serving import admit_anybody, engine_on, listening, settings_of

trials = APIRouter(prefix="/v1/trials")


@trials.post("/bodies")
@trials.post("/streams")
async def measure_body(request: Request) -> int:
    return len(await request.body())


@trials.post("/hang")
async def write_and_hang(session: Session) -> None:
    session.add(ScheduleTick(rule="trial", tick="half done"))
    await session.flush()
    await session.execute(text("SELECT pg_sleep(3600)"))


@trials.post("/read-and-hang")
async def read_write_and_hang(request: Request, session: Session) -> None:
    await request.body()
    await write_and_hang(session)


@trials.post("/late-bodies")
async def look_elsewhere_first(request: Request) -> int:
    for _ in range(20):
        await asyncio.sleep(0.01)
    return len(await request.body())


@trials.post("/wait-for-lock")
async def write_and_wait(request: Request, session: Session) -> int:
    session.add(ScheduleTick(rule="trial", tick=str(uuid4())))
    await session.flush()
    await session.execute(text("SELECT pg_advisory_xact_lock(57)"))
    return 1


def service_of(engine: AsyncEngine, **timeouts: str) -> FastAPI:
    with settings_of(**timeouts):
        app = create_service("trials", role=None, title="Thử", routers=[trials], streaming=["/v1/trials/streams"])
        admit_anybody(app)
    client_of(app, create_sessions(engine))
    return app


@asynccontextmanager
async def caller_of(engine: AsyncEngine, **timeouts: str) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(service_of(engine, **timeouts), create_sessions(engine)) as client:
        yield client


def count_in_use(engine: AsyncEngine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.checkedout()


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(3000):
        if condition():
            return
        await asyncio.sleep(0.01)
    pytest.fail("still not true")


async def count_ticks(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return len((await connection.execute(select(ScheduleTick.tick))).all())


async def drip() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def test_a_body_that_stops_arriving_is_given_up(committed_url: str) -> None:
    async with engine_on(committed_url) as engine, caller_of(engine, receive_timeout="0.05") as client:
        answer = await client.post("/v1/trials/bodies", content=drip())
    assert (answer.status_code, answer.json()["code"]) == (408, "body-too-slow")
    assert answer.headers["Connection"] == "close"


async def test_a_file_may_come_as_slowly_as_it_likes_but_not_stall(committed_url: str) -> None:
    came = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b"x"
            await asyncio.sleep(0.02)

    async def stalling() -> AsyncIterator[bytes]:
        yield b"x"
        await came.wait()

    async with (
        engine_on(committed_url) as engine,
        caller_of(engine, receive_timeout="0.05", stall_timeout="0.5") as client,
    ):
        assert (await client.post("/v1/trials/streams", content=slow())).json() == 10
        answer = await client.post("/v1/trials/streams", content=stalling())
    assert (answer.status_code, answer.json()["code"]) == (503, "body-stalled")
    assert (answer.headers["Connection"], int(answer.headers["Retry-After"]) > 0) == ("close", True)


async def test_a_handler_that_hangs_is_given_up_with_all_it_did(committed_url: str) -> None:
    async with engine_on(committed_url, connections=2) as engine:
        async with caller_of(engine, request_timeout="0.1") as client:
            answer = await client.post("/v1/trials/hang")
            assert (answer.status_code, answer.json()["code"]) == (503, "request-timeout")
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
            assert count_in_use(engine) == 0
            assert (await client.get("/healthz")).status_code == 200
        assert await count_ticks(engine) == 0


async def test_a_deadline_that_others_keep_ends_nobody_else(committed_url: str) -> None:
    async with engine_on(committed_url) as engine, caller_of(engine, request_timeout="0.3") as client:
        slow, *quick = await asyncio.gather(
            client.post("/v1/trials/hang"), *(client.post("/v1/trials/bodies", content=b"12345") for _ in range(20))
        )
    assert slow.status_code == 503
    assert [answer.json() for answer in quick] == [5] * 20


async def test_a_cancellation_from_outside_stays_one(committed_url: str) -> None:
    async with engine_on(committed_url) as engine, caller_of(engine) as client:
        asking = asyncio.create_task(client.post("/v1/trials/bodies", content=drip()))
        while not asking.done():
            await asyncio.sleep(0)
            asking.cancel()
        assert asking.cancelled()


class Work:
    def __init__(self, until: float) -> None:
        self.until = until
        self.given_up = asyncio.Event()

    def is_abandoned(self) -> bool:
        return False

    def give_up(self) -> None:
        assert not self.given_up.is_set()
        self.given_up.set()


async def test_only_what_is_late_and_still_there_is_given_up() -> None:
    now = asyncio.get_running_loop().time()
    deadlines = Deadlines(0.004)
    late, left, early = Work(now), Work(now), Work(now + 3600)
    for work in (late, left, early):
        deadlines.enter(work)
    deadlines.leave(left)
    await late.given_up.wait()
    assert (left.given_up.is_set(), early.given_up.is_set()) == (False, False)
    early.until = now
    await early.given_up.wait()
    again = Work(now)
    deadlines.enter(again)
    await again.given_up.wait()


@pytest.mark.parametrize("hang_up_after", ["half of the request", "all of it"])
async def test_a_caller_that_hangs_up_leaves_no_transaction_and_no_connection(
    committed_url: str, hang_up_after: str
) -> None:
    request = b"POST /v1/trials/wait-for-lock HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    async with (
        engine_on(committed_url, connections=1) as engine,
        engine_on(committed_url) as other,
        listening(service_of(engine)) as port,
        other.connect() as holder,
        other.connect() as watcher,
    ):
        await holder.execute(text("SELECT pg_advisory_lock(57)"))
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request if hang_up_after == "all of it" else request[:40])
        if hang_up_after == "all of it":
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
            while not (await watcher.execute(waiting)).scalar_one():
                await watcher.rollback()
        writer.close()
        await writer.wait_closed()
        await holder.execute(text("SELECT pg_advisory_unlock(57)"))
        # The only connection is free again, or this would wait for it in vain.
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert (await client.post("/v1/trials/wait-for-lock")).status_code == 200
        assert count_in_use(engine) == 0
        open_now = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state LIKE 'idle in transaction%' AND pid NOT IN (pg_backend_pid(), :holder)"
        )
        await watcher.rollback()
        pid = (await holder.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        assert (await watcher.execute(open_now, {"holder": pid})).scalar_one() == 0


HANGING = [
    pytest.param(b"POST /v1/trials/hang HTTP/1.1\r\nHost: x\r\n\r\n", id="no body"),
    pytest.param(b"POST /v1/trials/read-and-hang HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", id="read body"),
]


@pytest.mark.parametrize("request_of", HANGING)
async def test_work_that_nobody_waits_for_ends_and_is_rolled_back(committed_url: str, request_of: bytes) -> None:
    async with (
        engine_on(committed_url, connections=1) as engine,
        engine_on(committed_url) as other,
        listening(service_of(engine, receive_timeout="0.2")) as port,
    ):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_of)
        await until(lambda: count_in_use(engine) > 0)
        writer.close()
        await writer.wait_closed()
        await until(lambda: count_in_use(engine) == 0)
        assert await count_ticks(other) == 0


async def test_a_caller_that_waits_long_is_not_taken_for_gone(committed_url: str) -> None:
    async with (
        engine_on(committed_url, connections=1) as engine,
        engine_on(committed_url) as other,
        listening(service_of(engine, receive_timeout="0.02")) as port,
        other.connect() as holder,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        await holder.execute(text("SELECT pg_advisory_lock(57)"))
        asking = [
            asyncio.create_task(client.post("/v1/trials/wait-for-lock")),
            asyncio.create_task(client.post("/v1/trials/wait-for-lock", json={})),
        ]
        await until(lambda: count_in_use(engine) > 0)
        for _ in range(20):
            await asyncio.sleep(0.01)
        await holder.execute(text("SELECT pg_advisory_unlock(57)"))
        assert [(await each).status_code for each in asking] == [200, 200]


async def test_looking_for_a_caller_takes_nothing_from_the_handler(committed_url: str) -> None:
    async with (
        engine_on(committed_url) as engine,
        listening(service_of(engine, receive_timeout="0.02")) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        assert (await client.post("/v1/trials/late-bodies")).json() == 0
        assert (await client.post("/v1/trials/late-bodies", content=b"12345")).json() == 5
