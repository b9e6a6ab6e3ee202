"""amendments change indicators too, and say why one could not be applied."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.walls import WORKER, grant, issued, let_read

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("indicators", sa.Column("state", sa.String(), server_default="active", nullable=False))
    op.add_column("amendments", sa.Column("failure", sa.String()))
    op.add_column("amendment_changes", sa.Column("indicator_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_amendment_changes_indicator_id"), "amendment_changes", "indicators", ["indicator_id"], ["id"]
    )
    op.create_index(op.f("ix_amendment_changes_indicator_id"), "amendment_changes", ["indicator_id"])
    grant(WORKER, {"indicators": "INSERT, UPDATE", "indicator_targets": "INSERT, UPDATE"})
    _let_read(of_indicators=True)


def downgrade() -> None:
    """Take the step back: what amendments did to indicators stays done, and is no longer told."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE amendment_changes NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM amendment_changes WHERE indicator_id IS NOT NULL OR field = 'indicator'")
    op.execute("ALTER TABLE amendment_changes FORCE ROW LEVEL SECURITY")
    _let_read(of_indicators=False)
    op.execute(f"REVOKE INSERT, UPDATE ON indicators, indicator_targets FROM {WORKER}")
    op.drop_column("amendment_changes", "indicator_id")
    op.drop_column("amendments", "failure")
    op.drop_column("indicators", "state")


def _let_read(*, of_indicators: bool) -> None:
    """Of what an amendment changes, one knows the tasks one knows, and the indicators and the term of a known plan."""
    own = f"(SELECT {issued('a.plan_id')} FROM amendments a WHERE a.id = amendment_changes.amendment_id)"
    of_task = "(SELECT true FROM tasks t WHERE t.id = amendment_changes.task_id)"
    of_plan = "(SELECT true FROM amendments a WHERE a.id = amendment_changes.amendment_id)"
    shown = "field = 'ends_on' OR indicator_id IS NOT NULL" if of_indicators else "field = 'ends_on'"
    op.execute("DROP POLICY reading ON amendment_changes")
    let_read("amendment_changes", f"{own} OR {of_task} OR (({shown}) AND {of_plan})")
