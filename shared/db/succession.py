"""What passes from one organization to the one that succeeds it: what it may see, and who is meant by its name."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.successions import ENDING, Step, SuccessionKind

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

_STEPS = text("""
    WITH RECURSIVE steps AS (
        SELECT s.* FROM organization_successions s
        WHERE s.predecessor_id = ANY (CAST(:organization_ids AS uuid[])) AND s.effective_on <= :on
        UNION
        SELECT s.* FROM steps
        JOIN organization_successions s ON s.predecessor_id = steps.receiver_id AND s.effective_on <= :on
    )
    SELECT predecessor_id, receiver_id, kind, effective_on, task_ids, applied_at FROM steps
""")

_SUCCEEDED = text("""
    WITH RECURSIVE own AS (
        SELECT CAST(:organization_id AS uuid) AS id
        UNION
        SELECT s.predecessor_id FROM organization_successions s
        JOIN own ON own.id = s.receiver_id
        WHERE s.kind = ANY (CAST(:ending AS text[])) AND s.applied_at IS NOT NULL
    )
    SELECT id FROM own
""")


async def list_succeeded(session: AsyncSession, organization_id: UUID) -> list[UUID]:
    """The organization itself, and those that ended and whose duties have passed to it, perhaps through others."""
    values = {"organization_id": organization_id, "ending": sorted(ENDING)}
    return list(await session.scalars(_SUCCEEDED, values))


async def pass_on(session: AsyncSession, predecessor_id: UUID, receiver_id: UUID) -> None:
    """Let the receiver, and all above it, see what the predecessor sees now. The predecessor's own rows stay."""
    await session.flush()
    await session.execute(_PASS_ON, {"predecessor_id": predecessor_id, "receiver_id": receiver_id})


async def list_steps_from(session: AsyncSession, organization_ids: Collection[UUID], on: date) -> list[Step]:
    """Every succession in force by the day that leads away from these organizations, or from whoever received them."""
    rows = await session.execute(_STEPS, {"organization_ids": list(organization_ids), "on": on})
    return [
        Step(
            row.predecessor_id,
            row.receiver_id,
            SuccessionKind(row.kind),
            row.effective_on,
            frozenset(row.task_ids) if row.task_ids is not None else None,
            row.applied_at is not None,
        )
        for row in rows
    ]
