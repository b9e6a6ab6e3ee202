"""Writes of uploads that are whole: the files they become."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads.quotas import reserve
from services.evidence_api.uploads.receiving import ReceivedFile
from shared import audit
from shared.db.ids import new_id
from shared.db.models import Upload
from shared.domain.errors import Conflict
from shared.domain.principal import Principal
from shared.storage import is_stored


async def create_upload(
    session: AsyncSession, principal: Principal, received: ReceivedFile, *, captured_at: datetime | None = None
) -> Upload:
    """Make a received file the caller's organization's, ready to be submitted as evidence.

    Raises TooLarge("quota-exceeded"), and what `add_file` raises.
    """
    await reserve(session, principal.organization_id, received.stored.size)
    return await add_file(session, principal, new_id(), received, captured_at=captured_at)


async def add_file(
    session: AsyncSession,
    principal: Principal,
    upload_id: UUID,
    received: ReceivedFile,
    *,
    captured_at: datetime | None,
) -> Upload:
    """Record a file whose bytes are reserved. Raises Conflict("file-collected") where a collector was faster."""
    await _hold(session, received)
    upload = Upload(
        id=upload_id,
        organization_id=principal.organization_id,
        uploaded_by=principal.subject,
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
        principal,
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


async def _hold(session: AsyncSession, received: ReceivedFile) -> None:
    """Until the transaction ends no collector takes the content away, which it might as long as no row names it."""
    # Shared: any number of files of the same content may be recorded at once.
    await session.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(received.stored.sha256, 0))))
    if not await is_stored(received.stored.key):
        raise Conflict("file-collected", "Nội dung tệp vừa bị dọn khỏi kho: hãy gửi lại.")
