"""Append-only rows (histories, trail, outbox) of one transaction, sent together in one statement.

The unit of work would send each in a statement of its own, and most of the time of a small write would go there.
Rows given to `append` are written when the session flushes, after what the ORM itself has to write, and at the
latest before it commits: to the rest of the code they behave like `session.add`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.exc import StaleDataError

from shared.db.driver import ask, to_json
from shared.db.models import Base

_WAITING = "waiting writes"
MOST = 50
"""Rows in one statement: Postgres takes 32,767 parameters, and each sequence of rows is a statement to remember."""


@dataclass(frozen=True, slots=True)
class _Write:
    """A row to insert, or with `key` the columns that find the row to update."""

    model: type[Base]
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()


def append(session: AsyncSession, model: type[Base], **values: Any) -> None:
    """Add a row that nobody will read back or change through this session; left-out columns take their default."""
    _wait(session, _Write(model, tuple(values)), values)


def fill_in(session: AsyncSession, model: type[Base], key: Mapping[str, Any], **values: Any) -> None:
    """Set columns of the one row with this key, which is there and which the ORM does not hold."""
    _wait(session, _Write(model, tuple(values), tuple(key)), {**key, **values})


def _wait(session: AsyncSession, write: _Write, values: Mapping[str, Any]) -> None:
    if not isinstance(session.sync_session, AppendingSession):
        raise TypeError("open sessions with create_sessions: this one would never write the row")
    session.info.setdefault(_WAITING, []).append((write, values))


class AppendingSession(Session):
    """A session that sends what waits with every flush."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Flush, then send what waits."""
        super().flush(objects)
        waiting = self.info.get(_WAITING, [])
        while waiting:
            writes, rows = zip(*waiting[:MOST], strict=True)
            statement = _statement(writes)
            values = [value for row in rows for value in row.values()]
            for place in statement.json_places:
                if values[place] is not None:
                    values[place] = to_json(values[place])
            found = ask(self.connection(), partial(_fetch_value, sql=statement.sql, values=values))
            if found != statement.updates:
                raise StaleDataError(f"{statement.updates} rows were to be changed, {found} were there")
            del waiting[:MOST]  # what failed keeps waiting, so that nobody commits without it
        self.info.pop(_WAITING, None)

    def rollback(self) -> None:
        """Roll back, also what waits where no transaction has begun yet."""
        super().rollback()
        self.info.pop(_WAITING, None)


@event.listens_for(AppendingSession, "before_commit")
def _flush_waiting(session: Session) -> None:
    if _WAITING in session.info:
        session.flush()


@event.listens_for(AppendingSession, "after_soft_rollback")
def _forget_waiting(session: Session, _: SessionTransaction) -> None:
    """What is rolled back has not happened. A savepoint begins with a flush, so that all that waits is its own."""
    session.info.pop(_WAITING, None)


@dataclass(frozen=True, slots=True)
class _Statement:
    """All writes in one statement, which answers how many rows it updated; `json_places` are those of its values that
    are JSON.
    """

    sql: str
    json_places: tuple[int, ...]
    updates: int


@lru_cache(maxsize=1000)
def _statement(writes: tuple[_Write, ...]) -> _Statement:
    """Built once for each sequence of tables and columns."""
    parts: list[str] = []
    types: list[Any] = []
    for number, write in enumerate(writes):
        parts.append(f"w{number} AS ({_sql(write, len(types) + 1)})")
        types += [write.model.__table__.c[name].type for name in (*write.key, *write.columns)]
    updates = [number for number, write in enumerate(writes) if write.key]
    counted = " + ".join(f"(SELECT count(*) FROM w{number})" for number in updates) or "0"
    json_places = tuple(place for place, kind in enumerate(types) if isinstance(kind, JSONB))
    return _Statement(f"WITH {', '.join(parts)} SELECT {counted}", json_places, len(updates))


def _sql(write: _Write, first: int) -> str:
    """`first` is the number of its first value."""
    table = write.model.__tablename__
    places = {name: f"${place}" for place, name in enumerate((*write.key, *write.columns), first)}
    if write.key:
        changes = ", ".join(f"{name} = {places[name]}" for name in write.columns)
        found = " AND ".join(f"{name} = {places[name]}" for name in write.key)
        return f"UPDATE {table} SET {changes} WHERE {found} RETURNING 1"
    return f"INSERT INTO {table} ({', '.join(write.columns)}) VALUES ({', '.join(places.values())})"


async def _fetch_value(driver: Any, *, sql: str, values: Sequence[Any]) -> Any:
    return await driver.fetchval(sql, *values)
