"""accounts: who registered them, and from which day they count as idle."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock. Known accounts count from today."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("users", sa.Column("organization_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_users_organization_id"), "users", "organizations", ["organization_id"], ["id"])
    op.create_index(op.f("ix_users_organization_id"), "users", ["organization_id"])
    op.add_column("users", sa.Column("vouched_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False))
    op.create_index(op.f("ix_memberships_user_id"), "memberships", ["user_id"])


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_memberships_user_id"), "memberships")
    op.drop_column("users", "vouched_on")
    op.drop_column("users", "organization_id")
