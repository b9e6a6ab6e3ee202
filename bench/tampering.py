"""What the owner of a database may do to the trail: with all rights, triggers off, and every hash made to fit again.

Each kind is done to the entry at a position of the tree. `cover_up` rewrites leaves, nodes and the roots beside the
checkpoints; the signatures are all that the owner cannot make.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.trail import ENTRY_COLUMNS, entry_of
from shared.domain.audit_leaves import hash_entry
from shared.domain.merkle import Frontier

Tampering = Callable[[AsyncSession, int], Awaitable[None]]

_ENTRY_AT = "(SELECT entry_id FROM audit_leaves WHERE position = :position)"
_COPY = """
    INSERT INTO audit_entries (id, occurred_at, actor, client, organization_id, action, target_type, target_id, before,
                               after, request_id, address)
    SELECT :id, occurred_at, 'nguoi-khac', client, organization_id, action, target_type, target_id, before, after,
           request_id, address
    FROM audit_entries WHERE id = (SELECT entry_id FROM audit_leaves WHERE position = :position)
"""
FORGED = "01890000-0000-7000-8000-000000000001"


async def _run(session: AsyncSession, *statements: str, **parameters: object) -> None:
    for statement in statements:
        await session.execute(text(statement), parameters)


async def edit(session: AsyncSession, position: int) -> None:
    """Another actor did it."""
    await _run(session, f"UPDATE audit_entries SET actor = 'nguoi-khac' WHERE id = {_ENTRY_AT}", position=position)


async def delete(session: AsyncSession, position: int) -> None:
    """It never happened, and those after it move up."""
    await _run(
        session,
        f"DELETE FROM audit_entries WHERE id = {_ENTRY_AT}",
        "DELETE FROM audit_leaves WHERE position = :position",
        "UPDATE audit_leaves SET position = -position WHERE position > :position",
        "UPDATE audit_leaves SET position = -position - 1 WHERE position < 0",
        position=position,
    )


async def insert(session: AsyncSession, position: int) -> None:
    """Something else happened at this place, and those after it move down."""
    await _run(session, "SET LOCAL session_replication_role = replica")
    await _run(session, _COPY.replace(":id", f"'{FORGED}'"), position=position)
    await _run(
        session,
        "UPDATE audit_leaves SET position = -position - 1 WHERE position >= :position",
        "UPDATE audit_leaves SET position = -position WHERE position < 0",
        f"INSERT INTO audit_leaves SELECT :position, '{FORGED}', sha256('') WHERE CAST(:position AS bigint) >= 0",
        "SET LOCAL session_replication_role = origin",
        position=position,
    )


async def reorder(session: AsyncSession, position: int) -> None:
    """It happened after the next one."""
    await _run(
        session,
        "UPDATE audit_leaves SET position = -1 WHERE position = :position",
        "UPDATE audit_leaves SET position = :position WHERE position = CAST(:position AS bigint) + 1",
        "UPDATE audit_leaves SET position = CAST(:position AS bigint) + 1 WHERE position = -1",
        position=position,
    )


KINDS: Mapping[str, Tampering] = {"edited": edit, "missing": delete, "inserted": insert, "reordered": reorder}


async def cover_up(session: AsyncSession) -> None:
    """Make every hash in the database fit what the entries say now."""
    rows = (
        await session.execute(
            text(f"""
                SELECT l.position, {ENTRY_COLUMNS} FROM audit_leaves l JOIN audit_entries e ON e.id = l.entry_id
                ORDER BY l.position
            """)
        )
    ).all()
    await _run(session, "DELETE FROM audit_nodes")
    sizes = set((await session.scalars(text("SELECT tree_size FROM audit_checkpoints"))).all())
    tree = Frontier()
    for row in rows:
        leaf_hash = hash_entry(entry_of(row))
        update = "UPDATE audit_leaves SET leaf_hash = :hash WHERE position = :position"
        await _run(session, update, hash=leaf_hash, position=row.position)
        for (level, index), node_hash in tree.append(leaf_hash):
            node = "INSERT INTO audit_nodes VALUES (:level, :index, :hash)"
            await _run(session, node, level=level, index=index, hash=node_hash)
        if tree.size in sizes:
            root = "UPDATE audit_checkpoints SET root_hash = :root WHERE tree_size = :size"
            await _run(session, root, root=tree.root, size=tree.size)
