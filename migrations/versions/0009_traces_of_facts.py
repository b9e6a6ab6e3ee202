"""facts carry the trace of the request that made them true; dead deliveries are counted without reading them all."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("outbox_events", sa.Column("traceparent", sa.String(), nullable=True))
    op.create_index("ix_deliveries_dead", "deliveries", ["id"], postgresql_where=sa.text("state = 'dead'"))


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_deliveries_dead", table_name="deliveries")
    op.drop_column("outbox_events", "traceparent")
