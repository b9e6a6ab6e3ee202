"""Engines and sessions. One transaction per request or job; operations flush, only the edge commits."""

import json
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import PoolResetState

from shared.db.appending import AppendingSession
from shared.db.context import context_of
from shared.settings import Settings

Sessions = async_sessionmaker[AsyncSession]

_READ_ONLY = "theodoi_read_only"
_LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError)
"""What the driver raises where the connection is no more."""


def to_json(value: Any) -> str:
    """JSON for `jsonb` columns: compact, Vietnamese letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def create_engine(
    url: str, settings: Settings, *, application: str, role: str | None = None, read_only: bool = False
) -> AsyncEngine:
    """An engine whose connections time out rather than hang; `application` shows in pg_stat_activity.

    `role` is one of `shared.db.roles`; without it the login of the URL acts itself. `read_only`: Postgres itself
    refuses writes, and reading costs fewer journeys (see `_begin_reading`).
    """
    engine = create_async_engine(
        url,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=0.8,  # told within a second that there is none
        pool_pre_ping=False,
        json_serializer=to_json,
        isolation_level="AUTOCOMMIT" if read_only else "READ COMMITTED",
        hide_parameters=True,  # errors are logged, and logs hold nothing of what users wrote
        execution_options={_READ_ONLY: read_only},
        connect_args={
            "server_settings": {
                "application_name": application,
                "statement_timeout": str(settings.statement_timeout * 1000),
                "lock_timeout": str(settings.lock_timeout * 1000),
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
                "jit": "off",
                "default_transaction_read_only": "on" if read_only else "off",
                **({"role": role} if role else {}),
            },
        },
    )
    if read_only:
        event.listen(engine.sync_engine, "reset", _end_reading)
    return engine


def create_sessions(
    bind: AsyncEngine | AsyncConnection, *, session_class: type[AppendingSession] = AppendingSession, **options: Any
) -> Sessions:
    """Sessions whose objects stay readable after commit; `options` are those of SQLAlchemy's session.

    One opened with `info=session_info(context)` runs each transaction in that context.
    """
    return async_sessionmaker(bind, expire_on_commit=False, sync_session_class=session_class, **options)


@event.listens_for(AppendingSession, "after_begin")
def _enter_context(session: Session, _: SessionTransaction, connection: Connection) -> None:
    context = context_of(session.info)
    if context is None:
        return
    if connection.get_execution_options().get(_READ_ONLY):
        _begin_reading(connection, context.literal())
    else:
        connection.exec_driver_sql(*context.prepared())


def _begin_reading(connection: Connection, statement: str) -> None:
    """Open the block and set the context in one journey; SQLAlchemy, which believes in autocommit, sends neither.

    The block ends as the connection goes back to the pool.
    """
    driver = connection.connection.dbapi_connection
    assert driver is not None
    try:
        driver.run_async(lambda raw: raw.execute(f"BEGIN; {statement}"))
    except _LOST as error:
        connection.invalidate(error)
        raise ConnectionError("connection lost") from error


async def fetch_row(session: AsyncSession, sql: str, *values: Any) -> Any:
    """One row, asked of the driver without SQLAlchemy between: for what is asked so often that this tells.

    A connection that is lost, or left in the middle of an answer, is not used again. Raises ConnectionError or the
    driver's own errors.
    """
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    try:
        return await driver.fetchrow(sql, *values)
    except _LOST as error:
        await connection.invalidate(error)
        raise ConnectionError("connection lost") from error
    except BaseException as error:
        if driver.is_closed() or not isinstance(error, asyncpg.PostgresError):
            await connection.invalidate(error)
        raise


def _end_reading(driver: Any, _: object, state: PoolResetState) -> None:
    if not state.terminate_only and driver.driver_connection.is_in_transaction():
        driver.run_async(lambda raw: raw.execute("COMMIT"))
