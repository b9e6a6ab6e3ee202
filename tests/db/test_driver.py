"""What is asked of the driver leaves no connection behind that another could be hurt by."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.driver import Prepared, fetch_row, prepare, to_json
from shared.db.session import Sessions, create_engine, create_sessions
from shared.settings import Settings


@pytest.fixture
async def engine(shared_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(shared_url, Settings(), application="tests of the driver")
    yield engine
    await engine.dispose()


@pytest.fixture
async def reading_one(shared_url: str) -> AsyncIterator[Sessions]:
    """Sessions that read, one after another, on one connection."""
    settings = Settings(database_pool_size=1)
    engine = create_engine(shared_url, settings, application="tests of the driver", read_only=True)
    yield create_sessions(engine)
    await engine.dispose()


BACKEND = prepare("SELECT pg_backend_pid() AS pid")


async def ask_driver(sessions: Sessions, statement: Prepared = BACKEND) -> int:
    async with sessions() as session:
        pid: int = (await fetch_row(session, statement, {}))["pid"]
        return pid


async def test_a_row_asked_of_the_driver_never_comes_from_a_dead_connection_twice(
    reading_one: Sessions, engine: AsyncEngine
) -> None:
    async with reading_one() as session:
        backend = (await fetch_row(session, BACKEND, {}))["pid"]
        async with engine.connect() as another:
            await another.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        with pytest.raises(ConnectionError):
            await fetch_row(session, BACKEND, {})
    assert await ask_driver(reading_one) != backend


async def test_a_fault_of_ours_is_told_as_one(reading_one: Sessions) -> None:
    """And not as a connection that was lost."""
    async with reading_one() as session:
        with pytest.raises(asyncpg.InterfaceError):
            await fetch_row(session, Prepared("SELECT $1::int AS pid", ()), {})


SLEEPING = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid AND wait_event = 'PgSleep'")


async def test_a_connection_left_in_the_middle_of_an_answer_is_not_used_again(
    reading_one: Sessions, engine: AsyncEngine
) -> None:
    backend = await ask_driver(reading_one)
    hanging = asyncio.create_task(ask_driver(reading_one, prepare("SELECT pg_sleep(20)::text AS pid")))
    async with engine.connect() as onlooker, asyncio.timeout(10):
        while not (await onlooker.execute(SLEEPING, {"pid": backend})).scalar_one():
            await onlooker.execute(text("SELECT pg_sleep(0.01)"))
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert await ask_driver(reading_one) != backend


async def test_a_wrong_statement_costs_no_connection(reading_one: Sessions) -> None:
    backend = await ask_driver(reading_one)
    with pytest.raises(asyncpg.PostgresError):
        await ask_driver(reading_one, prepare("SELECT 1 / 0 AS pid"))
    assert await ask_driver(reading_one) == backend


def test_json_keeps_vietnamese_letters() -> None:
    assert to_json({"tên": "Đơn vị"}) == '{"tên":"Đơn vị"}'
