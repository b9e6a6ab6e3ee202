"""Reads of uploads."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, String, case, cast, false, null, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads.standing import Standing
from shared.db.models import ResumableUpload, Upload, UploadPart, UploadUsage
from shared.db.visibility import visible
from shared.domain.errors import Gone, NotFound
from shared.domain.principal import Principal


async def find_resumable(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, now: datetime
) -> ResumableUpload | None:
    """An upload on its way that the caller's organization began and that has not expired."""
    statement = _resumable(principal, upload_id).where(ResumableUpload.expires_at > now)
    found: ResumableUpload | None = await session.scalar(statement)
    return found


async def find_upload(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, lock: bool = False
) -> Upload | None:
    """A whole file that the caller's organization sent."""
    statement = select(Upload).where(Upload.id == upload_id, Upload.organization_id == principal.organization_id)
    found: Upload | None = await session.scalar(statement.with_for_update() if lock else statement)
    return found


async def get_resumable(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, now: datetime, lock: bool = False
) -> ResumableUpload:
    """An upload that the caller's organization began. Raises NotFound, or Gone once it has expired."""
    found = await get_begun(session, principal, upload_id, lock=lock)
    if found.expires_at <= now:
        raise Gone("upload-expired", "Lần tải lên này đã quá hạn: hãy tải lại tệp từ đầu.")
    return found


async def get_begun(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, lock: bool = False
) -> ResumableUpload:
    """The same, expired or not: until it is collected it takes up room. Raises NotFound."""
    statement = _resumable(principal, upload_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise unknown_upload()
    return found


def _resumable(principal: Principal, upload_id: UUID) -> Select[ResumableUpload]:
    return select(ResumableUpload).where(ResumableUpload.id == upload_id, visible(principal, ResumableUpload))


def unknown_upload() -> NotFound:
    """The refusal of what is not there, or not the caller's."""
    return NotFound("upload-not-found", "Không tìm thấy lần tải lên này.")


async def get_standing(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, unused_for: timedelta
) -> Standing:
    """An upload of the caller's very organization, however far it has come. Raises NotFound."""
    files = _files(principal, unused_for).where(Upload.id == upload_id)
    on_their_way = _on_their_way(principal).where(ResumableUpload.id == upload_id)
    statement = union_all(files, on_their_way)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise unknown_upload()
    return Standing(*row)


async def list_standing(
    session: AsyncSession,
    principal: Principal,
    *,
    after: UUID | None,
    limit: int,
    unused_for: timedelta,
) -> Sequence[Standing]:
    """What the caller's very organization has sent and not used, and has begun to send; latest first."""
    files = _files(principal, unused_for).where(Upload.used_at.is_(None))
    on_their_way = _on_their_way(principal)
    if after is not None:
        files, on_their_way = files.where(Upload.id < after), on_their_way.where(ResumableUpload.id < after)
    statement = union_all(files, on_their_way).order_by(text("id DESC")).limit(limit)
    return [Standing(*row) for row in await session.execute(statement)]


async def get_usage(session: AsyncSession, principal: Principal) -> int:
    """Bytes that the caller's organization takes up, stored or announced."""
    statement = select(UploadUsage.size).where(UploadUsage.organization_id == principal.organization_id)
    return await session.scalar(statement) or 0


def _files(principal: Principal, unused_for: timedelta) -> Select[*tuple[Any, ...]]:
    """Whole files, in the columns of `Standing`."""
    return select(
        Upload.id,
        false().label("partial"),
        Upload.filename,
        Upload.media_type,
        Upload.size,
        Upload.size.label("received"),
        Upload.sha256,
        Upload.captured_at,
        Upload.created_at,
        Upload.used_at,
        case((Upload.used_at.is_(None), Upload.created_at + unused_for)).label("expires_at"),
    ).where(Upload.organization_id == principal.organization_id)


def _on_their_way(principal: Principal) -> Select[*tuple[Any, ...]]:
    """Unfinished uploads, also those that have expired and wait for the collector, in the columns of `Standing`."""
    return select(
        ResumableUpload.id,
        ResumableUpload.partial,
        ResumableUpload.filename,
        cast(null(), String),
        ResumableUpload.length,
        ResumableUpload.received,
        cast(null(), String),
        ResumableUpload.captured_at,
        ResumableUpload.created_at,
        cast(null(), DateTime(timezone=True)),
        ResumableUpload.expires_at,
    ).where(
        ResumableUpload.organization_id == principal.organization_id,
        ResumableUpload.completed_at.is_(None),
    )


async def list_parts(session: AsyncSession, upload_id: UUID) -> Sequence[UploadPart]:
    """What has arrived of an upload, from its beginning."""
    statement = select(UploadPart).where(UploadPart.resumable_upload_id == upload_id).order_by(UploadPart.starts_at)
    return (await session.scalars(statement)).all()
