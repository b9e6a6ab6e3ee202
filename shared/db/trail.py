"""Reads of the trail and its tree that more than one service needs."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.audit_leaves import FIELDS, read_json, write_instant
from shared.domain.merkle import Node

_JSON = frozenset({"before", "after"})

ENTRY_COLUMNS = ", ".join(
    f"e.{field}" if field == "occurred_at" else f"CAST(e.{field} AS text) AS {field}" for field in FIELDS
)
"""The columns of `audit_entries e` that `entry_of` reads."""


def entry_of(row: Row[Any]) -> dict[str, Any]:
    """An entry as it is encoded for its leaf."""
    values = {field: getattr(row, field) for field in FIELDS}
    values["occurred_at"] = write_instant(row.occurred_at)
    return {
        field: read_json(value) if field in _JSON and value is not None else value for field, value in values.items()
    }


_NODES = text("""
    SELECT 0 AS level, position AS place, leaf_hash AS hash FROM audit_leaves
    WHERE position = ANY (CAST(:positions AS bigint[]))
    UNION ALL
    SELECT n.level, n.index, n.hash
    FROM unnest(CAST(:levels AS integer[]), CAST(:places AS bigint[])) AS wanted (level, place)
    JOIN audit_nodes n ON n.level = wanted.level AND n.index = wanted.place
""")


async def load_nodes(session: AsyncSession, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of full subtrees; those that are not there are left out."""
    nodes = list(wanted)
    above = [node for node in nodes if node[0]]
    parameters = {
        "positions": [place for level, place in nodes if level == 0],
        "levels": [level for level, _ in above],
        "places": [place for _, place in above],
    }
    rows = (await session.execute(_NODES, parameters)).all()
    return {(row.level, row.place): row.hash for row in rows}
