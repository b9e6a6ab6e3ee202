"""a new key is noted as a change of access too, so that its absence may be remembered."""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FEWER = "UPDATE OR DELETE OR TRUNCATE"


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    _note(f"INSERT OR {_FEWER}")


def downgrade() -> None:
    """Take the step back."""
    _note(_FEWER)


def _note(events: str) -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER note_access_change ON token_keys")
    op.execute(
        f"CREATE TRIGGER note_access_change AFTER {events} ON token_keys"
        " FOR EACH STATEMENT EXECUTE FUNCTION note_access_change()"
    )
