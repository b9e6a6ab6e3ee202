"""Reads of an organization's notices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Notice
from shared.domain.errors import NotFound
from shared.domain.principal import Principal


async def list_notices(
    session: AsyncSession, principal: Principal, *, read: bool | None, after: UUID | None, limit: int
) -> Sequence[Notice]:
    """Notices of the caller's very organization, latest first."""
    statement = select(Notice).where(Notice.organization_id == principal.organization_id)
    if read is not None:
        statement = statement.where(Notice.read_at.is_not(None) if read else Notice.read_at.is_(None))
    if after is not None:
        statement = statement.where(Notice.id < after)
    return (await session.scalars(statement.order_by(Notice.id.desc()).limit(limit))).all()


async def get_notice_for_update(session: AsyncSession, principal: Principal, notice_id: UUID) -> Notice:
    """A notice of the caller's very organization, locked. Raises NotFound."""
    statement = select(Notice).where(Notice.id == notice_id, Notice.organization_id == principal.organization_id)
    found = await session.scalar(statement.with_for_update())
    if found is None:
        raise NotFound("notice-not-found", "Không tìm thấy thông báo này.")
    return found
