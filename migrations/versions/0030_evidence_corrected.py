"""requests for more that are withdrawn, notices of succeeded organizations, and whose work evidence proves.

All findings of first pages are updated while their table is locked against every reader: migrate with the services
stopped.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.awaited_verdicts import AWAITED, TRIGGERS
from migrations.walls import EVIDENCE, ORGANIZATION, give_to_wall, let_change, reaches

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OWN = f"organization_id = {ORGANIZATION}"
# As `shared.db.succession.list_succeeded`: not of those that an organization below has succeeded.
_OWN_OR_SUCCEEDED = (
    "organization_id IN (WITH RECURSIVE own AS ("
    f"SELECT {ORGANIZATION} AS id UNION SELECT s.predecessor_id FROM organization_successions s"
    " JOIN own ON own.id = s.receiver_id WHERE s.kind IN ('merge', 'dissolve') AND s.applied_at IS NOT NULL"
    ") SELECT id FROM own)"
)
# What the body took back holds its verdict no longer. Its time runs on: it was its own request.
_AWAITED = AWAITED.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
_STANDING = _AWAITED.replace("WHERE r.evidence_id = e.id", "WHERE r.evidence_id = e.id AND r.withdrawn_at IS NULL")
_FOLLOWED = TRIGGERS["supplement_requests"]
_FOLLOWED_NOW = _FOLLOWED.replace("OF expired_at", "OF expired_at, withdrawn_at")


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"ALTER POLICY reading ON notices USING ({_OWN_OR_SUCCEEDED})")
    op.execute(f"ALTER POLICY changing ON notices USING ({_OWN_OR_SUCCEEDED}) WITH CHECK ({_OWN_OR_SUCCEEDED})")
    _withdraw_requests()
    # Where the store keeps a picture is nobody's business; it follows from the file.
    op.execute("ALTER TABLE evidence_findings NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE evidence_findings SET facts = facts - 'key' WHERE step = 'first_page'")
    op.execute("ALTER TABLE evidence_findings FORCE ROW LEVEL SECURITY")
    # Who knows one of the assignments need not know the others: the function tells one bit of them.
    op.execute(f"""
        CREATE FUNCTION theodoi_evidence_led_elsewhere(piece uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog, public, pg_temp
        AS $$ SELECT EXISTS (
            SELECT 1 FROM evidence_assignments l JOIN assignments a ON a.id = l.assignment_id
            WHERE l.evidence_id = piece AND NOT {reaches("a.organization_id")}
        ) $$
    """)
    give_to_wall("theodoi_evidence_led_elsewhere(uuid)")


def _withdraw_requests() -> None:
    op.add_column("supplement_requests", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    for name in ("withdrawn_by", "withdrawal_reason"):
        op.add_column("supplement_requests", sa.Column(name, sa.String()))
    op.execute(f"GRANT UPDATE (withdrawn_at, withdrawn_by, withdrawal_reason) ON supplement_requests TO {EVIDENCE}")
    reviews = (
        f"(SELECT {ORGANIZATION} = ANY (p.reviewing_organization_ids) FROM evidence e"
        " JOIN assignments a ON a.id = e.assignment_id JOIN plans p ON p.id = a.plan_id"
        " WHERE e.id = supplement_requests.evidence_id)"
    )
    let_change("supplement_requests", reviews, reviews)
    op.execute(_STANDING)
    _follow(_FOLLOWED_NOW)


def _follow(when: str) -> None:
    op.execute("DROP TRIGGER follow_supplement_requests ON supplement_requests")
    op.execute(f"CREATE TRIGGER follow_supplement_requests AFTER {when} EXECUTE FUNCTION follow_awaited_verdicts()")


def downgrade() -> None:
    """Take the step back: requests that were withdrawn are lost, for nothing would tell them from open ones."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION theodoi_evidence_led_elsewhere(uuid)")
    op.execute("ALTER TABLE supplement_requests NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM supplement_requests WHERE withdrawn_at IS NOT NULL")
    op.execute("ALTER TABLE supplement_requests FORCE ROW LEVEL SECURITY")
    _follow(_FOLLOWED)
    op.execute(_AWAITED)
    op.execute("DROP POLICY changing ON supplement_requests")
    for name in ("withdrawn_at", "withdrawn_by", "withdrawal_reason"):
        op.drop_column("supplement_requests", name)
    op.execute(f"ALTER POLICY reading ON notices USING ({_OWN})")
    op.execute(f"ALTER POLICY changing ON notices USING ({_OWN}) WITH CHECK ({_OWN})")
