"""deliveries know their lane, so that each lane is claimed from one end of an index.

What is not done is updated while the table is locked against every reader: migrate with the services stopped.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WANTED = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("deliveries", sa.Column("lane", sa.String(), server_default="prompt", nullable=False))
    # The owner is held to the policies too, and would see no row.
    op.execute("ALTER TABLE deliveries NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE deliveries SET lane = 'looking' WHERE state <> 'done'"
        " AND handler IN ('check_evidence', 'go_on_checking', 'snapshot_link', 'verify_doubted')"
    )
    op.execute("ALTER TABLE deliveries FORCE ROW LEVEL SECURITY")
    op.drop_index("ix_deliveries_due", "deliveries")
    op.create_index("ix_deliveries_due", "deliveries", ["lane", "due_at"], postgresql_where=_WANTED)


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_deliveries_due", "deliveries")
    op.create_index("ix_deliveries_due", "deliveries", ["due_at"], postgresql_where=_WANTED)
    op.drop_column("deliveries", "lane")
