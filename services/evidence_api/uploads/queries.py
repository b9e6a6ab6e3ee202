"""Reads of uploads."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import ResumableUpload, UploadPart
from shared.db.visibility import visible
from shared.domain.errors import Gone, NotFound
from shared.domain.principal import Principal


async def get_resumable(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, now: datetime, lock: bool = False
) -> ResumableUpload:
    """An upload that the caller's organization began. Raises NotFound, or Gone once it has expired."""
    statement = select(ResumableUpload).where(ResumableUpload.id == upload_id, visible(principal, ResumableUpload))
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound("upload-not-found", "Không tìm thấy lần tải lên này.")
    if found.expires_at <= now:
        raise Gone("upload-expired", "Lần tải lên này đã quá hạn: hãy tải lại tệp từ đầu.")
    return found


async def list_parts(session: AsyncSession, upload_id: UUID) -> Sequence[UploadPart]:
    """What has arrived of an upload, from its beginning."""
    statement = select(UploadPart).where(UploadPart.resumable_upload_id == upload_id).order_by(UploadPart.starts_at)
    return (await session.scalars(statement)).all()
