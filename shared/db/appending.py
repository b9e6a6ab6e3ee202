"""Append-only rows (histories, trail, outbox) of one transaction, sent together in one statement.

The unit of work would send each in a statement of its own, and most of the time of a small write would go there.
Rows given to `append` are written when the session flushes, after what the ORM itself has to write, and at the
latest before it commits: to the rest of the code they behave like `session.add`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, bindparam, event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

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
    """Set columns of a row that this transaction added before, and that the ORM does not hold."""
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
        waiting = self.info.pop(_WAITING, [])
        for start in range(0, len(waiting), MOST):
            writes, rows = zip(*waiting[start : start + MOST], strict=True)
            parameters = {
                f"{name}_{number}": value for number, values in enumerate(rows) for name, value in values.items()
            }
            self.connection().execute(_statement(writes), parameters)

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


@lru_cache(maxsize=1000)
def _statement(writes: tuple[_Write, ...]) -> TextClause:
    """All writes in one statement; built once for each sequence of tables and columns."""
    parts = [f"w{number} AS ({_sql(write, number)})" for number, write in enumerate(writes)]
    binds = [
        bindparam(f"{name}_{number}", type_=write.model.__table__.c[name].type)
        for number, write in enumerate(writes)
        for name in (*write.key, *write.columns)
    ]
    return text(f"WITH {', '.join(parts)} SELECT 1").bindparams(*binds)


def _sql(write: _Write, number: int) -> str:
    table = write.model.__tablename__
    if write.key:
        changes = ", ".join(f"{name} = :{name}_{number}" for name in write.columns)
        found = " AND ".join(f"{name} = :{name}_{number}" for name in write.key)
        return f"UPDATE {table} SET {changes} WHERE {found}"
    values = ", ".join(f":{name}_{number}" for name in write.columns)
    return f"INSERT INTO {table} ({', '.join(write.columns)}) VALUES ({values})"
