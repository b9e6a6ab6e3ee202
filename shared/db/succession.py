"""What one organization may see becomes visible to the one that succeeds it."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# To the receiver and, as in `shared.db.viewers`, to every organization above it.
_PASS_ON = text("""
    WITH above AS (
        SELECT o.id
        FROM organizations receiver
        CROSS JOIN LATERAL unnest(string_to_array(btrim(receiver.path, '/'), '/')) AS step (code)
        JOIN organizations o ON o.code = step.code
        WHERE receiver.id = :receiver_id
    ), of_plans AS (
        INSERT INTO plan_viewers (organization_id, plan_id)
        SELECT above.id, v.plan_id FROM plan_viewers v, above WHERE v.organization_id = :predecessor_id
        ON CONFLICT DO NOTHING
    ), of_tasks AS (
        INSERT INTO task_viewers (organization_id, task_id)
        SELECT above.id, v.task_id FROM task_viewers v, above WHERE v.organization_id = :predecessor_id
        ON CONFLICT DO NOTHING
    )
    INSERT INTO assignment_viewers (organization_id, due_key, assignment_id)
    SELECT above.id, v.due_key, v.assignment_id
    FROM assignment_viewers v, above WHERE v.organization_id = :predecessor_id
    ON CONFLICT DO NOTHING
""")


async def pass_on(session: AsyncSession, predecessor_id: UUID, receiver_id: UUID) -> None:
    """Let the receiver, and all above it, see what the predecessor sees now. The predecessor's own rows stay."""
    await session.flush()
    await session.execute(_PASS_ON, {"predecessor_id": predecessor_id, "receiver_id": receiver_id})
