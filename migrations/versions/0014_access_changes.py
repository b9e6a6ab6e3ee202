"""access changes: a row for each statement that may change what somebody may do, for whoever remembers callers."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

from migrations.walls import APIS, OPERATOR, WALL, WORKER, give_to_wall

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CAUSES: Mapping[str, str] = {
    "users": "UPDATE OF issuer, subject, deactivated_at, deactivated_by OR DELETE OR TRUNCATE",
    "memberships": "INSERT OR UPDATE OR DELETE OR TRUNCATE",
    "organizations": "UPDATE OF code, path, valid_to OR DELETE OR TRUNCATE",
    "organization_successions": "INSERT OR UPDATE OR DELETE OR TRUNCATE",
    "clients": "UPDATE OR DELETE OR TRUNCATE",
    "token_keys": "UPDATE OR DELETE OR TRUNCATE",
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "access_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_changes")),
    )
    op.execute("""
        CREATE FUNCTION note_access_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp
        AS $$ BEGIN INSERT INTO access_changes DEFAULT VALUES; RETURN NULL; END $$
    """)
    op.execute(f"GRANT INSERT ON access_changes TO {WALL}")
    give_to_wall("note_access_change()")
    op.execute(f"GRANT SELECT ON access_changes TO {APIS}")
    op.execute(f"GRANT SELECT, INSERT, DELETE ON access_changes TO {WORKER}, {OPERATOR}")
    for table, events in _CAUSES.items():
        op.execute(
            f"CREATE TRIGGER note_access_change AFTER {events} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION note_access_change()"
        )


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _CAUSES:
        op.execute(f"DROP TRIGGER note_access_change ON {table}")
    op.execute("DROP FUNCTION note_access_change()")
    op.drop_table("access_changes")
