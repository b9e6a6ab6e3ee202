"""findings of each file, with tool and policy; when checks that stopped go on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.walls import WORKER, grant

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OLD_KEY = "uq_evidence_findings_evidence_version_id_step"
_NEW_KEY = "uq_evidence_findings_evidence_version_id_step_position"
_DUE = "ix_evidence_versions_checks_due_at"


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    # What earlier checks found was about whole versions, and named neither tool nor rules.
    for column, kind, default in (
        ("position", sa.Integer(), "0"),
        ("tool", sa.String(), "theodoi"),
        ("tool_version", sa.String(), "0"),
        ("policy_version", sa.Integer(), "0"),
        ("message", sa.String(), ""),
    ):
        op.add_column("evidence_findings", sa.Column(column, kind, server_default=default, nullable=False))
    op.drop_constraint(op.f(_OLD_KEY), "evidence_findings")
    op.create_unique_constraint(op.f(_NEW_KEY), "evidence_findings", ["evidence_version_id", "step", "position"])
    op.add_column("evidence_versions", sa.Column("check_runs", sa.Integer(), server_default="0", nullable=False))
    # The default comes after the column: versions that were checked before have nothing due.
    op.add_column("evidence_versions", sa.Column("checks_due_at", sa.DateTime(timezone=True)))
    op.alter_column("evidence_versions", "checks_due_at", server_default=sa.text("now() + interval '10 minutes'"))
    due = sa.text("checks_due_at IS NOT NULL")
    op.create_index(_DUE, "evidence_versions", ["checks_due_at"], postgresql_where=due)
    grant(WORKER, {"evidence_findings": "UPDATE"})  # a file that waits for the scanner stops waiting


def downgrade() -> None:
    """Take the step back. There was one finding for each step: of several files only the first keeps its own."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE UPDATE ON evidence_findings FROM {WORKER}")
    op.drop_index(_DUE, "evidence_versions")
    op.drop_column("evidence_versions", "checks_due_at")
    op.drop_column("evidence_versions", "check_runs")
    # The owner is held to the policies too, and would see no finding to remove.
    op.execute("ALTER TABLE evidence_findings NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "DELETE FROM evidence_findings f USING evidence_findings first WHERE first.position < f.position"
        " AND first.evidence_version_id = f.evidence_version_id AND first.step = f.step"
    )
    op.execute("ALTER TABLE evidence_findings FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f(_NEW_KEY), "evidence_findings")
    op.create_unique_constraint(op.f(_OLD_KEY), "evidence_findings", ["evidence_version_id", "step"])
    for column in ("message", "policy_version", "tool_version", "tool", "position"):
        op.drop_column("evidence_findings", column)
