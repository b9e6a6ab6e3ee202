"""Append-only rows (histories, trail, outbox) of one transaction, written together in one statement.

The unit of work would send each in a statement of its own, and most of the time of a small write would go there.
Rows given to `append` are written when the session flushes, after what the ORM itself has to write, and at the
latest before it commits: to the rest of the code they behave like `session.add`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, TextClause, bindparam, event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from shared.db.models import Base

_WAITING = "appended rows"
Shape = tuple[type[Base], tuple[str, ...]]


def append(session: AsyncSession, model: type[Base], **values: Any) -> None:
    """Add a row that nobody will read back or change through this session; left-out columns take their default."""
    session.info.setdefault(_WAITING, []).append((model, values))


class AppendingSession(Session):
    """A session that writes appended rows with every flush."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Flush, then write what was appended."""
        super().flush(objects)
        if waiting := self.info.pop(_WAITING, None):
            shapes = tuple((model, tuple(values)) for model, values in waiting)
            parameters = {
                f"{name}_{number}": value
                for number, (_, values) in enumerate(waiting)
                for name, value in values.items()
            }
            self.connection().execute(_statement(shapes), parameters)


@event.listens_for(AppendingSession, "before_commit")
def _flush_appended(session: Session) -> None:
    if _WAITING in session.info:
        session.flush()


@cache
def _statement(shapes: tuple[Shape, ...]) -> TextClause:
    """One INSERT a row, all in one statement; built once for each sequence of tables and columns."""
    parts, binds = [], []
    for number, (model, names) in enumerate(shapes):
        table = model.__table__
        assert isinstance(table, Table)
        values = ", ".join(f":{name}_{number}" for name in names)
        parts.append(f"r{number} AS (INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}))")
        binds += [bindparam(f"{name}_{number}", type_=table.columns[name].type) for name in names]
    return text(f"WITH {', '.join(parts)} SELECT 1").bindparams(*binds)
