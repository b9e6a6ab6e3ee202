"""work passes on with successions, names and the calendar are kept as they were on each day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.walls import (
    APIS,
    OPERATOR,
    ORGANIZATION,
    TASKS,
    WORKER,
    give_to_wall,
    grant,
    let_read,
    protect,
    unprotect,
)

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KEY = ["task_id", "organization_id", "cycle_starts_on", "cycle_kind"]
_UNIQUE = "uq_assignments_task_id_organization_id_cycle_starts_on__c77a"
"""As the step that made it shortened the name."""
_UNIQUE_CARRIED = "uq_assignments_promise"
_NEW_TABLES = ("organization_renames", "assignment_transfers", "calendar_changes")


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _successions()
    _transfers()
    _calendar()
    for table in _NEW_TABLES:
        op.execute(f"GRANT SELECT ON {table} TO {APIS}, {WORKER}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {OPERATOR}")
    _show_origin()


def _successions() -> None:
    op.add_column("organization_successions", sa.Column("task_ids", sa.ARRAY(sa.Uuid()), nullable=True))
    op.create_table(
        "organization_renames",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("previous_name", sa.String(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_organization_renames_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_renames")),
        sa.UniqueConstraint(
            "organization_id", "effective_on", name=op.f("uq_organization_renames_organization_id_effective_on")
        ),
    )
    grant(TASKS, {"organization_renames": "INSERT"})
    grant(
        WORKER,
        {
            "organization_renames": "UPDATE",
            "organization_aliases": "INSERT",
            "plans, task_organizations": "UPDATE",
        },
    )


def _transfers() -> None:
    op.create_table(
        "assignment_transfers",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("from_organization_id", sa.Uuid(), nullable=False),
        sa.Column("to_organization_id", sa.Uuid(), nullable=False),
        sa.Column("succession_id", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_transfers_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_organization_id"], ["organizations.id"], name=op.f("fk_assignment_transfers_from_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["succession_id"], ["organization_successions.id"], name=op.f("fk_assignment_transfers_succession_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organization_id"], ["organizations.id"], name=op.f("fk_assignment_transfers_to_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_transfers")),
    )
    op.create_index(
        "ix_assignment_transfers_assignment_id_transferred_at",
        "assignment_transfers",
        ["assignment_id", "transferred_at"],
        unique=False,
    )
    grant(WORKER, {"assignment_transfers": "INSERT"})
    protect("assignment_transfers")
    let_read(
        "assignment_transfers",
        "(SELECT true FROM assignment_viewers v"
        f" WHERE v.organization_id = {ORGANIZATION} AND v.assignment_id = assignment_transfers.assignment_id LIMIT 1)",
    )
    op.add_column("assignments", sa.Column("carried_from_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_assignments_carried_from_id"), "assignments", "organizations", ["carried_from_id"], ["id"]
    )
    op.drop_constraint(_UNIQUE, "assignments", type_="unique")
    op.create_unique_constraint(
        _UNIQUE_CARRIED, "assignments", [*_KEY, "carried_from_id"], postgresql_nulls_not_distinct=True
    )


def _calendar() -> None:
    op.add_column("calendar_days", sa.Column("instrument", sa.String(), nullable=True))
    op.add_column("calendar_days", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column(
        "calendar_days",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_table(
        "calendar_changes",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind_before", sa.String(), nullable=True),
        sa.Column("kind_after", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_changes")),
    )
    op.create_index(op.f("ix_calendar_changes_changed_at"), "calendar_changes", ["changed_at"], unique=False)
    grant(TASKS, {"calendar_days": "INSERT, UPDATE, DELETE", "calendar_changes": "INSERT"})
    # A deadline that moves takes its place in every list along.
    grant(WORKER, {"assignment_viewers": "UPDATE"})


_SHOWN = """
        SELECT a.id, a.task_id, a.plan_id, a.organization_id, a.cycle_kind, a.cycle_starts_on, a.cycle_ends_on,
               a.starts_on, a.due_on, a.due_key, a.status, a.percent, a.verdict, a.submitted_on, a.completed_on,
               a.overdue_from, a.lagging_from, a.poor_quality_from, a.version,
               t.code AS task_code, t.title AS task_title, t.required_output, t.deadline_text,
               p.number AS plan_number {more}
        FROM assignments a
        JOIN tasks t ON t.id = a.task_id
        JOIN plans p ON p.id = a.plan_id
        WHERE (SELECT true FROM assignment_viewers v
               WHERE v.organization_id = (SELECT {organization}) AND v.due_key = a.due_key AND v.assignment_id = a.id
               LIMIT 1)
"""


def _show_origin() -> None:
    """The list of assignments tells apart what a body owes itself and what it has taken over."""
    shown = _SHOWN.format(more=", a.carried_from_id", organization=ORGANIZATION)
    op.execute(f"CREATE OR REPLACE VIEW shown_assignments WITH (security_barrier = true) AS {shown}")


def downgrade() -> None:
    """Take the step back. Work that has passed on stays where it is."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP VIEW shown_assignments")
    shown = _SHOWN.format(more="", organization=ORGANIZATION)
    op.execute(f"CREATE VIEW shown_assignments WITH (security_barrier = true) AS {shown}")
    give_to_wall("shown_assignments", kind="VIEW")
    op.execute(f"GRANT SELECT ON shown_assignments TO {TASKS}")
    op.drop_constraint(_UNIQUE_CARRIED, "assignments", type_="unique")
    op.create_unique_constraint(_UNIQUE, "assignments", _KEY)
    op.drop_column("assignments", "carried_from_id")
    unprotect("assignment_transfers")
    for table in reversed(_NEW_TABLES):
        op.drop_table(table)
    for column in ("updated_at", "version", "instrument"):
        op.drop_column("calendar_days", column)
    op.drop_column("organization_successions", "task_ids")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON calendar_days FROM {TASKS}")
    op.execute(f"REVOKE INSERT ON organization_aliases FROM {WORKER}")
    op.execute(f"REVOKE UPDATE ON plans, task_organizations, assignment_viewers FROM {WORKER}")
