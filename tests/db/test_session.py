"""What an engine of ours promises, whoever opens it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.db.appending import append
from shared.db.models import IdempotencyRecord
from shared.db.session import CommitFailed, create_engine, create_sessions
from shared.settings import Settings


@pytest.fixture
async def engine(shared_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(shared_url, Settings(statement_timeout=1), application="tests of the engine")
    yield engine
    await engine.dispose()


async def test_errors_do_not_repeat_what_users_wrote(engine: AsyncEngine) -> None:
    async with create_sessions(engine)() as session:
        with pytest.raises(DBAPIError) as refusal:
            await session.execute(text("SELECT CAST(:text AS text) || 1 / 0"), {"text": "bí mật"})

    assert "bí mật" not in str(refusal.value)


async def test_a_statement_that_hangs_is_ended(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        limits = {
            name: (await connection.execute(text(f"SHOW {name}"))).scalar_one()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "application_name",
                "timezone",
            )
        }

    assert limits == {
        "statement_timeout": "1s",
        "lock_timeout": "10s",
        "idle_in_transaction_session_timeout": "30s",
        "application_name": "tests of the engine",
        "timezone": "UTC",
    }


async def test_a_reading_engine_cannot_write(shared_url: str) -> None:
    engine = create_engine(shared_url, Settings(), application="tests of the engine", read_only=True)
    async with create_sessions(engine)() as session:
        assert (await session.execute(text("SELECT 1"))).scalar_one() == 1
        with pytest.raises(DBAPIError, match="read-only transaction"):
            await session.execute(text("DELETE FROM calendar_days"))
    await engine.dispose()


LEFT = text("SELECT count(*) FROM calendar_days WHERE day = '1899-01-01'")
LEAVE = text("INSERT INTO calendar_days (day, kind, name) VALUES ('1899-01-01', 'off', 'thử')")
FORGET = text("DELETE FROM calendar_days WHERE day = '1899-01-01'")


@pytest.fixture
async def one_connection(shared_url: str) -> AsyncIterator[AsyncEngine]:
    """So that whatever a block leaves behind would meet the next."""
    engine = create_engine(shared_url, Settings(database_pool_size=1), application="tests of the engine")
    yield engine
    async with engine.begin() as connection:
        await connection.execute(FORGET)
    await engine.dispose()


async def left(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(LEFT)).scalar_one())


async def test_a_block_is_kept_as_a_whole_or_not_at_all(one_connection: AsyncEngine) -> None:
    sessions = create_sessions(one_connection)
    async with sessions() as session:
        await session.execute(LEAVE)
        await session.rollback()
        assert (await session.execute(LEFT)).scalar_one() == 0
        await session.execute(LEAVE)
    assert await left(one_connection) == 0  # closed without a commit

    async with sessions.begin() as session:
        await session.execute(LEAVE)
    assert await left(one_connection) == 1


async def test_a_connection_without_a_session_has_blocks_too(one_connection: AsyncEngine) -> None:
    async with one_connection.connect() as connection:
        block = await connection.begin()
        await connection.execute(LEAVE)
        await block.rollback()
        assert (await connection.execute(LEFT)).scalar_one() == 0
    async with one_connection.begin() as connection:
        await connection.execute(LEAVE)
    assert await left(one_connection) == 1


async def test_a_connection_may_go_without_blocks(one_connection: AsyncEngine) -> None:
    async with one_connection.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM calendar_days"))
        await connection.execute(LEAVE)
    assert await left(one_connection) == 1


async def test_a_savepoint_is_taken_back_alone(one_connection: AsyncEngine) -> None:
    async with create_sessions(one_connection).begin() as session:
        await session.execute(LEAVE)
        savepoint = await session.begin_nested()
        await session.execute(FORGET)
        await savepoint.rollback()
    assert await left(one_connection) == 1


async def test_the_end_of_a_block_that_failed_is_no_success(one_connection: AsyncEngine) -> None:
    """Postgres takes its COMMIT, and rolls back."""
    async with create_sessions(one_connection)() as session:
        await session.execute(LEAVE)
        with pytest.raises(DBAPIError):
            await session.execute(text("SELECT 1 / 0"))
        with pytest.raises(CommitFailed):
            await session.commit()
    assert await left(one_connection) == 0


async def test_a_block_whose_connection_is_lost_is_no_success(one_connection: AsyncEngine, engine: AsyncEngine) -> None:
    async with create_sessions(one_connection)() as session:
        await session.execute(LEAVE)
        backend = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with engine.connect() as another:
            await another.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        with pytest.raises(ConnectionError):
            await session.commit()
    assert await left(one_connection) == 0


async def test_connections_that_were_lost_in_the_pool_are_replaced_unheard(
    shared_url: str, engine: AsyncEngine
) -> None:
    lost = create_engine(shared_url, Settings(database_pool_size=3), application="tests to be ended")
    held = [await lost.connect() for _ in range(3)]
    for each in held:
        await each.close()
    async with engine.connect() as another:
        end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = :name"
        await another.execute(text(end), {"name": "tests to be ended"})
    for _ in range(4):
        assert await left(lost) == 0
    await lost.dispose()


async def test_a_block_that_never_began_is_no_success(one_connection: AsyncEngine) -> None:
    async with create_sessions(one_connection)() as session:
        await session.execute(text("SELECT 1"))
        raw = await (await session.connection()).get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.execute("ROLLBACK")
        await session.execute(LEAVE)
        with pytest.raises(CommitFailed):
            await session.commit()


@pytest.mark.parametrize("statement", ["flush", "commit"])
async def test_a_writer_cut_off_in_the_middle_leaves_nothing(
    one_connection: AsyncEngine, engine: AsyncEngine, statement: str
) -> None:
    """It waits for another's row when its own, appended, is sent."""
    sessions = create_sessions(one_connection)
    key = {"caller": "thử", "key": "khóa", "request_sha256": "0"}
    async with sessions() as session:
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
    async with create_sessions(engine)() as first:
        append(first, IdempotencyRecord, **key)
        await first.flush()

        async def write() -> None:
            async with sessions() as session:
                append(session, IdempotencyRecord, **key)
                await (session.flush() if statement == "flush" else session.commit())

        writing = asyncio.create_task(write())
        async with engine.connect() as onlooker:
            await until_waiting(onlooker, pid)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    async with sessions() as session:
        held = await session.scalar(text("SELECT count(*) FROM idempotency_records WHERE caller = 'thử'"))
        assert held == 0
        assert await session.scalar(text("SELECT pg_backend_pid()")) != pid


WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid AND wait_event_type = 'Lock'")


async def until_waiting(onlooker: AsyncConnection, pid: int) -> None:
    async with asyncio.timeout(10):
        while not (await onlooker.execute(WAITING, {"pid": pid})).scalar_one():
            await onlooker.execute(text("SELECT pg_sleep(0.01)"))


async def test_an_engine_that_ends_blocks_by_itself_opens_no_session_of_ours(shared_url: str) -> None:
    with pytest.raises(TypeError, match="create_engine"):
        create_sessions(create_async_engine(shared_url))


async def test_a_session_always_has_blocks(one_connection: AsyncEngine) -> None:
    with pytest.raises(TypeError, match="create_engine"):
        create_sessions(one_connection.execution_options(isolation_level="AUTOCOMMIT"))
    async with create_sessions(one_connection)() as session:
        await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        await session.execute(LEAVE)
        await session.commit()
    assert await left(one_connection) == 1


async def test_a_connection_of_readers_is_shared_by_no_sessions(shared_url: str) -> None:
    """It would carry the first one's context on."""
    engine = create_engine(shared_url, Settings(), application="tests of the engine", read_only=True)
    async with engine.connect() as connection:
        with pytest.raises(TypeError, match="create_engine"):
            create_sessions(connection)
    await engine.dispose()
