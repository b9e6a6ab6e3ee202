"""whose verdict is awaited, kept as rows; claims, requests for more, withdrawn verdicts and notices."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.awaited_verdicts import AWAITED, FOLLOW, PLACE, SHOWN, TRIGGERS
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
    let_change,
    let_read,
    protect,
    reaches,
    unprotect,
)

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NEW = ("pending_appraisals", "supplement_requests", "notices")
_ASKED = ("evidence_versions", "appraisals")
"""Beside plans, assignments, evidence and what it proves, which the wall is asked of already."""

_RIGHTS = {
    TASKS: {"pending_appraisals, supplement_requests, notices": "SELECT"},
    EVIDENCE: {
        "pending_appraisals": "SELECT, UPDATE (claimed_by, claimed_by_issuer, claimed_until)",
        "supplement_requests": "SELECT, INSERT",
        "notices": "SELECT, UPDATE (read_at, read_by)",
        "appraisals": "UPDATE (withdrawn_at, withdrawn_by, withdrawal_reason)",
    },
    WORKER: {
        "pending_appraisals": "SELECT, UPDATE (escalated_at, escalated_to)",
        "supplement_requests": "SELECT, UPDATE (expired_at)",
        "notices": "SELECT, INSERT",
    },
    OPERATOR: {", ".join(_NEW): "SELECT, INSERT, UPDATE, DELETE"},
    # Whose verdict is awaited follows from facts that three services write: the database keeps it, for all of them.
    WALL: {
        "pending_appraisals": "SELECT, INSERT, UPDATE, DELETE",
        "supplement_requests, evidence_versions, appraisals": "SELECT",
        "evidence": "UPDATE (version)",
    },
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("evidence_versions", sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False))
    _withdraw_verdicts()
    _create_pending()
    _create_supplement_requests()
    _create_notices()
    for role, rights in _RIGHTS.items():
        grant(role, rights)
    _protect()
    _keep_pending()


def _withdraw_verdicts() -> None:
    for name in ("waiting_since", "withdrawn_at"):
        op.add_column("appraisals", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("appraisals", sa.Column("due_on", sa.Date()))
    for name in ("withdrawn_by", "withdrawal_reason"):
        op.add_column("appraisals", sa.Column(name, sa.String()))
    op.drop_constraint(op.f("uq_appraisals_evidence_id_evidence_version_level"), "appraisals")
    op.create_index(
        "uq_appraisals_standing",
        "appraisals",
        ["evidence_id", "evidence_version", "level"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _create_pending() -> None:
    name = "pending_appraisals"
    op.create_table(
        name,
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("risk", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplement", sa.String()),
        sa.Column("claimed_by", sa.String()),
        sa.Column("claimed_by_issuer", sa.String()),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("escalated_at", sa.DateTime(timezone=True)),
        sa.Column("escalated_to", sa.Uuid()),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f(f"fk_{name}_evidence_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f(f"fk_{name}_organization_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f(f"fk_{name}_assignment_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f(f"fk_{name}_plan_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["organizations.id"], name=op.f(f"fk_{name}_lead_id")),
        sa.ForeignKeyConstraint(["escalated_to"], ["organizations.id"], name=op.f(f"fk_{name}_escalated_to")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(
        "ix_pending_appraisals_by_risk", name, ["organization_id", sa.text("(-risk)"), "since", "evidence_id"]
    )
    op.create_index("ix_pending_appraisals_by_age", name, ["organization_id", "since", "evidence_id"])
    op.create_index(
        "ix_pending_appraisals_escalated",
        name,
        ["escalated_to", "since", "evidence_id"],
        postgresql_where=sa.text("escalated_to IS NOT NULL"),
    )
    op.create_index("ix_pending_appraisals_since", name, ["since"], postgresql_where=sa.text("escalated_at IS NULL"))


def _create_supplement_requests() -> None:
    name = "supplement_requests"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expired_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f(f"fk_{name}_evidence_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f(f"fk_{name}_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_evidence_id"), name, ["evidence_id"])
    op.create_index(f"ix_{name}_unexpired", name, ["named_on"], postgresql_where=sa.text("expired_at IS NULL"))


def _create_notices() -> None:
    name = "notices"
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("read_by", sa.String()),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f(f"fk_{name}_organization_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f(f"fk_{name}_assignment_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f(f"fk_{name}_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_organization_id_id", name, ["organization_id", "id"])
    op.create_index(f"ix_{name}_unread", name, ["organization_id", "id"], postgresql_where=sa.text("read_at IS NULL"))


def _protect() -> None:
    """A body's queue is its own and of all above it; a request for more is known to whoever knows the evidence."""
    for table in _NEW:
        protect(table)
    own = f"organization_id = {ORGANIZATION}"
    let_read("pending_appraisals", f"{own} OR escalated_to = {ORGANIZATION} OR {reaches('organization_id')}")
    let_change("pending_appraisals", own, own)
    known = "(SELECT true FROM evidence e WHERE e.id = supplement_requests.evidence_id)"
    let_read("supplement_requests", known)
    let_add("supplement_requests", f"{own} AND {known}")
    let_read("notices", own)
    let_change("notices", own, own)
    # The level is the body's that stands there now: who succeeds a body answers for its verdicts too.
    reviews = (
        f"(SELECT {ORGANIZATION} = ANY (p.reviewing_organization_ids) FROM evidence e"
        " JOIN assignments a ON a.id = e.assignment_id JOIN plans p ON p.id = a.plan_id"
        " WHERE e.id = appraisals.evidence_id)"
    )
    let_change("appraisals", reviews, reviews)


def _keep_pending() -> None:
    for table in _ASKED:
        op.execute(f"CREATE POLICY answering ON {table} FOR SELECT TO {WALL} USING (true)")
    op.execute(f"CREATE POLICY answering ON supplement_requests FOR SELECT TO {WALL} USING (true)")
    op.execute(f"CREATE POLICY locking ON evidence FOR UPDATE TO {WALL} USING (true)")
    op.execute(f"CREATE POLICY keeping ON pending_appraisals TO {WALL} USING (true) WITH CHECK (true)")
    op.execute(AWAITED)
    op.execute(PLACE)
    op.execute(FOLLOW)
    op.execute("REVOKE ALL ON FUNCTION place_pending_appraisals(uuid[], timestamptz) FROM PUBLIC")
    # The owner is held to the policies too, and would see no evidence to place.
    op.execute("ALTER TABLE evidence NO FORCE ROW LEVEL SECURITY")
    give_to_wall("awaited_verdicts", kind="VIEW")
    give_to_wall("place_pending_appraisals(uuid[], timestamptz)")
    op.execute("SELECT place_pending_appraisals(ARRAY(SELECT id FROM evidence), NULL)")
    op.execute("ALTER TABLE evidence FORCE ROW LEVEL SECURITY")
    give_to_wall("follow_awaited_verdicts()")
    for name, when in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER follow_{name} AFTER {when} EXECUTE FUNCTION follow_awaited_verdicts()")
    op.execute(SHOWN)
    give_to_wall("shown_pending_appraisals", kind="VIEW")
    op.execute(f"GRANT SELECT ON shown_pending_appraisals TO {EVIDENCE}")


def downgrade() -> None:
    """Take the step back: withdrawn verdicts are lost, for nothing would tell them from those that stand."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, when in TRIGGERS.items():
        op.execute(f"DROP TRIGGER follow_{name} ON {when.split(' ON ')[1].split()[0]}")
    op.execute("DROP VIEW shown_pending_appraisals")
    op.execute("DROP FUNCTION follow_awaited_verdicts(), place_pending_appraisals(uuid[], timestamptz)")
    op.execute("DROP VIEW awaited_verdicts")
    op.execute("DROP POLICY locking ON evidence")
    op.execute("DROP POLICY changing ON appraisals")
    for table in _ASKED:
        op.execute(f"DROP POLICY answering ON {table}")
        op.execute(f"REVOKE SELECT ON {table} FROM {WALL}")
    op.execute(f"REVOKE UPDATE (version) ON evidence FROM {WALL}")
    op.execute("DROP POLICY keeping ON pending_appraisals")
    op.execute("DROP POLICY answering ON supplement_requests")
    for table in _NEW:
        unprotect(table)
        op.drop_table(table)
    op.execute(f"REVOKE UPDATE (withdrawn_at, withdrawn_by, withdrawal_reason) ON appraisals FROM {EVIDENCE}")
    op.execute("ALTER TABLE appraisals NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM appraisals WHERE withdrawn_at IS NOT NULL")
    op.execute("ALTER TABLE appraisals FORCE ROW LEVEL SECURITY")
    op.drop_index("uq_appraisals_standing", "appraisals")
    op.create_unique_constraint(
        op.f("uq_appraisals_evidence_id_evidence_version_level"),
        "appraisals",
        ["evidence_id", "evidence_version", "level"],
    )
    for column in ("waiting_since", "due_on", "withdrawn_at", "withdrawn_by", "withdrawal_reason"):
        op.drop_column("appraisals", column)
    op.drop_column("evidence_versions", "risk")
