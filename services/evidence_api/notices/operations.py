"""Notices are read once, for the whole organization."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.notices import queries
from services.evidence_api.notices.policies import ensure_may_mark
from shared import audit
from shared.db.models import Notice
from shared.domain.principal import Principal


async def mark_notice_read(session: AsyncSession, principal: Principal, notice_id: UUID, *, now: datetime) -> Notice:
    """Note who read it and when; one that was read stays as it is. Raises NotFound."""
    notice = await queries.get_notice_for_update(session, principal, notice_id)
    ensure_may_mark(principal)
    if notice.read_at is None:
        notice.read_at, notice.read_by = now, principal.subject
        audit.record(session, principal, "notice.read", notice, after={"kind": notice.kind})
        await session.flush()
    return notice
