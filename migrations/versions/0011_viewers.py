"""who may see a task or a plan, as rows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create("task")
    _create("plan")
    op.execute("""
        INSERT INTO task_viewers SELECT DISTINCT v.organization_id, a.task_id
        FROM assignment_viewers v JOIN assignments a ON a.id = v.assignment_id
    """)
    op.execute("""
        INSERT INTO plan_viewers SELECT DISTINCT v.organization_id, t.plan_id
        FROM task_viewers v JOIN tasks t ON t.id = v.task_id
    """)


def _create(thing: str) -> None:
    table, column = f"{thing}_viewers", f"{thing}_id"
    op.create_table(
        table,
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f(f"fk_{table}_organization_id")),
        sa.ForeignKeyConstraint([column], [f"{thing}s.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("organization_id", column, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("plan_viewers")
    op.drop_table("task_viewers")
