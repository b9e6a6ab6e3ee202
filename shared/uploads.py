"""The only way a stored file becomes an organization's: within its quota, and held against whoever collects."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.models import Upload, UploadUsage
from shared.domain.errors import Conflict, TooLarge
from shared.settings import get_settings
from shared.storage import StagedFile, is_stored


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A stored file that the database does not know yet: once it does, `stored.incoming` is to be discarded."""

    filename: str
    media_type: str
    stored: StagedFile


async def reserve(session: AsyncSession, organization_id: UUID, size: int) -> None:
    """Count `size` more bytes of an organization, under the lock of its one row, so that nothing slips past the quota.

    Raises TooLarge("quota-exceeded").
    """
    quota = get_settings().upload_quota
    if size <= quota:
        added = UploadUsage.size + size
        statement = (
            insert(UploadUsage)
            .values(organization_id=organization_id, size=size)
            .on_conflict_do_update(index_elements=["organization_id"], set_={"size": added}, where=added <= quota)
            .returning(UploadUsage.size)
        )
        if (await session.execute(statement)).one_or_none() is not None:
            return
    raise _no_room(quota)


async def ensure_room(session: AsyncSession, organization_id: UUID, size: int) -> None:
    """Raises TooLarge("quota-exceeded") where `reserve` would now: before anything is kept that has no room."""
    quota = get_settings().upload_quota
    taken = await session.scalar(select(UploadUsage.size).where(UploadUsage.organization_id == organization_id))
    if (taken or 0) + size > quota:
        raise _no_room(quota)


def _no_room(quota: int) -> TooLarge:
    return TooLarge(
        "quota-exceeded",
        f"Cơ quan của bạn không còn đủ chỗ lưu cho tệp này (hạn mức {quota >> 20} MB, kể cả tệp đang tải dở): "
        "hãy xóa các tệp chưa dùng và các lần tải dở không cần nữa (liệt kê: GET /v1/uploads), "
        "hoặc đề nghị quản trị hệ thống tăng hạn mức.",
    )


async def release(session: AsyncSession, organization_id: UUID, size: int) -> None:
    """Take back what was reserved for bytes that will not come."""
    await session.execute(
        update(UploadUsage).where(UploadUsage.organization_id == organization_id).values(size=UploadUsage.size - size)
    )


async def add_upload(
    session: AsyncSession,
    actor: audit.Actor,
    organization_id: UUID,
    upload_id: UUID,
    received: ReceivedFile,
    *,
    captured_at: datetime | None = None,
) -> Upload:
    """Record a file whose bytes are reserved. Raises Conflict("file-collected") where a collector was faster."""
    await keep_content(session, received.stored.sha256)
    if not await is_stored(received.stored.key):
        raise Conflict("file-collected", "Nội dung tệp vừa bị dọn khỏi kho: hãy gửi lại.")
    upload = Upload(
        id=upload_id,
        organization_id=organization_id,
        uploaded_by=audit.actor_name(actor),
        filename=received.filename,
        media_type=received.media_type,
        size=received.stored.size,
        sha256=received.stored.sha256,
        storage_key=received.stored.key,
        captured_at=captured_at,
    )
    session.add(upload)
    await session.flush()
    await session.refresh(upload, ["created_at"])
    audit.record(
        session,
        actor,
        "upload.created",
        upload,
        after={
            "filename": upload.filename,
            "media_type": upload.media_type,
            "size": upload.size,
            "sha256": upload.sha256,
            "captured_at": captured_at.isoformat() if captured_at else None,
        },
    )
    return upload


async def hold_content(session: AsyncSession, sha256: str) -> None:
    """Until the transaction ends nobody records a file with this content: they wait, and then look for it."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(sha256, 0))))


async def keep_content(session: AsyncSession, sha256: str) -> None:
    """Until the transaction ends no collector looks whether this content is anybody's, or takes it away."""
    # Shared: any number of files of the same content may be recorded at once.
    await session.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(sha256, 0))))
