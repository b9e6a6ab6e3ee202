"""The trail of writes, and the Merkle tree that shows it was not changed since.

Entries are only ever added, and by whoever writes; a trigger lists each in `audit_pending`. The rest belongs to the
worker: it moves the pending ones to the end of the tree and signs a checkpoint, all in one transaction.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified

SEARCHABLE = "organization_id IS NOT NULL"


class AuditEntry(Identified, Base):
    """Who did what to what, from where, in the transaction that did it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        # Entries of our own jobs are no organization's, and nobody searches them over HTTP.
        Index("ix_audit_entries_target_id_id", "target_id", "id", postgresql_where=text(SEARCHABLE)),
        Index("ix_audit_entries_organization_id_id", "organization_id", "id", postgresql_where=text(SEARCHABLE)),
        Index("ix_audit_entries_actor_id", "actor", "id", postgresql_where=text(SEARCHABLE)),
        Index("ix_audit_entries_request_id", "request_id", postgresql_where=text(SEARCHABLE)),
    )

    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    client: Mapped[str]
    organization_id: Mapped[UUID | None]
    action: Mapped[str]
    target_type: Mapped[str]
    target_id: Mapped[UUID]
    before: Mapped[dict[str, object] | None]
    after: Mapped[dict[str, object] | None]
    request_id: Mapped[str | None]
    address: Mapped[str | None]


class AuditPending(Base):
    """An entry that is not in the tree yet. Late commits are no later than their row here."""

    __tablename__ = "audit_pending"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class AuditLeaf(Base):
    """The place of an entry in the tree, from 0, and the hash of what it said when it was put there."""

    __tablename__ = "audit_leaves"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)
    leaf_hash: Mapped[bytes]


class AuditNode(Base):
    """The hash of a full subtree of the tree, above the leaves (`shared.domain.merkle`)."""

    __tablename__ = "audit_nodes"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class AuditKey(Base):
    """The public half of a key that signs checkpoints, as a verifier of signed notes takes it."""

    __tablename__ = "audit_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    verifier: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditCheckpoint(Base):
    """The signed root of the tree when it had `tree_size` leaves, the first of this batch at `first_position`."""

    __tablename__ = "audit_checkpoints"

    tree_size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_position: Mapped[int] = mapped_column(BigInteger)
    root_hash: Mapped[bytes]
    origin: Mapped[str]
    note: Mapped[str]
    key_id: Mapped[str] = mapped_column(ForeignKey("audit_keys.id"))
    created_at: Mapped[datetime]
