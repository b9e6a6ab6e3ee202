"""assignments and alerts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "assignments",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_kind", sa.String(), nullable=False),
        sa.Column("cycle_starts_on", sa.Date(), nullable=False),
        sa.Column("cycle_ends_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_key", sa.Date(), nullable=False),
        sa.Column("roadmap", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_on", sa.Date(), nullable=True),
        sa.Column("overdue_from", sa.Date(), nullable=True),
        sa.Column("lagging_from", sa.Date(), nullable=True),
        sa.Column("poor_quality_from", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_assignments_organization_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_assignments_plan_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_assignments_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint(
            "task_id",
            "organization_id",
            "cycle_starts_on",
            "cycle_kind",
            name=op.f("uq_assignments_task_id_organization_id_cycle_starts_on_cycle_kind"),
        ),
    )
    op.create_index(
        "ix_assignments_organization_id_due_key", "assignments", ["organization_id", "due_key", "id"], unique=False
    )
    op.create_index("ix_assignments_plan_id", "assignments", ["plan_id"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_alerts_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_assignment_id", "alerts", ["assignment_id"], unique=False)
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["assignment_id", "rule"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_table(
        "assignment_transitions",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=True),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_transitions_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_assignment_transitions_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_transitions")),
    )
    op.create_index(
        "ix_assignment_transitions_assignment_id_occurred_at",
        "assignment_transitions",
        ["assignment_id", "occurred_at"],
        unique=False,
    )
    op.create_table(
        "assignment_viewers",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("due_key", sa.Date(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_viewers_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_assignment_viewers_organization_id")
        ),
        sa.PrimaryKeyConstraint("organization_id", "due_key", "assignment_id", name=op.f("pk_assignment_viewers")),
    )
    op.create_index(op.f("ix_assignment_viewers_assignment_id"), "assignment_viewers", ["assignment_id"], unique=False)
    op.create_table(
        "progress_updates",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("narrative", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_progress_updates_assignment_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_progress_updates_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_updates")),
    )
    op.create_index(
        "ix_progress_updates_assignment_id_recorded_at",
        "progress_updates",
        ["assignment_id", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "alert_acknowledgements",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_acknowledgements_alert_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_alert_acknowledgements_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_acknowledgements")),
    )
    op.create_index(op.f("ix_alert_acknowledgements_alert_id"), "alert_acknowledgements", ["alert_id"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_alert_acknowledgements_alert_id"), table_name="alert_acknowledgements")
    op.drop_table("alert_acknowledgements")
    op.drop_index("ix_progress_updates_assignment_id_recorded_at", table_name="progress_updates")
    op.drop_table("progress_updates")
    op.drop_index(op.f("ix_assignment_viewers_assignment_id"), table_name="assignment_viewers")
    op.drop_table("assignment_viewers")
    op.drop_index("ix_assignment_transitions_assignment_id_occurred_at", table_name="assignment_transitions")
    op.drop_table("assignment_transitions")
    op.drop_index("uq_alerts_open", table_name="alerts", postgresql_where=sa.text("closed_on IS NULL"))
    op.drop_index("ix_alerts_assignment_id", table_name="alerts")
    op.drop_table("alerts")
    op.drop_index("ix_assignments_plan_id", table_name="assignments")
    op.drop_index("ix_assignments_organization_id_due_key", table_name="assignments")
    op.drop_table("assignments")
