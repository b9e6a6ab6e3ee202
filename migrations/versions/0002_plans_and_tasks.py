"""plans and tasks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "plans",
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer_text", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("reviewing_organization_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("reporting_rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["organizations.id"], name=op.f("fk_plans_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("issuer_id", "number", "issued_on", name=op.f("uq_plans_issuer_id_number_issued_on")),
    )
    op.create_index(op.f("ix_plans_issuer_id"), "plans", ["issuer_id"], unique=False)
    op.create_table(
        "indicators",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("target_text", sa.String(), nullable=True),
        sa.Column("comparator", sa.String(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("value_to", sa.Numeric(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("lead_text", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_indicators_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicators")),
    )
    op.create_index("ix_indicators_plan_id_position", "indicators", ["plan_id", "position"], unique=False)
    op.create_table(
        "plan_imports",
        sa.Column("issuer_id", sa.Uuid(), nullable=False),
        sa.Column("document_sha256", sa.String(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("proposal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["organizations.id"], name=op.f("fk_plan_imports_issuer_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_imports_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_imports")),
        sa.UniqueConstraint("issuer_id", "document_sha256", name=op.f("uq_plan_imports_issuer_id_document_sha256")),
    )
    op.create_index(op.f("ix_plan_imports_plan_id"), "plan_imports", ["plan_id"], unique=False)
    op.create_table(
        "task_groups",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_task_groups_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_groups")),
        sa.UniqueConstraint("plan_id", "no", name=op.f("uq_task_groups_plan_id_no")),
    )
    op.create_table(
        "tasks",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("general_task", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("required_output", sa.String(), nullable=True),
        sa.Column("kpi", sa.String(), nullable=True),
        sa.Column("lead_text", sa.String(), nullable=True),
        sa.Column("coordinating_text", sa.String(), nullable=True),
        sa.Column("deadline_text", sa.String(), nullable=True),
        sa.Column("deadline_kind", sa.String(), nullable=False),
        sa.Column("deadline_start", sa.Date(), nullable=True),
        sa.Column("deadline_due", sa.Date(), nullable=True),
        sa.Column("deadline_recurrence", sa.String(), nullable=True),
        sa.Column("milestones", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["task_groups.id"], name=op.f("fk_tasks_group_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_tasks_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_tasks_plan_id_code")),
    )
    op.create_index(op.f("ix_tasks_group_id"), "tasks", ["group_id"], unique=False)
    op.create_index(
        "ix_tasks_search_text",
        "tasks",
        ["search_text"],
        unique=False,
        postgresql_ops={"search_text": "text_pattern_ops"},
    )
    op.create_table(
        "task_organizations",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["organization_groups.id"], name=op.f("fk_task_organizations_group_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_task_organizations_organization_id")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_organizations_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_organizations")),
    )
    op.create_index(op.f("ix_task_organizations_group_id"), "task_organizations", ["group_id"], unique=False)
    op.create_index(
        op.f("ix_task_organizations_organization_id"), "task_organizations", ["organization_id"], unique=False
    )
    op.create_index("ix_task_organizations_task_id_role", "task_organizations", ["task_id", "role"], unique=False)


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_task_organizations_task_id_role", table_name="task_organizations")
    op.drop_index(op.f("ix_task_organizations_organization_id"), table_name="task_organizations")
    op.drop_index(op.f("ix_task_organizations_group_id"), table_name="task_organizations")
    op.drop_table("task_organizations")
    op.drop_index("ix_tasks_search_text", table_name="tasks", postgresql_ops={"search_text": "text_pattern_ops"})
    op.drop_index(op.f("ix_tasks_group_id"), table_name="tasks")
    op.drop_table("tasks")
    op.drop_table("task_groups")
    op.drop_index(op.f("ix_plan_imports_plan_id"), table_name="plan_imports")
    op.drop_table("plan_imports")
    op.drop_index("ix_indicators_plan_id_position", table_name="indicators")
    op.drop_table("indicators")
    op.drop_index(op.f("ix_plans_issuer_id"), table_name="plans")
    op.drop_table("plans")
