"""Reads of an organization's notices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Notice
from shared.db.succession import list_succeeded
from shared.domain.errors import NotFound
from shared.domain.principal import Principal


async def list_notices(
    session: AsyncSession, principal: Principal, *, read: bool | None, after: UUID | None, limit: int
) -> Sequence[Notice]:
    """Notices of the caller's organization, latest first."""
    statement = select(Notice).where(await _own(session, principal))
    if read is not None:
        statement = statement.where(Notice.read_at.is_not(None) if read else Notice.read_at.is_(None))
    if after is not None:
        statement = statement.where(Notice.id < after)
    return (await session.scalars(statement.order_by(Notice.id.desc()).limit(limit))).all()


async def get_notice_for_update(session: AsyncSession, principal: Principal, notice_id: UUID) -> Notice:
    """A notice of the caller's organization, locked. Raises NotFound."""
    statement = select(Notice).where(Notice.id == notice_id, await _own(session, principal))
    found = await session.scalar(statement.with_for_update())
    if found is None:
        raise NotFound("notice-not-found", "Không tìm thấy thông báo này.")
    return found


async def _own(session: AsyncSession, principal: Principal) -> ColumnElement[bool]:
    """Left with the caller's very organization, or with one whose duties have passed to it."""
    return Notice.organization_id.in_(await list_succeeded(session, principal.organization_id))
