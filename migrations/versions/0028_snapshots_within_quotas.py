"""snapshots of public addresses count against the quota of who submitted them."""

from collections.abc import Sequence

from alembic import op

from migrations.walls import WORKER, grant

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SNAPSHOTS = (
    "SELECT organization_id, sum(size) AS size FROM uploads WHERE uploaded_by = 'system:snapshot_link' GROUP BY 1"
)
_TABLES = ("uploads", "upload_usage")


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    grant(WORKER, {"upload_usage": "INSERT"})
    _count(
        f"INSERT INTO upload_usage (organization_id, size) {_SNAPSHOTS}"
        " ON CONFLICT (organization_id) DO UPDATE SET size = upload_usage.size + excluded.size"
    )


def downgrade() -> None:
    """Take the step back: snapshots are not counted."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _count(
        f"UPDATE upload_usage SET size = upload_usage.size - s.size FROM ({_SNAPSHOTS}) s"
        " WHERE s.organization_id = upload_usage.organization_id"
    )
    op.execute(f"REVOKE INSERT ON upload_usage FROM {WORKER}")


def _count(statement: str) -> None:
    """The owner is held to the policies too, and would see no row."""
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
