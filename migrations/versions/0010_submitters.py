"""who submitted a version of evidence is an issuer and a subject."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Null where it was not kept yet: such a version counts as submitted by the subject of any issuer.
    op.add_column("evidence_versions", sa.Column("submitted_by_issuer", sa.String(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("evidence_versions", "submitted_by_issuer")
