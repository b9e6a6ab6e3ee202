"""snapshots of public addresses count against the quota of who submitted them.

All uploads are counted while their tables are locked against every reader: migrate with the services stopped.
"""

from collections.abc import Sequence

from alembic import op

from migrations.walls import WORKER, grant

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("uploads", "resumable_uploads", "upload_usage")


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    grant(WORKER, {"upload_usage": "INSERT"})
    # The owner is held to the policies too, and would see no row to count.
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    # Anew, for some of what was fetched may be counted already.
    op.execute("""
        INSERT INTO upload_usage (organization_id, size)
        SELECT organization_id, sum(size) FROM (
            SELECT organization_id, size FROM uploads
            UNION ALL SELECT organization_id, length FROM resumable_uploads WHERE completed_at IS NULL
        ) taken GROUP BY 1
        ON CONFLICT (organization_id) DO UPDATE SET size = excluded.size
    """)
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Take the step back: the worker counts nothing from here on."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE INSERT ON upload_usage FROM {WORKER}")
