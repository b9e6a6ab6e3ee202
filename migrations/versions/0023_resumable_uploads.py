"""uploads that are resumed, their parts, and what organizations take up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.walls import (
    EVIDENCE,
    OPERATOR,
    ORGANIZATION,
    TASKS,
    WORKER,
    grant,
    let_add,
    let_change,
    let_read,
    let_remove,
    protect,
    unprotect,
)

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = ("resumable_uploads", "upload_parts", "upload_usage")

_RIGHTS = {
    TASKS: {", ".join(_NEW): "SELECT"},
    EVIDENCE: {
        "resumable_uploads": "SELECT, INSERT, UPDATE, DELETE",
        "upload_parts": "SELECT, INSERT, UPDATE, DELETE",
        "upload_usage": "SELECT, INSERT, UPDATE",
    },
    # What nobody finished is collected by the worker.
    WORKER: {
        "resumable_uploads": "SELECT, UPDATE, DELETE",
        "upload_parts": "SELECT, DELETE",
        "upload_usage": "SELECT, UPDATE",
    },
    OPERATOR: {", ".join(_NEW): "SELECT, INSERT, UPDATE, DELETE"},
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("uploads", sa.Column("captured_at", sa.DateTime(timezone=True)))
    _create_resumable()
    _create_usage()
    for role, rights in _RIGHTS.items():
        grant(role, rights)
    _protect()


def _create_resumable() -> None:
    op.create_table(
        "resumable_uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("metadata_text", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("sha256", sa.String()),
        sa.Column("captured_at", sa.DateTime(timezone=True)),
        sa.Column("completed_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_resumable_uploads_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resumable_uploads")),
    )
    op.create_index(op.f("ix_resumable_uploads_organization_id"), "resumable_uploads", ["organization_id"])
    op.create_index(op.f("ix_resumable_uploads_expires_at"), "resumable_uploads", ["expires_at"])
    op.create_table(
        "upload_parts",
        sa.Column("resumable_upload_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resumable_upload_id"], ["resumable_uploads.id"], name=op.f("fk_upload_parts_resumable_upload_id")
        ),
        sa.PrimaryKeyConstraint("resumable_upload_id", "starts_at", name=op.f("pk_upload_parts")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_upload_parts_storage_key")),
    )


def _create_usage() -> None:
    op.create_table(
        "upload_usage",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_upload_usage_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_upload_usage")),
    )
    # The owner is held to the policies too, and would see no row to count.
    op.execute("ALTER TABLE uploads NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO upload_usage (organization_id, size) SELECT organization_id, sum(size) FROM uploads GROUP BY 1"
    )
    op.execute("ALTER TABLE uploads FORCE ROW LEVEL SECURITY")


def _protect() -> None:
    """What is on its way concerns the organization that sends it, and nobody above."""
    for table in _NEW:
        protect(table)
    own = f"organization_id = {ORGANIZATION}"
    of_own = "(SELECT true FROM resumable_uploads r WHERE r.id = upload_parts.resumable_upload_id)"
    for table, condition in (("resumable_uploads", own), ("upload_parts", of_own), ("upload_usage", own)):
        let_read(table, condition)
        let_add(table, condition)
        let_change(table, condition, condition)
        if table != "upload_usage":
            let_remove(table, condition)


def downgrade() -> None:
    """Take the step back: what is still on its way has to be sent anew."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _NEW:
        unprotect(table)
    for table in reversed(_NEW):
        op.drop_table(table)
    op.drop_column("uploads", "captured_at")
