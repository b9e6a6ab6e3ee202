"""tasks may be due on days that come back, and assignments within their cycle."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("tasks", sa.Column("deadline_days", postgresql.JSONB(), server_default="[]", nullable=False))
    op.alter_column("tasks", "deadline_days", server_default=None)
    op.add_column("assignments", sa.Column("cycle_due_on", sa.Date(), nullable=True))
    # The owner, too, sees rows through policies only: here it has to see all of them.
    op.execute("ALTER TABLE assignments NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE assignments SET cycle_due_on = cycle_ends_on")
    op.execute("ALTER TABLE assignments FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take it back."""
    op.drop_column("assignments", "cycle_due_on")
    op.drop_column("tasks", "deadline_days")
