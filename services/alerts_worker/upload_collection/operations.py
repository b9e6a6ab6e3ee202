"""Writes that give back what unfinished uploads took."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.models import ResumableUpload, Upload, UploadPart
from shared.uploads import hold_content, release

SYSTEM = audit.System("collect_uploads")
BATCH = 100
"""Uploads forgotten in one transaction."""
GRACE = timedelta(minutes=10)
"""A request that began before its upload expired may still be at work on it."""


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
    for organization_id, size in sorted(freed.items()):  # everybody locks them in one order
        await release(session, organization_id, size)
    return len(ids), keys


async def list_known(session: AsyncSession, keys: Sequence[str]) -> frozenset[str]:
    """Which of the objects are parts of an upload that may go on."""
    return frozenset(
        (await session.scalars(select(UploadPart.storage_key).where(UploadPart.storage_key.in_(keys)))).all()
    )


async def hold_if_nobodys(session: AsyncSession, sha256: str) -> bool:
    """Whether no upload has this content; until the transaction ends, none can have."""
    await hold_content(session, sha256)
    return not await session.scalar(select(exists().where(Upload.sha256 == sha256)))
