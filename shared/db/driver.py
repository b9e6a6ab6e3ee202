"""The driver beneath SQLAlchemy: what is asked so often that SQLAlchemy's part of it tells is asked here.

A connection that is lost, or left in the middle of an answer, is not used again.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

import asyncpg
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")


class Prepared(NamedTuple):
    """A statement as the driver takes it, with `$1` and so on, and the names of its values in their order."""

    sql: str
    names: tuple[str, ...]


@cache
def prepare(sql: str) -> Prepared:
    """The statement that names its values `:name`."""
    compiled = text(sql).compile(dialect=URL.create("postgresql+asyncpg").get_dialect()())
    return Prepared(str(compiled), tuple(compiled.positiontup or ()))


def to_json(value: Any) -> str:
    """JSON for `jsonb` columns: compact, Vietnamese letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


async def fetch_row(session: AsyncSession, statement: Prepared, values: Mapping[str, Any]) -> Any:
    """The first row, or None. What waits in the session is not written before. Values for `jsonb` are text (`to_json`).

    Raises ConnectionError or the driver's own errors.
    """
    ordered = [values[name] for name in statement.names]
    return await session.run_sync(
        lambda sync: ask(sync.connection(), lambda driver: driver.fetchrow(statement.sql, *ordered))
    )


async def fetch_rows(session: AsyncSession, statement: Prepared, values: Mapping[str, Any]) -> Any:
    """As `fetch_row`, all of them."""
    ordered = [values[name] for name in statement.names]
    return await session.run_sync(
        lambda sync: ask(sync.connection(), lambda driver: driver.fetch(statement.sql, *ordered))
    )


def ask(connection: Connection, question: Callable[[Any], Awaitable[T]]) -> T:
    """What `question` gets from the driver's connection: the same where SQLAlchemy's own code runs, as in its events.

    Raises ConnectionError or the driver's own errors.
    """
    driver = connection.connection.dbapi_connection
    assert driver is not None
    try:
        answer: T = driver.run_async(question)
    except BaseException as error:
        lost = _is_lost(driver.driver_connection, error)
        if lost or not _is_refusal(error):
            connection.invalidate(error)
        if lost:
            raise ConnectionError("connection lost") from error
        raise
    return answer


def _is_refusal(error: BaseException) -> bool:
    """The server did not take this statement, and would take the next."""
    return isinstance(error, asyncpg.PostgresError) and not isinstance(error, asyncpg.InvalidCachedStatementError)


def _is_lost(driver: Any, error: BaseException) -> bool:
    """What is wrong otherwise is a fault of ours, and must be told as one."""
    gone = isinstance(error, OSError | asyncpg.PostgresConnectionError) or driver.is_closed()
    return gone and isinstance(error, Exception)
