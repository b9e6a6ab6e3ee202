"""evidence and appraisals."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "uploads",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_uploads_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_organization_id"), "uploads", ["organization_id"], unique=False)
    op.create_index(op.f("ix_uploads_sha256"), "uploads", ["sha256"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_evidence_assignment_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_evidence_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_assignment_id"), "evidence", ["assignment_id"], unique=False)
    op.create_table(
        "appraisals",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("appraised_by", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_appraisals_evidence_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_appraisals_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisals")),
        sa.UniqueConstraint(
            "evidence_id", "evidence_version", "level", name=op.f("uq_appraisals_evidence_id_evidence_version_level")
        ),
    )
    op.create_index("ix_appraisals_evidence_id_decided_at", "appraisals", ["evidence_id", "decided_at"], unique=False)
    op.create_index(
        "ix_appraisals_organization_id_decided_at", "appraisals", ["organization_id", "decided_at"], unique=False
    )
    op.create_table(
        "completion_evidence",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_completion_evidence_assignment_id")
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_completion_evidence_evidence_id")),
        sa.PrimaryKeyConstraint("assignment_id", "evidence_id", name=op.f("pk_completion_evidence")),
    )
    op.create_index(op.f("ix_completion_evidence_evidence_id"), "completion_evidence", ["evidence_id"], unique=False)
    op.create_table(
        "evidence_versions",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=True),
        sa.Column("document_issued_on", sa.Date(), nullable=True),
        sa.Column("document_issuer", sa.String(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_versions_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_versions")),
        sa.UniqueConstraint("evidence_id", "number", name=op.f("uq_evidence_versions_evidence_id_number")),
    )
    op.create_table(
        "evidence_files",
        sa.Column("evidence_version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_version_id"], ["evidence_versions.id"], name=op.f("fk_evidence_files_evidence_version_id")
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_evidence_files_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_files")),
        sa.UniqueConstraint(
            "evidence_version_id", "position", name=op.f("uq_evidence_files_evidence_version_id_position")
        ),
    )
    op.create_index(op.f("ix_evidence_files_upload_id"), "evidence_files", ["upload_id"], unique=False)
    op.create_table(
        "evidence_findings",
        sa.Column("evidence_version_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_version_id"], ["evidence_versions.id"], name=op.f("fk_evidence_findings_evidence_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_findings")),
        sa.UniqueConstraint("evidence_version_id", "step", name=op.f("uq_evidence_findings_evidence_version_id_step")),
    )


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("evidence_findings")
    op.drop_index(op.f("ix_evidence_files_upload_id"), table_name="evidence_files")
    op.drop_table("evidence_files")
    op.drop_table("evidence_versions")
    op.drop_index(op.f("ix_completion_evidence_evidence_id"), table_name="completion_evidence")
    op.drop_table("completion_evidence")
    op.drop_index("ix_appraisals_organization_id_decided_at", table_name="appraisals")
    op.drop_index("ix_appraisals_evidence_id_decided_at", table_name="appraisals")
    op.drop_table("appraisals")
    op.drop_index(op.f("ix_evidence_assignment_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index(op.f("ix_uploads_sha256"), table_name="uploads")
    op.drop_index(op.f("ix_uploads_organization_id"), table_name="uploads")
    op.drop_table("uploads")
