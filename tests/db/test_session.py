"""What an engine of ours promises, whoever opens it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.session import create_engine, create_sessions, to_json
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


def test_json_keeps_vietnamese_letters() -> None:
    assert to_json({"tên": "Đơn vị"}) == '{"tên":"Đơn vị"}'
