"""Writes that give back what unfinished and unused uploads took."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.models import EvidenceFile, ResumableUpload, Upload, UploadPart
from shared.uploads import hold_content, keep_content, release

SYSTEM = audit.System("collect_uploads")
BATCH = 100
"""Uploads forgotten in one transaction."""
GRACE = timedelta(minutes=10)
"""A request that began before its upload expired may still be at work on it."""
_UNUSED = (Upload.used_at.is_(None), ~exists().where(EvidenceFile.upload_id == Upload.id))


async def forget_expired(session: AsyncSession, now: datetime) -> tuple[int, Sequence[str]]:
    """Forget some uploads that nobody may go on with: how many, and the keys of their parts.

    The files that complete ones have become stay, and so does the room they take.
    """
    expired = (
        select(ResumableUpload)
        .where(ResumableUpload.expires_at < now - GRACE)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = (await session.scalars(expired)).all()
    ids = [upload.id for upload in found]
    parts = delete(UploadPart).where(UploadPart.resumable_upload_id.in_(ids)).returning(UploadPart.storage_key)
    keys = (await session.scalars(parts)).all()
    await session.execute(delete(ResumableUpload).where(ResumableUpload.id.in_(ids)))
    freed: Counter[UUID] = Counter()
    for upload in found:
        if upload.completed_at is None:
            told: dict[str, object] = {"length": upload.length, "received": upload.received}
            audit.record(session, SYSTEM, "upload.expired", upload, before=told)
            freed[upload.organization_id] += upload.length
    await _release(session, freed)
    return len(ids), keys


async def list_unused(session: AsyncSession, before: datetime) -> Sequence[Upload]:
    """Some whole files that were received `before` and are part of no evidence."""
    statement = select(Upload).where(*_UNUSED, Upload.created_at < before).order_by(Upload.id).limit(BATCH)
    return (await session.scalars(statement)).all()


async def forget_unused(session: AsyncSession, ids: Sequence[UUID]) -> int:
    """Remove those of the files that are still part of no evidence: how many.

    Their content has been staged once more, for strays to be told from what others have sent too.
    """
    unused = select(Upload).where(Upload.id.in_(ids), *_UNUSED)
    found = (await session.scalars(unused.order_by(Upload.id).with_for_update(skip_locked=True))).all()
    for sha256 in sorted({upload.sha256 for upload in found}):
        await keep_content(session, sha256)
    gone = [upload.id for upload in found]
    await session.execute(delete(ResumableUpload).where(ResumableUpload.id.in_(gone)))
    await session.execute(delete(Upload).where(Upload.id.in_(gone)))
    freed: Counter[UUID] = Counter()
    for upload in found:
        told: dict[str, object] = {"filename": upload.filename, "size": upload.size, "sha256": upload.sha256}
        audit.record(session, SYSTEM, "upload.unused", upload, before=told)
        freed[upload.organization_id] += upload.size
    await _release(session, freed)
    return len(found)


async def _release(session: AsyncSession, freed: Mapping[UUID, int]) -> None:
    """Last in a transaction: every upload of an organization waits for its row."""
    for organization_id, size in sorted(freed.items()):  # everybody locks them in one order
        await release(session, organization_id, size)


async def list_known(session: AsyncSession, keys: Sequence[str]) -> frozenset[str]:
    """Which of the objects are parts of an upload that may go on."""
    return frozenset(
        (await session.scalars(select(UploadPart.storage_key).where(UploadPart.storage_key.in_(keys)))).all()
    )


async def hold_if_nobodys(session: AsyncSession, sha256: str) -> bool:
    """Whether no upload has this content; until the transaction ends, none can have."""
    await hold_content(session, sha256)
    return not await session.scalar(select(exists().where(Upload.sha256 == sha256)))
