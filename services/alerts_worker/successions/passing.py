"""What one organization owes becomes the other's: open work, the names in tasks and the levels of appraisal.

Statements write many rows at once, each with its trail and its fact. What is finished or cancelled stays with whoever
did it, and so do evidence and verdicts.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Result, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.models import OrganizationSuccession
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.successions import ENDING
from shared.events import AssignmentTransferred

_ENDED = (AssignmentStatus.COMPLETED, AssignmentStatus.CANCELLED)

# Of a receiver with a list, the tasks in it; of the one that receives the rest, all others: those that a list names
# have passed already, for lists come first.
_TASK = "(CAST(:task_ids AS uuid[]) IS NULL OR {task} = ANY (CAST(:task_ids AS uuid[])))"

_TRAIL = """
        INSERT INTO audit_entries (id, actor, client, action, target_type, target_id, before, after)
        SELECT uuid_v7(), :actor, :client, {action}, {table}, id,
"""

# A body that led the same task in the same cycle owes both from now on: what was carried over says whose it was. Of two
# that would say the same, one stays where it is: its heirs may act on it there.
_TRANSFER = text(f"""
    WITH open AS (
        SELECT a.id FROM assignments a
        WHERE a.organization_id = :predecessor_id AND a.status <> ALL (CAST(:ended AS text[]))
          AND {_TASK.format(task="a.task_id")}
          AND NOT EXISTS (
              SELECT 1 FROM assignments other
              WHERE other.task_id = a.task_id
                AND other.cycle_starts_on = a.cycle_starts_on AND other.cycle_kind = a.cycle_kind
                AND (other.organization_id = :receiver_id
                     AND other.carried_from_id = coalesce(a.carried_from_id, a.organization_id)
                  OR other.organization_id = :predecessor_id AND other.id < a.id
                     AND coalesce(other.carried_from_id, other.organization_id)
                         = coalesce(a.carried_from_id, a.organization_id)))
        ORDER BY a.id LIMIT :limit FOR UPDATE OF a
    ), transferred AS (
        UPDATE assignments a
        SET organization_id = :receiver_id, carried_from_id = coalesce(a.carried_from_id, a.organization_id),
            version = a.version + 1, updated_at = :now
        FROM open WHERE a.id = open.id
        RETURNING a.id
    ), kept AS (
        INSERT INTO assignment_transfers (id, assignment_id, from_organization_id, to_organization_id, succession_id,
                                          effective_on, transferred_at)
        SELECT uuid_v7(), id, :predecessor_id, :receiver_id, :succession_id, :effective_on, :now FROM transferred
    ), published AS (
        INSERT INTO outbox_events (id, type, payload)
        SELECT uuid_v7(), '{AssignmentTransferred.type}',
               jsonb_build_object('assignment_id', id, 'from_organization_id', CAST(:predecessor_id AS uuid),
                                  'to_organization_id', CAST(:receiver_id AS uuid))
        FROM transferred
    ), recorded AS (
        {_TRAIL.format(action="'assignment.transferred'", table="'assignments'")}
               jsonb_build_object('organization_id', CAST(:predecessor_id AS uuid)),
               jsonb_build_object('organization_id', CAST(:receiver_id AS uuid),
                                  'succession_id', CAST(:succession_id AS uuid))
        FROM transferred
    )
    SELECT count(*) FROM transferred
""")

_RENAME_IN_TASKS = text(f"""
    WITH passed AS (
        UPDATE task_organizations o SET organization_id = :receiver_id
        WHERE o.organization_id = :predecessor_id AND {_TASK.format(task="o.task_id")}
        RETURNING o.id, o.task_id, o.role
    )
    {_TRAIL.format(action="'task.organization_passed'", table="'task_organizations'")}
           jsonb_build_object('organization_id', CAST(:predecessor_id AS uuid)),
           jsonb_build_object('organization_id', CAST(:receiver_id AS uuid), 'task_id', task_id, 'role', role,
                              'succession_id', CAST(:succession_id AS uuid))
    FROM passed
""")

# A receiver that appraises at another level of the plan gives both verdicts: levels that verdicts were given at stay.
_PASS_LEVELS = text(f"""
    WITH passed AS (
        UPDATE plans p
        SET reviewing_organization_ids = array_replace(p.reviewing_organization_ids, :predecessor_id, :receiver_id),
            version = p.version + 1, updated_at = :now
        WHERE CAST(:predecessor_id AS uuid) = ANY (p.reviewing_organization_ids)
        RETURNING p.id, p.reviewing_organization_ids
    )
    {_TRAIL.format(action="'plan.reviewer_passed'", table="'plans'")}
           jsonb_build_object('organization_id', CAST(:predecessor_id AS uuid)),
           jsonb_build_object('organization_id', CAST(:receiver_id AS uuid),
                              'reviewing_organization_ids', to_jsonb(reviewing_organization_ids),
                              'succession_id', CAST(:succession_id AS uuid))
    FROM passed
""")


async def pass_names(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, *, now: datetime
) -> None:
    """Let the receiver stand where tasks and reviewing levels named the predecessor; the words of the plan stay."""
    await _write(session, _RENAME_IN_TASKS, actor, succession)
    if succession.kind in ENDING and succession.task_ids is None:
        await _write(session, _PASS_LEVELS, actor, succession, now=now)


async def transfer_open(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, *, now: datetime, limit: int
) -> int:
    """Make up to `limit` of the predecessor's open assignments the receiver's; returns how many."""
    values = {
        "ended": [str(status) for status in _ENDED],
        "effective_on": succession.effective_on,
        "limit": limit,
        "now": now,
    }
    return int((await _write(session, _TRANSFER, actor, succession, **values)).scalar_one())


async def _write(
    session: AsyncSession, statement: TextClause, actor: audit.Actor, succession: OrganizationSuccession, **more: object
) -> Result[Any]:
    values: dict[str, object] = {
        "predecessor_id": succession.predecessor_id,
        "receiver_id": succession.receiver_id,
        "succession_id": succession.id,
        "task_ids": succession.task_ids,
        "actor": audit.actor_name(actor),
        "client": audit.OURS,
        **more,
    }
    names = {name for name in values if f":{name}" in statement.text}
    return await session.execute(statement, {name: values[name] for name in names})
