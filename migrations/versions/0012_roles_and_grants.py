"""roles of the services, and which of them writes which table."""

from collections.abc import Sequence

from alembic import op

from migrations.walls import (
    EVIDENCE,
    OPERATOR,
    ROLES,
    TASKS,
    WALL,
    WORKER,
    create_roles,
    forbid_temporary_tables,
    give_to_wall,
    grant,
)

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READ, ADD, CHANGE = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE"

# What every service may do: leave facts and a trail, keep answers, read what is nobody's secret.
_COMMON = {
    "organizations, organization_aliases, organization_groups, organization_successions": READ,
    "calendar_days, alembic_version": READ,
    "plans, task_groups, indicators, plan_imports, tasks, task_organizations": READ,
    "assignments, assignment_transitions, progress_updates, completion_evidence": READ,
    "assignment_viewers, task_viewers, plan_viewers": READ,
    "alerts, alert_acknowledgements": READ,
    "uploads, evidence, evidence_versions, evidence_files, evidence_findings, appraisals": READ,
    "users, memberships, clients, token_keys": READ,
    "audit_entries": "SELECT, INSERT",
    "audit_leaves, audit_nodes, audit_keys, audit_checkpoints": READ,
    "outbox_events": "INSERT",
}

_APIS = {
    "idempotency_records": CHANGE,
    "used_tokens": ADD,
    "users": "UPDATE (last_seen_on)",
}

_RIGHTS = {
    TASKS: {
        # Bodies that plans name are added under their issuer; what stands is locked, and never changed from here.
        "organizations": "SELECT, INSERT, UPDATE (version, updated_at)",
        "organization_aliases, organization_successions": ADD,
        "plans, plan_imports": CHANGE,
        "task_groups, indicators, tasks, task_organizations": ADD,
        "assignments": CHANGE,
        "assignment_transitions, progress_updates, alert_acknowledgements": ADD,
        "completion_evidence": "SELECT, INSERT, DELETE",
        "assignment_viewers, task_viewers, plan_viewers": ADD,
        "users, memberships, clients, token_keys": CHANGE,
    },
    EVIDENCE: {
        "uploads, evidence_files, evidence_versions, appraisals": ADD,
        "evidence": CHANGE,
    },
    WORKER: {
        "assignments": CHANGE,
        "assignment_transitions": ADD,
        "completion_evidence": "SELECT, UPDATE",
        "assignment_viewers, task_viewers, plan_viewers": ADD,
        "alerts": CHANGE,
        "evidence_versions": "SELECT, UPDATE",
        "evidence_findings": ADD,
        "organizations, organization_successions": "SELECT, UPDATE",
        "users, memberships": "SELECT, UPDATE",
        "used_tokens, idempotency_records": "SELECT, DELETE",
        "audit_pending": "SELECT, DELETE",
        "audit_leaves, audit_nodes, audit_keys, audit_checkpoints": ADD,
        "outbox_events": "SELECT, INSERT, UPDATE",
        "deliveries": "SELECT, INSERT, UPDATE, DELETE",
        "schedule_ticks": "SELECT, INSERT, DELETE",
    },
}


def upgrade() -> None:
    """Take the step, giving up rather than queueing behind a long-held lock."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    create_roles()
    for role in (TASKS, EVIDENCE, WORKER):
        grant(role, _COMMON)
        grant(role, _RIGHTS[role])
    for role in (TASKS, EVIDENCE):
        grant(role, _APIS)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {OPERATOR}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {OPERATOR}")
    grant(WALL, {"plans, organizations": READ, "audit_pending": "INSERT"})
    give_to_wall("queue_audit_entries()")
    forbid_temporary_tables()


def downgrade() -> None:
    """Take the step back. The roles stay: other databases of the server may use them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER FUNCTION queue_audit_entries() OWNER TO CURRENT_USER")
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {', '.join((*ROLES, WALL))}")
