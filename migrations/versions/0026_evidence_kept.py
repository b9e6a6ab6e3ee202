"""evidence that is withdrawn, proves several assignments, names a public address, and whose bytes are read again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.walls import (
    EVIDENCE,
    OPERATOR,
    ORGANIZATION,
    TASKS,
    WALL,
    WORKER,
    give_to_wall,
    grant,
    let_add,
    let_read,
    protect,
    unprotect,
)

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = ("evidence_assignments", "link_snapshots")

_RIGHTS = {
    TASKS: {", ".join(_NEW): "SELECT"},
    EVIDENCE: {"evidence_assignments": "SELECT, INSERT", "link_snapshots": "SELECT"},
    WORKER: {
        "evidence_assignments": "SELECT",
        "link_snapshots": "SELECT, INSERT",
        # What stands is locked against a withdrawal, and never changed from here.
        "evidence": "UPDATE (version, updated_at)",
        "uploads": "INSERT, UPDATE (verified_at, damaged_at)",
        "evidence_files": "INSERT",
        "evidence_findings": "UPDATE (outcome, facts, found_at)",
        "completion_evidence": "DELETE",
    },
    OPERATOR: {", ".join(_NEW): "SELECT, INSERT, UPDATE, DELETE"},
    WALL: {"evidence_assignments": "SELECT"},
}

_SHOWN = (
    f"(SELECT true FROM assignment_viewers v WHERE v.organization_id = {ORGANIZATION}"
    " AND v.assignment_id = {column} LIMIT 1)"
)
_OF_HOME = _SHOWN.format(column="evidence.assignment_id")
_OF_ANY = "(SELECT true FROM evidence_assignments l WHERE l.evidence_id = evidence.id LIMIT 1)"


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in (
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_by", sa.String()),
        sa.Column("withdrawal_reason", sa.String()),
    ):
        op.add_column("evidence", column)
    op.add_column("evidence_versions", sa.Column("effective_on", sa.Date()))
    op.add_column("evidence_versions", sa.Column("link_url", sa.String()))
    _watch_files()
    _create_links()
    _create_snapshots()
    for role, rights in _RIGHTS.items():
        grant(role, rights)
    _protect()
    _let_links_show()


def _watch_files() -> None:
    instant = sa.DateTime(timezone=True)
    # Bytes are hashed as they arrive; what came before this step is due for another look all at once.
    op.add_column("uploads", sa.Column("verified_at", instant, server_default=sa.text("now()"), nullable=False))
    op.add_column("uploads", sa.Column("damaged_at", instant))
    sound = sa.text("damaged_at IS NULL")
    op.create_index("ix_uploads_verified_at", "uploads", ["verified_at"], postgresql_where=sound)
    op.create_index("ix_uploads_storage_key", "uploads", ["storage_key"])


def _create_links() -> None:
    name = "evidence_assignments"
    op.create_table(
        name,
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True)),
        sa.Column("linked_by", sa.String()),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f(f"fk_{name}_evidence_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f(f"fk_{name}_assignment_id")),
        sa.PrimaryKeyConstraint("evidence_id", "assignment_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_assignment_id"), name, ["assignment_id"])
    op.execute("ALTER TABLE evidence NO FORCE ROW LEVEL SECURITY")
    op.execute(f"INSERT INTO {name} (evidence_id, assignment_id) SELECT id, assignment_id FROM evidence")
    op.execute("ALTER TABLE evidence FORCE ROW LEVEL SECURITY")
    op.execute(f"ANALYZE {name}")  # the next step joins every row of it
    # Whoever writes evidence, the table of what it proves is whole.
    op.execute(f"""
        CREATE FUNCTION link_first_assignment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
        AS $$
        BEGIN
            INSERT INTO public.{name} (evidence_id, assignment_id) VALUES (NEW.id, NEW.assignment_id);
            RETURN NULL;
        END
        $$
    """)
    op.execute(
        "CREATE TRIGGER link_first_assignment AFTER INSERT ON evidence"
        " FOR EACH ROW EXECUTE FUNCTION link_first_assignment()"
    )


def _create_snapshots() -> None:
    name = "link_snapshots"
    op.create_table(
        name,
        sa.Column("evidence_version_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", JSONB(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_version_id"], ["evidence_versions.id"], name=op.f(f"fk_{name}_evidence_version_id")
        ),
        sa.PrimaryKeyConstraint("evidence_version_id", name=op.f(f"pk_{name}")),
    )


def _protect() -> None:
    """A link is known to whoever knows the assignment; whoever adds one knew the evidence before."""
    for table in _NEW:
        protect(table)
    for table in ("evidence", "evidence_assignments"):
        op.execute(f"GRANT SELECT ON {table} TO {WALL}")
        op.execute(f"CREATE POLICY answering ON {table} FOR SELECT TO {WALL} USING (true)")
    # The policy of links cannot look at evidence, whose own looks at links.
    op.execute(f"""
        CREATE FUNCTION theodoi_evidence_known(piece uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp
        AS $$ SELECT EXISTS (
            SELECT 1 FROM evidence e
            LEFT JOIN evidence_assignments l ON l.evidence_id = e.id
            JOIN assignment_viewers v
              ON v.assignment_id IN (e.assignment_id, l.assignment_id) AND v.organization_id = {ORGANIZATION}
            WHERE e.id = piece
        ) $$
    """)
    give_to_wall("theodoi_evidence_known(uuid)")
    shown = _SHOWN.format(column="evidence_assignments.assignment_id")
    let_read("evidence_assignments", shown)
    let_add("evidence_assignments", f"{shown} AND theodoi_evidence_known(evidence_id)")
    of_version = "(SELECT true FROM evidence_versions o WHERE o.id = link_snapshots.evidence_version_id)"
    let_read("link_snapshots", of_version)


def _let_links_show() -> None:
    """Evidence is known to whoever knows any assignment it proves."""
    seen = f"{_OF_HOME} OR {_OF_ANY}"
    op.execute(f"ALTER POLICY reading ON evidence USING ({seen})")
    op.execute(f"ALTER POLICY changing ON evidence USING ({seen}) WITH CHECK ({seen})")


def downgrade() -> None:
    """Take the step back. What proved several assignments proves the first alone again; what was withdrawn stands, and
    nothing tells damaged files any more.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"ALTER POLICY reading ON evidence USING ({_OF_HOME})")
    op.execute(f"ALTER POLICY changing ON evidence USING ({_OF_HOME}) WITH CHECK ({_OF_HOME})")
    for table in _NEW:
        unprotect(table)
    op.execute("DROP TRIGGER link_first_assignment ON evidence")
    op.execute("DROP FUNCTION link_first_assignment()")
    op.execute("DROP POLICY answering ON evidence")
    op.execute("DROP POLICY answering ON evidence_assignments")
    op.execute(f"REVOKE SELECT ON evidence FROM {WALL}")
    op.execute("DROP FUNCTION theodoi_evidence_known(uuid)")
    for table in _NEW:
        op.drop_table(table)
    op.execute(f"REVOKE INSERT ON uploads, evidence_files FROM {WORKER}")
    op.execute(f"REVOKE UPDATE (version, updated_at) ON evidence FROM {WORKER}")
    op.execute(f"REVOKE UPDATE (outcome, facts, found_at) ON evidence_findings FROM {WORKER}")
    op.execute(f"REVOKE DELETE ON completion_evidence FROM {WORKER}")
    op.drop_index("ix_uploads_storage_key", "uploads")
    op.drop_index("ix_uploads_verified_at", "uploads")
    for column in ("damaged_at", "verified_at"):
        op.drop_column("uploads", column)
    for column in ("link_url", "effective_on"):
        op.drop_column("evidence_versions", column)
    for column in ("withdrawal_reason", "withdrawn_by", "withdrawn_at"):
        op.drop_column("evidence", column)
