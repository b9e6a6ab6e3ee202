"""The whole trail as records, one a line in an export: what `audit export` writes and `audit verify` reads.

In this order: `log`; `outside` (lines of the checkpoint file); `checkpoint`; `entry`, by position; `uncovered` and
`vanished`, entries not in the tree (`is_pending`: yet) and those that were gone before they came into it; `end`, so
that a file cut short is not taken for a short trail.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.audit_chain.queries import find_last_checkpoint, list_checkpoints
from services.operator_cli.refusals import OperatorError
from shared.clock import now
from shared.db.models import AuditKey
from shared.db.trail import ENTRY_COLUMNS, entry_of
from shared.domain.audit_leaves import read_json, write_instant

EXPORT = "theodoi.audit-export/v1"
CHUNK = 2_000
Record = dict[str, Any]

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_LEAVES = text(f"""
    SELECT l.position, l.entry_id, l.leaf_hash, e.id IS NOT NULL AS is_there, {ENTRY_COLUMNS}
    FROM audit_leaves l LEFT JOIN audit_entries e ON e.id = l.entry_id
    WHERE l.position > :after ORDER BY l.position LIMIT :limit
""")
_UNCOVERED = text(f"""
    SELECT {ENTRY_COLUMNS}, EXISTS (SELECT FROM audit_pending p WHERE p.entry_id = e.id) AS is_pending
    FROM audit_entries e
    WHERE e.id > CAST(CAST(:after AS text) AS uuid) AND NOT EXISTS (SELECT FROM audit_leaves l WHERE l.entry_id = e.id)
    ORDER BY e.id LIMIT :limit
""")
_VANISHED = text("""
    SELECT p.entry_id FROM audit_pending p WHERE NOT EXISTS (SELECT FROM audit_entries e WHERE e.id = p.entry_id)
    ORDER BY p.entry_id
""")


async def take_snapshot(session: AsyncSession) -> None:
    """Let a fresh session read everything as of now, however long that takes."""
    await session.execute(text(_SNAPSHOT))
    await session.execute(text("SET LOCAL statement_timeout = 0"))


async def find_origin(session: AsyncSession) -> str | None:
    """Which log the database holds; None before its first checkpoint."""
    last = await find_last_checkpoint(session)
    return last.origin if last else None


async def read_trail(session: AsyncSession, checkpoints: Path | None) -> AsyncIterator[Record]:
    """Every record; of one instant after `take_snapshot`. `checkpoints` is the file outside the database."""
    keys = (await session.scalars(select(AuditKey.verifier).order_by(AuditKey.created_at))).all()
    origin = await find_origin(session)
    yield {"type": "log", "format": EXPORT, "origin": origin, "exported_at": write_instant(now()), "keys": list(keys)}
    if checkpoints:
        for record in read_checkpoints(checkpoints):
            yield record
    async for record in _read_checkpoints(session):
        yield record
    async for record in _read_leaves(session):
        yield record
    async for record in _read_uncovered(session):
        yield record
    for entry_id in await session.scalars(_VANISHED):
        yield {"type": "vanished", "entry_id": str(entry_id)}
    yield {"type": "end"}


def read_checkpoints(file: Path) -> Iterator[Record]:
    """The lines of a checkpoint file; the last may be cut short by a crash and is then left out. No file, no lines."""
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield {"type": "outside"} | _parse(line, file)


def read_export(file: Path) -> Iterator[Record]:
    """The records of an export. Raises OperatorError for a file that is none, or not a whole one."""
    record: Record = {}
    with file.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines):
            record = _parse(line, file)
            if number == 0 and record.get("format") != EXPORT:
                raise OperatorError("not-an-export", f"Tệp {file} không phải là bản xuất nhật ký của `audit export`.")
            yield record
    if record.get("type") != "end":
        raise OperatorError("export-cut-short", f"Tệp {file} không phải là bản xuất trọn vẹn: hãy xuất lại.")


def _parse(line: str, file: Path) -> Record:
    try:
        record = read_json(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        raise OperatorError("line-unreadable", f"Tệp {file} có dòng không đọc được: tệp hỏng hoặc đã bị sửa.")
    return record


async def _read_checkpoints(session: AsyncSession) -> AsyncIterator[Record]:
    after = 0
    while found := await list_checkpoints(session, after=after, limit=CHUNK):
        for checkpoint in found:
            yield {"type": "checkpoint", "checkpoint": checkpoint.note}
        after = found[-1].tree_size
        session.expunge_all()


async def _read_leaves(session: AsyncSession) -> AsyncIterator[Record]:
    after: int | None = -1
    while after is not None:
        rows = (await session.execute(_LEAVES, {"after": after, "limit": CHUNK})).all()
        for row in rows:
            yield {
                "type": "entry",
                "position": row.position,
                "entry_id": str(row.entry_id),
                "leaf_hash": b64encode(row.leaf_hash).decode(),
                "entry": entry_of(row) if row.is_there else None,
            }
        after = rows[-1].position if rows else None


async def _read_uncovered(session: AsyncSession) -> AsyncIterator[Record]:
    after: str | None = "00000000-0000-0000-0000-000000000000"
    while after is not None:
        rows = (await session.execute(_UNCOVERED, {"after": after, "limit": CHUNK})).all()
        for row in rows:
            yield {"type": "uncovered", "is_pending": row.is_pending, "entry": entry_of(row)}
        after = rows[-1].id if rows else None
