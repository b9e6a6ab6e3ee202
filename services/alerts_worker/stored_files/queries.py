"""Reads of stored files: which are due for another look, what the store holds of them, and whose they are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import EvidenceFile, EvidenceFinding, EvidenceVersion, Upload
from shared.storage import read_stream


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was recorded of a stored file; several uploads may share it."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A damaged upload in a version of evidence."""

    evidence_id: UUID
    version_id: UUID
    version: int
    position: int
    sha256: str


async def list_due(session: AsyncSession, *, budget: int, limit: int) -> list[StoredFile]:
    """The files looked at longest ago, as many as have `budget` bytes together, and one at least."""
    statement = (
        select(Upload.storage_key, Upload.size, Upload.sha256)
        .where(Upload.damaged_at.is_(None))
        .order_by(Upload.verified_at)
        .limit(limit)
    )
    due: dict[str, StoredFile] = {}
    for row in await session.execute(statement):
        budget -= 0 if row.storage_key in due else row.size
        if budget < 0 and due:
            break
        due[row.storage_key] = StoredFile(row.storage_key, row.size, row.sha256)
    return list(due.values())


async def find_stored_file(session: AsyncSession, upload_id: UUID) -> StoredFile | None:
    """The file of an upload; None once it is known to be damaged."""
    statement = select(Upload.storage_key, Upload.size, Upload.sha256).where(
        Upload.id == upload_id, Upload.damaged_at.is_(None)
    )
    row = (await session.execute(statement)).one_or_none()
    return StoredFile(*row) if row else None


async def find_sha256(key: str) -> str | None:
    """The hash of what the store holds now; None when it holds nothing under the key."""
    digest = hashlib.sha256()
    try:
        async for chunk in read_stream(key):
            digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


async def list_uploads_for_update(session: AsyncSession, key: str, before: datetime) -> Sequence[Upload]:
    """The sound uploads that share a stored file and were there before it was read, locked."""
    statement = (
        select(Upload)
        .where(Upload.storage_key == key, Upload.damaged_at.is_(None), Upload.created_at <= before)
        .order_by(Upload.id)
        .with_for_update()
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def list_damaged(session: AsyncSession, upload_id: UUID) -> list[DamagedFile]:
    """The versions of evidence that an upload is part of."""
    statement = (
        select(
            EvidenceVersion.evidence_id,
            EvidenceVersion.id,
            EvidenceVersion.number,
            EvidenceFile.position,
            Upload.sha256,
        )
        .join(EvidenceFile, EvidenceFile.evidence_version_id == EvidenceVersion.id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(Upload.id == upload_id)
        .order_by(EvidenceVersion.id, EvidenceFile.position)
    )
    return [DamagedFile(*row) for row in await session.execute(statement)]


async def find_finding(session: AsyncSession, version_id: UUID, step: str) -> EvidenceFinding | None:
    """The finding of a step on a version. One damaged file is recorded at a time: its version is locked until then."""
    locked = select(EvidenceVersion.id).where(EvidenceVersion.id == version_id).with_for_update()
    await session.execute(locked)
    statement = select(EvidenceFinding).where(
        EvidenceFinding.evidence_version_id == version_id, EvidenceFinding.step == step
    )
    return await session.scalar(statement.execution_options(populate_existing=True))
