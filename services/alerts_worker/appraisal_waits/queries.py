"""Which waits are over."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.models import Evidence, PendingAppraisal, SupplementRequest
from shared.events import AppraisalOverdue

_ACTOR = {"actor": audit.actor_name(audit.System("escalate_appraisals")), "client": audit.OURS}

# While the submitter is asked for more, nobody waits for the body.
_ESCALATE = text("""
    WITH late AS (
        UPDATE pending_appraisals q SET escalated_at = :now, escalated_to = o.parent_id
        FROM organizations o
        WHERE o.id = q.organization_id AND q.escalated_at IS NULL AND q.supplement IS DISTINCT FROM 'open'
          AND q.since < (CAST(:before AS timestamptz[]))[least(q.level, cardinality(CAST(:before AS timestamptz[])))]
        RETURNING q.evidence_id, q.evidence_version, q.level, q.organization_id, q.assignment_id, q.escalated_to
    ), published AS (
        INSERT INTO outbox_events (id, type, payload)
        SELECT uuid_v7(), :event,
               jsonb_build_object('evidence_id', evidence_id, 'version', evidence_version, 'level', level,
                                  'organization_id', organization_id, 'assignment_id', assignment_id)
        FROM late
    ), recorded AS (
        INSERT INTO audit_entries (id, actor, client, action, target_type, target_id, after)
        SELECT uuid_v7(), :actor, :client, :event, 'evidence', evidence_id,
               jsonb_build_object('evidence_version', evidence_version, 'level', level,
                                  'organization_id', organization_id, 'escalated_to', escalated_to)
        FROM late
    )
    SELECT count(*) FROM late
""")


async def escalate(session: AsyncSession, before: Sequence[datetime], *, now: datetime) -> int:
    """Tell on every wait that began before the instant of its level (the last counts for all further levels)."""
    values = {"before": list(before), "now": now, "event": AppraisalOverdue.type, **_ACTOR}
    return int((await session.execute(_ESCALATE, values)).scalar_one())


async def list_unanswered(session: AsyncSession, on: date) -> Sequence[tuple[SupplementRequest, UUID]]:
    """Requests for a day before `on` that a body still waits upon, with the assignment: no version has answered them
    and no day ended them, and what they are about was neither withdrawn nor closed. Locked with their evidence, so that
    none is answered meanwhile.
    """
    statement = (
        select(SupplementRequest, PendingAppraisal.assignment_id)
        .join(Evidence, Evidence.id == SupplementRequest.evidence_id)
        .join(
            PendingAppraisal,
            and_(PendingAppraisal.evidence_id == Evidence.id, PendingAppraisal.level == SupplementRequest.level),
        )
        .where(
            SupplementRequest.expired_at.is_(None),
            SupplementRequest.named_on < on,
            SupplementRequest.evidence_version == Evidence.current_version,
            Evidence.withdrawn_at.is_(None),
        )
        .order_by(Evidence.id)
        .with_for_update(of=(Evidence, SupplementRequest), key_share=True)
    )
    return [(request, assignment_id) for request, assignment_id in (await session.execute(statement)).all()]
