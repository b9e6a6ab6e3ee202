"""a view of what the caller may see of assignments, for the lists that are asked most."""

from collections.abc import Sequence

from alembic import op

from migrations.walls import ORGANIZATION, TASKS, WALL, give_to_wall

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ASKED = ("assignments", "tasks", "assignment_viewers")
"""Beside plans, which the wall's functions ask already."""


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _ASKED:
        op.execute(f"GRANT SELECT ON {table} TO {WALL}")
        op.execute(f"CREATE POLICY answering ON {table} FOR SELECT TO {WALL} USING (true)")
    # Whoever sees an assignment sees its task and plan: one look among the viewers says all that three policies would.
    # A scalar, as in the policies: a join the planner may answer from a list of all there is, made for each statement.
    # A barrier, so that no condition of a reader's is tried on rows that are not shown: its error would tell of them.
    op.execute(f"""
        CREATE VIEW shown_assignments WITH (security_barrier = true) AS
        SELECT a.id, a.task_id, a.plan_id, a.organization_id, a.cycle_kind, a.cycle_starts_on, a.cycle_ends_on,
               a.starts_on, a.due_on, a.due_key, a.status, a.percent, a.verdict, a.submitted_on, a.completed_on,
               a.overdue_from, a.lagging_from, a.poor_quality_from, a.version,
               t.code AS task_code, t.title AS task_title, t.required_output, t.deadline_text,
               p.number AS plan_number
        FROM assignments a
        JOIN tasks t ON t.id = a.task_id
        JOIN plans p ON p.id = a.plan_id
        WHERE (SELECT true FROM assignment_viewers v
               WHERE v.organization_id = (SELECT {ORGANIZATION}) AND v.due_key = a.due_key AND v.assignment_id = a.id
               LIMIT 1)
    """)
    give_to_wall("shown_assignments", kind="VIEW")
    op.execute(f"GRANT SELECT ON shown_assignments TO {TASKS}")


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP VIEW shown_assignments")
    for table in _ASKED:
        op.execute(f"DROP POLICY answering ON {table}")
        op.execute(f"REVOKE SELECT ON {table} FROM {WALL}")
