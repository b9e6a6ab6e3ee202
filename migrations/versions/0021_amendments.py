"""amendments of plans, cell by cell, and the terms that assignments had before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.walls import (
    EVIDENCE,
    OPERATOR,
    ORGANIZATION,
    TASKS,
    WORKER,
    grant,
    issued,
    let_add,
    let_read,
    protect,
    unprotect,
)

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = ("amendments", "amendment_changes", "assignment_deadlines")

_RIGHTS = {
    TASKS: {"amendments, amendment_changes": "SELECT, INSERT", "assignment_deadlines": "SELECT"},
    EVIDENCE: {"amendments, amendment_changes, assignment_deadlines": "SELECT"},
    # Who records an amendment may see less than it changes: the worker applies it.
    WORKER: {
        "amendments, amendment_changes": "SELECT, UPDATE",
        "assignment_deadlines": "SELECT, INSERT",
        "plans": "UPDATE",
        "tasks": "INSERT, UPDATE",
        "task_groups": "INSERT",
        "task_organizations": "INSERT, UPDATE, DELETE",
        "assignment_viewers": "UPDATE",
    },
    OPERATOR: {", ".join(_NEW): "SELECT, INSERT, UPDATE, DELETE"},
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("tasks", sa.Column("state", sa.String(), server_default="active", nullable=False))
    op.add_column("task_organizations", sa.Column("since", sa.Date()))
    # A cancelled task keeps its code, and so may the one that takes its place.
    op.drop_constraint(op.f("uq_tasks_plan_id_code"), "tasks")
    standing = sa.text("state <> 'cancelled'")
    op.create_index("uq_tasks_standing", "tasks", ["plan_id", "code"], unique=True, postgresql_where=standing)
    op.create_index("ix_tasks_plan_id_code", "tasks", ["plan_id", "code"])
    _create_amendments()
    _create_deadlines()
    op.add_column("plan_imports", sa.Column("corrected", JSONB(), server_default=sa.text("'{}'"), nullable=False))
    for column, table in (("amends_plan_id", "plans"), ("amendment_id", "amendments")):
        op.add_column("plan_imports", sa.Column(column, sa.Uuid()))
        op.create_foreign_key(op.f(f"fk_plan_imports_{column}"), "plan_imports", table, [column], ["id"])
        op.create_index(op.f(f"ix_plan_imports_{column}"), "plan_imports", [column])
    for role, rights in _RIGHTS.items():
        grant(role, rights)
    _protect()


def _create_amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("plan_import_id", sa.Uuid()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_amendments_plan_id")),
        sa.ForeignKeyConstraint(["plan_import_id"], ["plan_imports.id"], name=op.f("fk_amendments_plan_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("plan_id", "number", "issued_on", name=op.f("uq_amendments_plan_id_number_issued_on")),
    )
    op.create_index(op.f("ix_amendments_plan_import_id"), "amendments", ["plan_import_id"])
    op.create_table(
        "amendment_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Uuid()),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", JSONB()),
        sa.Column("after", JSONB()),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendments.id"], name=op.f("fk_amendment_changes_amendment_id")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_amendment_changes_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_changes")),
    )
    op.create_index("ix_amendment_changes_amendment_id_position", "amendment_changes", ["amendment_id", "position"])
    op.create_index(op.f("ix_amendment_changes_task_id"), "amendment_changes", ["task_id"])


def _create_deadlines() -> None:
    name = "assignment_deadlines"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amendment_id", sa.Uuid()),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("named_on", sa.Date()),
        sa.Column("roadmap", JSONB(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f(f"fk_{name}_assignment_id")),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendments.id"], name=op.f(f"fk_{name}_amendment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f(f"uq_{name}_assignment_id_number")),
    )
    op.create_index(op.f(f"ix_{name}_amendment_id"), name, ["amendment_id"])


def _protect() -> None:
    """An amendment is known to whoever knows its plan; of its changes, those of the tasks one knows. What it will add
    concerns the issuer alone until it is in force.
    """
    for table in _NEW:
        protect(table)
    known = "(SELECT true FROM plans p WHERE p.id = amendments.plan_id)"
    let_read("amendments", known)
    let_add("amendments", issued("plan_id"))
    own = f"(SELECT {issued('a.plan_id')} FROM amendments a WHERE a.id = amendment_changes.amendment_id)"
    of_task = "(SELECT true FROM tasks t WHERE t.id = amendment_changes.task_id)"
    of_plan = "(field = 'ends_on' AND (SELECT true FROM amendments a WHERE a.id = amendment_changes.amendment_id))"
    let_read("amendment_changes", f"{own} OR {of_task} OR {of_plan}")
    let_add("amendment_changes", own)
    shown = (
        f"(SELECT true FROM assignment_viewers v WHERE v.organization_id = {ORGANIZATION}"
        " AND v.assignment_id = assignment_deadlines.assignment_id LIMIT 1)"
    )
    let_read("assignment_deadlines", shown)


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _NEW:
        unprotect(table)
    for column in ("amendment_id", "amends_plan_id", "corrected"):
        op.drop_column("plan_imports", column)
    for table in reversed(_NEW):
        op.drop_table(table)
    op.execute(f"REVOKE UPDATE ON tasks FROM {WORKER}")  # the rest it had before
    op.execute(f"REVOKE INSERT ON tasks, task_groups, task_organizations FROM {WORKER}")
    op.execute(f"REVOKE DELETE ON task_organizations FROM {WORKER}")
    op.drop_column("task_organizations", "since")
    op.drop_index("ix_tasks_plan_id_code", "tasks")
    op.drop_index("uq_tasks_standing", "tasks")
    op.create_unique_constraint(op.f("uq_tasks_plan_id_code"), "tasks", ["plan_id", "code"])
    op.drop_column("tasks", "state")
