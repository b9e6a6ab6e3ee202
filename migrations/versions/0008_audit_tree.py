"""the tree over the trail, its checkpoints, and what the trail is searched by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOW = sa.text("now()")

# Whatever way an entry comes in, it is listed; nobody but the owner needs a right to the list for that.
_QUEUE = """
    CREATE FUNCTION queue_audit_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        INSERT INTO public.audit_pending (entry_id) SELECT id FROM added;
        RETURN NULL;
    END
    $$
"""
_TRIGGER = """
    CREATE TRIGGER queue_audit_entries AFTER INSERT ON audit_entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_audit_entries()
"""


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock. Entries written so far are listed."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create_tree()
    op.execute(_QUEUE)
    op.execute(_TRIGGER)
    op.execute("INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entries")
    op.drop_index("ix_audit_entries_target_type_target_id", "audit_entries")
    # Entries of our own jobs are no organization's, and nobody searches them over HTTP.
    searchable = sa.text("organization_id IS NOT NULL")
    for columns in (["target_id", "id"], ["organization_id", "id"], ["actor", "id"], ["request_id"]):
        name = f"ix_audit_entries_{'_'.join(columns)}"
        op.create_index(name, "audit_entries", columns, postgresql_where=searchable)


def _create_tree() -> None:
    op.create_table(
        "audit_pending",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_pending")),
    )
    op.create_table(
        "audit_leaves",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_leaves")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_leaves_entry_id")),
    )
    op.create_table(
        "audit_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_audit_nodes")),
    )
    op.create_table(
        "audit_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_keys")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("tree_size", sa.BigInteger(), nullable=False),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("root_hash", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["audit_keys.id"], name=op.f("fk_audit_checkpoints_key_id")),
        sa.PrimaryKeyConstraint("tree_size", name=op.f("pk_audit_checkpoints")),
    )


def downgrade() -> None:
    """Take the step back: entries stay, what proved them goes."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER queue_audit_entries ON audit_entries")
    op.execute("DROP FUNCTION queue_audit_entries()")
    for table in ("audit_checkpoints", "audit_keys", "audit_nodes", "audit_leaves", "audit_pending"):
        op.drop_table(table)
    for index in ("request_id", "actor_id", "organization_id_id", "target_id_id"):
        op.drop_index(f"ix_audit_entries_{index}", "audit_entries")
    op.create_index("ix_audit_entries_target_type_target_id", "audit_entries", ["target_type", "target_id"])
