"""Keeps `assignment_viewers` true: who may see an assignment is written when it opens."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Every organization with a part in the assignment, and through its path every organization above it.
_SHOW = text("""
    INSERT INTO assignment_viewers (organization_id, due_key, assignment_id)
    SELECT DISTINCT above.id, a.due_key, a.id
    FROM assignments a
    JOIN plans p ON p.id = a.plan_id
    CROSS JOIN LATERAL (
        SELECT a.organization_id
        UNION SELECT p.issuer_id
        UNION SELECT unnest(p.reviewing_organization_ids)
        UNION SELECT c.organization_id FROM task_organizations c
              WHERE c.task_id = a.task_id AND c.role = 'coordinating' AND c.organization_id IS NOT NULL
    ) AS involved (organization_id)
    JOIN organizations o ON o.id = involved.organization_id
    CROSS JOIN LATERAL unnest(string_to_array(btrim(o.path, '/'), '/')) AS step (code)
    JOIN organizations above ON above.code = step.code
    WHERE a.id = ANY (:assignment_ids)
    ON CONFLICT DO NOTHING
""")


async def show(session: AsyncSession, assignment_ids: Sequence[UUID]) -> None:
    """Let everyone with a part in these assignments, and all above them, see them."""
    if assignment_ids:
        await session.flush()
        await session.execute(_SHOW, {"assignment_ids": list(assignment_ids)})
