"""row-level security: what `shared.db.visibility` says, said again by the database."""

from collections.abc import Sequence

from alembic import op

from migrations.walls import (
    ORGANIZATION,
    WALL,
    create_functions,
    issued,
    let_add,
    let_change,
    let_read,
    let_remove,
    protect,
    published,
    reaches,
    unprotect,
)

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OWN = f"organization_id = {ORGANIZATION}"


def _shown(table: str, column: str, thing: str) -> str:
    """SQL: the caller's organization has a row among the viewers of the assignment, task or plan in `column`.

    A scalar, here and below: EXISTS the planner may answer from a list of all there is, made for each statement.
    """
    ordered = f" AND v.due_key = {table}.due_key" if table == "assignments" else ""
    return (
        f"(SELECT true FROM {thing}_viewers v"
        f" WHERE v.organization_id = {ORGANIZATION}{ordered} AND v.{thing}_id = {table}.{column} LIMIT 1)"
    )


def _known(table: str, column: str, other: str) -> str:
    """SQL: the row of `other` in `column` may be seen."""
    return f"(SELECT true FROM {other} other WHERE other.id = {table}.{column})"


_PROTECTED = (
    "plans",
    "plan_imports",
    "task_groups",
    "indicators",
    "tasks",
    "task_organizations",
    "assignments",
    "assignment_viewers",
    "task_viewers",
    "plan_viewers",
    "assignment_transitions",
    "progress_updates",
    "completion_evidence",
    "alerts",
    "alert_acknowledgements",
    "uploads",
    "evidence",
    "evidence_versions",
    "evidence_files",
    "evidence_findings",
    "appraisals",
    "audit_entries",
    "idempotency_records",
    "outbox_events",
    "deliveries",
    "users",
    "memberships",
    "clients",
    "token_keys",
    "used_tokens",
)


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_functions()
    for table in _PROTECTED:
        protect(table)
    op.execute(f"CREATE POLICY answering ON plans FOR SELECT TO {WALL} USING (true)")
    _plans()
    _assignments()
    _evidence()
    _records()
    _people()


def _plans() -> None:
    own = reaches("issuer_id")
    seen = f"{_shown('plans', 'id', 'plan')} OR {own} OR (visibility = 'public' AND state = 'active')"
    let_read("plans", seen)
    let_add("plans", own)
    let_change("plans", seen, own)
    let_read("plan_imports", own)
    let_add("plan_imports", own)
    let_change("plan_imports", own, own)
    for table in ("task_groups", "indicators"):
        let_read(table, _known(table, "plan_id", "plans"))
        let_add(table, issued("plan_id"))
    let_read("tasks", f"{_shown('tasks', 'id', 'task')} OR {issued('plan_id')} OR {published('plan_id')}")
    let_add("tasks", issued("plan_id"))
    let_read("task_organizations", _known("task_organizations", "task_id", "tasks"))
    let_add("task_organizations", _in("tasks", "task_organizations.task_id", issued("t.plan_id")))


def _in(table: str, row: str, condition: str) -> str:
    """SQL: the row `t` of a table that may be seen meets a condition."""
    return f"(SELECT {condition} FROM {table} t WHERE t.id = {row})"


def _assignments() -> None:
    for table in ("assignment_viewers", "task_viewers", "plan_viewers"):
        let_read(table, _OWN)
    let_add("assignment_viewers", _in("assignments", "assignment_viewers.assignment_id", issued("t.plan_id")))
    let_add("task_viewers", _in("tasks", "task_viewers.task_id", issued("t.plan_id")))
    let_add("plan_viewers", issued("plan_id"))
    seen = f"{_shown('assignments', 'id', 'assignment')} OR {issued('plan_id')}"
    let_read("assignments", seen)
    let_add("assignments", issued("plan_id"))
    let_change("assignments", seen, f"{reaches('organization_id')} OR {issued('plan_id')}")
    for table in ("assignment_transitions", "progress_updates", "completion_evidence", "alerts"):
        let_read(table, _shown(table, "assignment_id", "assignment"))
    led = reaches("t.organization_id")
    let_add("progress_updates", f"{_OWN} AND {_in('assignments', 'progress_updates.assignment_id', led)}")
    moved = _in("assignments", "assignment_transitions.assignment_id", f"({led} OR {issued('t.plan_id')})")
    let_add("assignment_transitions", f"{_OWN} AND {moved}")
    claimed = _in("assignments", "completion_evidence.assignment_id", led)
    let_add("completion_evidence", claimed)
    let_remove("completion_evidence", claimed)
    let_read("alert_acknowledgements", _known("alert_acknowledgements", "alert_id", "alerts"))
    let_add("alert_acknowledgements", f"{_OWN} AND {_known('alert_acknowledgements', 'alert_id', 'alerts')}")


def _evidence() -> None:
    own = reaches("organization_id")
    seen = _shown("evidence", "assignment_id", "assignment")
    let_read("evidence", seen)
    let_add("evidence", seen)
    let_change("evidence", seen, seen)
    let_read("evidence_versions", _known("evidence_versions", "evidence_id", "evidence"))
    let_add("evidence_versions", _known("evidence_versions", "evidence_id", "evidence"))
    let_read("evidence_files", _known("evidence_files", "evidence_version_id", "evidence_versions"))
    let_add("evidence_files", _known("evidence_files", "evidence_version_id", "evidence_versions"))
    let_read("evidence_findings", _known("evidence_findings", "evidence_version_id", "evidence_versions"))
    let_read("appraisals", _known("appraisals", "evidence_id", "evidence"))
    let_add("appraisals", f"{_OWN} AND {_known('appraisals', 'evidence_id', 'evidence')}")
    of_files = "(SELECT true FROM evidence_files f WHERE f.upload_id = uploads.id LIMIT 1)"
    let_read("uploads", f"{own} OR {of_files}")
    let_add("uploads", _OWN)


def _records() -> None:
    let_read("audit_entries", reaches("organization_id"))
    let_add("audit_entries", _OWN)
    kept = "caller = current_setting('theodoi.caller', true)"
    let_read("idempotency_records", kept)
    let_add("idempotency_records", kept)
    let_change("idempotency_records", kept, kept)
    let_add("outbox_events", f"{ORGANIZATION} IS NOT NULL")


def _people() -> None:
    account = "issuer = current_setting('theodoi.issuer', true) AND subject = current_setting('theodoi.subject', true)"
    user = "nullif(current_setting('theodoi.user', true), '')::uuid"
    mine = f"(SELECT true FROM memberships m WHERE m.user_id = users.id AND {reaches('m.organization_id')} LIMIT 1)"
    seen = f"id = {user} OR ({account}) OR {reaches('organization_id')} OR {mine}"
    let_read("users", seen)
    let_add("users", f"{ORGANIZATION} IS NOT NULL")
    let_change("users", seen, "true")
    managed = reaches("organization_id")
    let_read("memberships", f"user_id = {user} OR {managed}")
    let_add("memberships", managed)
    let_change("memberships", managed, managed)
    let_read("clients", f"{managed} OR issuer = current_setting('theodoi.issuer', true)")
    let_add("clients", managed)
    let_change("clients", managed, managed)
    presented = "issuer = current_setting('theodoi.issuer', true)"
    let_read("token_keys", f"client_id IS NULL OR {presented} OR {_known('token_keys', 'client_id', 'clients')}")
    of_client = f"(SELECT {reaches('c.organization_id')} FROM clients c WHERE c.id = token_keys.client_id)"
    let_add("token_keys", of_client)
    let_change("token_keys", of_client, of_client)
    let_read("used_tokens", presented)
    let_add("used_tokens", presented)


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP POLICY answering ON plans")
    for table in _PROTECTED:
        unprotect(table)
    op.execute("DROP FUNCTION theodoi_plan_issued(uuid), theodoi_plan_published(uuid)")
