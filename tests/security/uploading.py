"""Files that an organization has sent, or begun to send, and submitted nowhere: no secrets of the world."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, ResumableUpload, Upload, UploadPart, UploadUsage


async def waiting_upload(session: AsyncSession, organization: Organization) -> str:
    """The id of a file that its own organization may name and read: no secret of the world."""
    upload = Upload(
        organization_id=organization.id,
        uploaded_by="tests",
        filename="minh-chung.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        storage_key="sha256/00/none",
    )
    session.add(upload)
    await session.flush()
    return str(upload.id)


async def unfinished_upload(session: AsyncSession, organization: Organization) -> str:
    """The id of a file of which one byte has arrived: only its own organization may know of it."""
    upload = ResumableUpload(
        organization_id=organization.id,
        uploaded_by="tests",
        length=1_000_000,
        received=1,
        metadata_text="filename YS5wZGY=",
        filename="a.pdf",
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    session.add(upload)
    await session.flush()
    part = UploadPart(resumable_upload_id=upload.id, starts_at=0, size=1, storage_key=f"incoming/{upload.id}")
    session.add_all([part, UploadUsage(organization_id=organization.id, size=1_000_000)])
    await session.flush()
    return str(upload.id)
