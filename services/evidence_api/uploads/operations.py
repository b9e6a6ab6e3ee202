"""Writes of uploads."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads.receiving import ReceivedFile
from shared import audit
from shared.db.models import Upload
from shared.domain.principal import Principal


async def create_upload(session: AsyncSession, principal: Principal, received: ReceivedFile) -> Upload:
    """Make a received file the caller's organization's, ready to be submitted as evidence."""
    upload = Upload(
        organization_id=principal.organization_id,
        uploaded_by=principal.subject,
        filename=received.filename,
        media_type=received.media_type,
        size=received.stored.size,
        sha256=received.stored.sha256,
        storage_key=received.stored.key,
    )
    session.add(upload)
    await session.flush()
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
        },
    )
    return upload
