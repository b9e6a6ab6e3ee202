"""Moves pending entries to the end of the tree and signs what it has become, in one transaction.

The list of pending entries is a table, not a cursor: an entry that commits late is found late, and never skipped. One
chain lengthens the tree at a time, and what it did not commit it has not done.
"""

from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.audit_chain import queries
from services.alerts_worker.audit_chain.notes import Checkpoint, NoteRefused, key_hash, open_note, sign, verifier_of
from shared.db.ids import new_id
from shared.db.models import AuditCheckpoint
from shared.db.trail import load_nodes
from shared.domain.audit_leaves import hash_entry
from shared.domain.merkle import Frontier, full_subtrees

BATCH = 5_000
"""Entries under one checkpoint at most."""
ORIGIN = "theodoi/audit/"


class ChainBroken(Exception):
    """The tree in the database is not the one that was signed: nothing may be added to it until somebody looked."""


async def chain_batch(
    session: AsyncSession,
    key: Ed25519PrivateKey,
    *,
    now: datetime,
    written: Checkpoint | None = None,
    limit: int = BATCH,
) -> int:
    """Take up to `limit` pending entries into the tree; returns how many, 0 also while another worker is at it.

    `written` is the newest checkpoint outside the database. Raises ChainBroken when the database no longer holds it,
    or when its tree has another root than its newest checkpoint.
    """
    if not await queries.try_lock(session):
        return 0
    last = await queries.find_last_checkpoint(session)
    frontier = await _tree_of(session, last, key)
    await _ensure_holds(session, written)
    pending = await queries.list_pending(session, limit)
    if not pending:
        return 0
    first = frontier.size
    hashes = [hash_entry(entry) for entry in pending]
    completed = [node for leaf_hash in hashes for node in frontier.append(leaf_hash)]
    await queries.add_leaves(session, first, [UUID(entry["id"]) for entry in pending], hashes)
    await queries.add_nodes(session, completed)
    checkpoint = Checkpoint(last.origin if last else f"{ORIGIN}{new_id()}", frontier.size, frontier.root, now)
    await _add_checkpoint(session, checkpoint, key, first)
    return len(pending)


async def _add_checkpoint(session: AsyncSession, checkpoint: Checkpoint, key: Ed25519PrivateKey, first: int) -> None:
    row = AuditCheckpoint(
        tree_size=checkpoint.tree_size,
        first_position=first,
        root_hash=checkpoint.root_hash,
        origin=checkpoint.origin,
        note=sign(checkpoint, key),
        key_id=key_hash(checkpoint.origin, key.public_key()).hex(),
        created_at=checkpoint.at,
    )
    await queries.add_checkpoint(session, row, verifier_of(checkpoint.origin, key.public_key()))


async def _tree_of(session: AsyncSession, last: AuditCheckpoint | None, key: Ed25519PrivateKey) -> Frontier:
    """The right edge of the tree as last signed."""
    if last is None:
        return Frontier()
    wanted = full_subtrees((0, last.tree_size))
    nodes = await load_nodes(session, wanted)
    if len(nodes) < len(wanted):
        raise ChainBroken(f"subtrees of the tree of {last.tree_size} leaves are missing")
    frontier = Frontier(last.tree_size, [nodes[node] for node in wanted])
    # A checkpoint of an earlier key is believed as far as the one outside the database says the same.
    ours = last.key_id == key_hash(last.origin, key.public_key()).hex()
    try:
        signed = open_note(last.note, [key.public_key()]) if ours else None
    except NoteRefused as error:
        raise ChainBroken(f"the checkpoint of {last.tree_size} leaves is not the one that was signed") from error
    if frontier.root != (signed.root_hash if signed else last.root_hash) or (
        signed and signed.tree_size != frontier.size
    ):
        raise ChainBroken(f"the tree of {last.tree_size} leaves has another root than its checkpoint")
    return frontier


async def _ensure_holds(session: AsyncSession, written: Checkpoint | None) -> None:
    if written is None:
        return
    kept = await session.get(AuditCheckpoint, written.tree_size)
    if kept is None or (kept.origin, kept.root_hash) != (written.origin, written.root_hash):
        raise ChainBroken(f"the checkpoint of {written.tree_size} leaves, written outside, is gone or another")
