"""What the chain reads and writes. All of it belongs to the worker but the entries, which it only reads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import AuditCheckpoint, AuditKey, AuditLeaf
from shared.db.trail import ENTRY_COLUMNS, entry_of
from shared.domain.merkle import Node

_CHAIN = 0x7EDA0D17
"""Key of the advisory lock of whoever lengthens the tree."""

_PENDING = text(f"""
    SELECT {ENTRY_COLUMNS} FROM audit_pending p JOIN audit_entries e ON e.id = p.entry_id
    ORDER BY p.entry_id LIMIT :limit
""")
_LEAVES = text("""
    INSERT INTO audit_leaves (position, entry_id, leaf_hash)
    SELECT * FROM unnest(CAST(:positions AS bigint[]), CAST(:entry_ids AS uuid[]), CAST(:hashes AS bytea[]))
""")
_NODES = text("""
    INSERT INTO audit_nodes (level, index, hash)
    SELECT * FROM unnest(CAST(:levels AS integer[]), CAST(:indexes AS bigint[]), CAST(:hashes AS bytea[]))
""")
_DONE = text("DELETE FROM audit_pending WHERE entry_id = ANY (CAST(:entry_ids AS uuid[]))")


async def try_lock(session: AsyncSession) -> bool:
    """True when nobody else lengthens the tree until our transaction ends."""
    return bool(await session.scalar(select(func.pg_try_advisory_xact_lock(_CHAIN))))


async def find_last_checkpoint(session: AsyncSession) -> AuditCheckpoint | None:
    """The newest checkpoint."""
    return await session.scalar(select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size.desc()).limit(1))


async def list_pending(session: AsyncSession, limit: int) -> list[dict[str, Any]]:
    """The oldest entries that are not in the tree."""
    return [entry_of(row) for row in (await session.execute(_PENDING, {"limit": limit})).all()]


async def add_leaves(session: AsyncSession, first: int, entry_ids: Sequence[UUID], hashes: Sequence[bytes]) -> None:
    """Put entries into the tree from position `first` on; they are pending no longer."""
    positions = list(range(first, first + len(entry_ids)))
    await session.execute(_LEAVES, {"positions": positions, "entry_ids": list(entry_ids), "hashes": list(hashes)})
    await session.execute(_DONE, {"entry_ids": list(entry_ids)})


async def add_nodes(session: AsyncSession, nodes: Sequence[tuple[Node, bytes]]) -> None:
    """Keep the hashes of subtrees that became full."""
    parameters = {
        "levels": [level for (level, _), _ in nodes],
        "indexes": [index for (_, index), _ in nodes],
        "hashes": [node_hash for _, node_hash in nodes],
    }
    await session.execute(_NODES, parameters)


async def add_checkpoint(session: AsyncSession, checkpoint: AuditCheckpoint, verifier: str) -> None:
    """Keep a signed checkpoint, and the public half of its key."""
    key = insert(AuditKey).values(id=checkpoint.key_id, verifier=verifier)
    await session.execute(key.on_conflict_do_nothing())
    session.add(checkpoint)
    await session.flush()


async def list_checkpoints(session: AsyncSession, *, after: int, limit: int) -> Sequence[AuditCheckpoint]:
    """Checkpoints of trees with more than `after` leaves, smallest first."""
    statement = select(AuditCheckpoint).where(AuditCheckpoint.tree_size > after)
    return (await session.scalars(statement.order_by(AuditCheckpoint.tree_size).limit(limit))).all()


async def list_newest_checkpoints(session: AsyncSession, limit: int) -> Sequence[AuditCheckpoint]:
    """The newest checkpoints, newest first."""
    return (
        await session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size.desc()).limit(limit))
    ).all()


async def list_leaves(session: AsyncSession, checkpoint: AuditCheckpoint) -> list[tuple[UUID, bytes]]:
    """The entries that a checkpoint covered first, in their order."""
    statement = select(AuditLeaf.entry_id, AuditLeaf.leaf_hash).where(
        AuditLeaf.position >= checkpoint.first_position, AuditLeaf.position < checkpoint.tree_size
    )
    rows = (await session.execute(statement.order_by(AuditLeaf.position))).all()
    return [(row.entry_id, row.leaf_hash) for row in rows]
