"""row-level security: what `shared.db.visibility` says, said again by the database."""

from collections.abc import Sequence

from alembic import op

from migrations.walls import ORGANIZATION, let_add, let_change, let_read, let_remove, protect, reaches, unprotect

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_PUBLISHED = "visibility = 'public' AND state = 'active'"


def _shown(table: str, column: str, thing: str) -> str:
    """SQL: the caller's organization has a row among the viewers of the assignment, task or plan in `column`."""
    return (
        f"EXISTS (SELECT 1 FROM {thing}_viewers v"
        f" WHERE v.organization_id = {ORGANIZATION} AND v.{thing}_id = {table}.{column})"
    )


def _of_plan(table: str, condition: str = "true") -> str:
    """SQL: the plan of the row may be seen, and meets `condition`."""
    return f"EXISTS (SELECT 1 FROM plans p WHERE p.id = {table}.plan_id AND {condition})"


def _known(table: str, column: str, other: str) -> str:
    """SQL: the row of `other` in `column` may be seen."""
    return f"EXISTS (SELECT 1 FROM {other} other WHERE other.id = {table}.{column})"


_ISSUED = reaches("p.issuer_id")
_OWN = f"organization_id = {ORGANIZATION}"

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
)


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _PROTECTED:
        protect(table)
    _plans()
    _assignments()
    _evidence()
    _records()
    _people()


def _plans() -> None:
    own = reaches("issuer_id")
    seen = f"{_shown('plans', 'id', 'plan')} OR {own} OR ({_PUBLISHED})"
    let_read("plans", seen)
    let_add("plans", own)
    let_change("plans", seen, own)
    let_read("plan_imports", own)
    let_add("plan_imports", own)
    let_change("plan_imports", own, own)
    for table in ("task_groups", "indicators"):
        let_read(table, _of_plan(table))
        let_add(table, _of_plan(table, _ISSUED))
    let_read("tasks", f"{_shown('tasks', 'id', 'task')} OR {_of_plan('tasks', f'({_ISSUED} OR {_PUBLISHED})')}")
    let_add("tasks", _of_plan("tasks", _ISSUED))
    let_read("task_organizations", _known("task_organizations", "task_id", "tasks"))
    issued = f"EXISTS (SELECT 1 FROM tasks t JOIN plans p ON p.id = t.plan_id WHERE t.id = task_id AND {_ISSUED})"
    let_add("task_organizations", issued)


def _assignments() -> None:
    for table in ("assignment_viewers", "task_viewers", "plan_viewers"):
        let_read(table, _OWN)
    of_assignment = (
        "EXISTS (SELECT 1 FROM assignments a JOIN plans p ON p.id = a.plan_id"
        f" WHERE a.id = {{}}.assignment_id AND {_ISSUED})"
    )
    let_add("assignment_viewers", of_assignment.format("assignment_viewers"))
    let_add(
        "task_viewers",
        "EXISTS (SELECT 1 FROM tasks t JOIN plans p ON p.id = t.plan_id"
        f" WHERE t.id = task_viewers.task_id AND {_ISSUED})",
    )
    let_add("plan_viewers", _of_plan("plan_viewers", _ISSUED))
    issued = _of_plan("assignments", _ISSUED)
    seen = f"{_shown('assignments', 'id', 'assignment')} OR {issued}"
    let_read("assignments", seen)
    let_add("assignments", issued)
    let_change("assignments", seen, f"{reaches('organization_id')} OR {issued}")
    for table in ("assignment_transitions", "progress_updates", "completion_evidence", "alerts"):
        let_read(table, _shown(table, "assignment_id", "assignment"))
    led = "EXISTS (SELECT 1 FROM assignments a WHERE a.id = {}.assignment_id AND {})"
    let_add("progress_updates", f"{_OWN} AND {led.format('progress_updates', reaches('a.organization_id'))}")
    opened = of_assignment.format("assignment_transitions")
    moved = led.format("assignment_transitions", reaches("a.organization_id"))
    let_add("assignment_transitions", f"{_OWN} AND ({moved} OR {opened})")
    claimed = led.format("completion_evidence", reaches("a.organization_id"))
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
    of_files = "EXISTS (SELECT 1 FROM evidence_files f WHERE f.upload_id = uploads.id)"
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
    mine = f"EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = users.id AND {reaches('m.organization_id')})"
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


def downgrade() -> None:
    """Take the step back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _PROTECTED:
        unprotect(table)
