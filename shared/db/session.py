"""Engines and sessions. One transaction per request or job; operations flush, only the edge commits.

SQLAlchemy believes that every connection commits by itself, and sends neither BEGIN nor COMMIT: we do, so that a
block opens and learns for whom it runs in one journey.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import PoolResetState

from shared.db.appending import AppendingSession
from shared.db.context import context_of
from shared.db.driver import ask, to_json
from shared.settings import Settings

Sessions = async_sessionmaker[AsyncSession]

_READ_ONLY = "theodoi_read_only"
_BY_SESSION = "theodoi_by_session"


class CommitFailed(Exception):
    """A block ended otherwise than it was asked to: what it wrote is not there."""


def create_engine(
    url: str, settings: Settings, *, application: str, role: str | None = None, read_only: bool = False
) -> AsyncEngine:
    """An engine whose connections time out rather than hang; `application` shows in pg_stat_activity.

    `role` is one of `shared.db.roles`; without it the login of the URL acts itself. `read_only`: Postgres itself
    refuses writes, and a session without a context opens no block: each of its statements stands alone.
    """
    engine = create_async_engine(
        url,
        pool_size=settings.database_pool_size,
        max_overflow=0,
        pool_timeout=0.8,  # told within a second that there is none
        pool_pre_ping=False,
        json_serializer=to_json,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # errors are logged, and logs hold nothing of what users wrote
        execution_options={_READ_ONLY: read_only},
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": application,
                "default_transaction_isolation": "read committed",
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
    event.listen(engine.sync_engine, "checkout", _ensure_alive)
    event.listen(engine.sync_engine, "reset", _ending_with("COMMIT" if read_only else "ROLLBACK"))
    if not read_only:
        event.listen(engine.sync_engine, "begin", _begin)
        event.listen(engine.sync_engine, "commit", _commit)
        event.listen(engine.sync_engine, "rollback", _roll_back)
    return engine


def create_sessions(
    bind: AsyncEngine | AsyncConnection, *, session_class: type[AppendingSession] = AppendingSession, **options: Any
) -> Sessions:
    """Sessions whose objects stay readable after commit; `options` are those of SQLAlchemy's session.

    One opened with `info=session_info(context)` runs each transaction in that context.
    """
    if isinstance(bind, AsyncEngine):
        chosen = bind.get_execution_options()
        if _READ_ONLY not in chosen or "isolation_level" in chosen:
            raise TypeError("open engines with create_engine: others send BEGIN and COMMIT themselves, or none")
        bind = bind.execution_options(**{_BY_SESSION: True})
    elif bind.sync_connection is None or bind.sync_connection.get_execution_options().get(_READ_ONLY) is not False:
        raise TypeError("a connection shared by sessions is one that writes, of an engine by create_engine")
    return async_sessionmaker(bind, expire_on_commit=False, sync_session_class=session_class, **options)


@event.listens_for(AppendingSession, "after_begin")
def _enter_context(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """A block of the session's own opens with its context; one that it joins is told the context."""
    context = context_of(session.info)
    parts = [] if context is None else [context.literal()]
    if not _in_block(connection) and (parts or not connection.get_execution_options().get(_READ_ONLY)):
        parts.insert(0, "BEGIN")
    if parts:
        _send(connection, "; ".join(parts))


def _begin(connection: Connection) -> None:
    """A block without a session; who asks for a connection that commits by itself has it."""
    if not connection.get_execution_options().get(_BY_SESSION) and not _asked_for_none(connection):
        _send(connection, "BEGIN")


def _commit(connection: Connection) -> None:
    """Postgres takes the COMMIT of a block that never began, and answers ROLLBACK to that of one in which anything
    failed: neither must pass for success.
    """
    began = _in_block(connection)
    if not began and _asked_for_none(connection):
        return
    if _send(connection, "COMMIT") != "COMMIT" or not began:
        raise CommitFailed("the block was rolled back, or never began")


def _roll_back(connection: Connection) -> None:
    if not connection.invalidated and _in_block(connection):
        _send(connection, "ROLLBACK")


def _asked_for_none(connection: Connection) -> bool:
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def _in_block(connection: Connection) -> bool:
    return _is_open(connection.connection.driver_connection)


def _is_open(driver: Any) -> bool:
    return not driver.is_closed() and bool(driver.is_in_transaction())


def _send(connection: Connection, sql: str) -> str:
    tag: str = ask(connection, lambda driver: driver.execute(sql))
    return tag


def _ensure_alive(driver: Any, _: object, __: object) -> None:
    """A connection that was lost while it lay in the pool is replaced, and nobody hears of it."""
    if driver.driver_connection.is_closed():
        raise DisconnectionError


def _ending_with(statement: str) -> Callable[..., None]:
    """What ends a block that is still open as its connection goes back to the pool."""

    def end(adapted: Any, _: object, state: PoolResetState) -> None:
        if not state.terminate_only and _is_open(adapted.driver_connection):
            adapted.run_async(lambda driver: driver.execute(statement))

    return end
