"""Keeps the viewers' rows true: who may see an assignment, its task and its plan is written when it opens."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.groups import list_members
from shared.db.models import Organization
from shared.domain.successions import ENDING

# Every organization with a part in the assignment, through its path every organization above it, and whoever has
# succeeded one of these. Members of a coordinating collective have a part in the task, not in what each of its leads
# does: :tasks and :members name them.
_SHOW = text("""
    WITH RECURSIVE parts AS (
        SELECT involved.organization_id, a.id AS assignment_id, a.due_key, a.task_id, a.plan_id
        FROM assignments a
        JOIN plans p ON p.id = a.plan_id
        CROSS JOIN LATERAL (
            SELECT a.organization_id
            UNION SELECT p.issuer_id
            UNION SELECT unnest(p.reviewing_organization_ids)
            UNION SELECT c.organization_id FROM task_organizations c
                  WHERE c.task_id = a.task_id AND c.role = 'coordinating' AND c.organization_id IS NOT NULL
        ) AS involved (organization_id)
        WHERE a.id = ANY (:assignment_ids)
        UNION ALL
        SELECT named.member_id, NULL, NULL, t.id, t.plan_id
        FROM unnest(CAST(:tasks AS uuid[]), CAST(:members AS uuid[])) AS named (task_id, member_id)
        JOIN tasks t ON t.id = named.task_id
    ), concerned AS (
        SELECT above.id AS organization_id, parts.assignment_id, parts.due_key, parts.task_id, parts.plan_id
        FROM parts
        JOIN organizations o ON o.id = parts.organization_id
        CROSS JOIN LATERAL unnest(string_to_array(btrim(o.path, '/'), '/')) AS step (code)
        JOIN organizations above ON above.code = step.code
        UNION
        SELECT above.id, concerned.assignment_id, concerned.due_key, concerned.task_id, concerned.plan_id
        FROM concerned
        JOIN organization_successions s ON s.predecessor_id = concerned.organization_id
             AND s.kind = ANY (:ending) AND s.applied_at IS NOT NULL
        JOIN organizations o ON o.id = s.receiver_id
        CROSS JOIN LATERAL unnest(string_to_array(btrim(o.path, '/'), '/')) AS step (code)
        JOIN organizations above ON above.code = step.code
    ), of_plans AS (
        INSERT INTO plan_viewers (organization_id, plan_id)
        SELECT DISTINCT organization_id, plan_id FROM concerned
        ON CONFLICT DO NOTHING
    ), of_tasks AS (
        INSERT INTO task_viewers (organization_id, task_id)
        SELECT DISTINCT organization_id, task_id FROM concerned
        ON CONFLICT DO NOTHING
    )
    INSERT INTO assignment_viewers (organization_id, due_key, assignment_id)
    SELECT organization_id, due_key, assignment_id FROM concerned WHERE assignment_id IS NOT NULL
    ON CONFLICT DO NOTHING
""")

_MOVE = text("""
    UPDATE assignment_viewers v SET due_key = a.due_key
    FROM assignments a
    WHERE a.id = v.assignment_id AND a.id = ANY (:assignment_ids) AND v.due_key <> a.due_key
""")

_COLLECTIVES = text("""
    SELECT DISTINCT c.task_id, c.group_id, p.issuer_id
    FROM assignments a
    JOIN task_organizations c ON c.task_id = a.task_id AND c.role = 'coordinating' AND c.group_id IS NOT NULL
    JOIN plans p ON p.id = a.plan_id
    WHERE a.id = ANY (:assignment_ids)
""")


async def show(session: AsyncSession, assignment_ids: Sequence[UUID]) -> None:
    """Let everyone with a part in these assignments, all above them, and whoever succeeded any of these, see them with
    their tasks and plans.
    """
    if assignment_ids:
        await session.flush()
        helping = await _list_helping(session, assignment_ids)
        values = {
            "assignment_ids": list(assignment_ids),
            "tasks": [task_id for task_id, _ in helping],
            "members": [member_id for _, member_id in helping],
            "ending": sorted(ENDING),
        }
        await session.execute(_SHOW, values)


async def keep_in_order(session: AsyncSession, assignment_ids: Sequence[UUID]) -> None:
    """Bring the viewers' rows of these assignments to their new due days: lists are read in the order of the rows."""
    if assignment_ids:
        await session.flush()
        await session.execute(_MOVE, {"assignment_ids": list(assignment_ids)})


async def _list_helping(session: AsyncSession, assignment_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """(task, member) for each member of a collective that coordinates a task of these assignments."""
    rows = (await session.execute(_COLLECTIVES, {"assignment_ids": list(assignment_ids)})).all()
    members: dict[tuple[UUID, UUID], list[UUID]] = {}
    for _, group_id, issuer_id in rows:
        if (group_id, issuer_id) not in members:
            issuer = await session.get_one(Organization, issuer_id)
            found = await list_members(session, group_id, issuer)
            members[group_id, issuer_id] = [organization.id for organization in found]
    return [(task_id, member) for task_id, group_id, issuer_id in rows for member in members[group_id, issuer_id]]
