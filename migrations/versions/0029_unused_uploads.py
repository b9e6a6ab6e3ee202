"""uploads that no evidence uses can be removed; uploads joined of others say so.

All uploads in use are updated while their table is locked against every reader: migrate with the services stopped.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.walls import EVIDENCE, ORGANIZATION, WORKER, grant, let_change, let_remove

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_RIGHTS = {
    EVIDENCE: {"uploads": "DELETE, UPDATE (used_at)"},
    # What nobody uses is collected by the worker.
    WORKER: {"uploads": "DELETE, UPDATE (used_at)"},
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("resumable_uploads", sa.Column("concat_text", sa.String()))
    op.add_column("uploads", sa.Column("used_at", sa.DateTime(timezone=True)))
    # The owner is held to the policies too, and would see no row.
    for table in ("uploads", "evidence_files"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE uploads SET used_at = created_at"
        " WHERE EXISTS (SELECT 1 FROM evidence_files f WHERE f.upload_id = uploads.id)"
    )
    for table in ("uploads", "evidence_files"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.create_index("ix_uploads_unused", "uploads", ["created_at"], postgresql_where=sa.text("used_at IS NULL"))
    for role, rights in _RIGHTS.items():
        grant(role, rights)
    own = f"organization_id = {ORGANIZATION}"
    let_change("uploads", own, own)
    let_remove("uploads", own)


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for policy in ("changing", "removing"):
        op.execute(f"DROP POLICY {policy} ON uploads")
    op.execute(f"REVOKE DELETE ON uploads FROM {EVIDENCE}, {WORKER}")
    op.drop_index("ix_uploads_unused", "uploads")
    op.drop_column("uploads", "used_at")
    op.drop_column("resumable_uploads", "concat_text")
