"""Reads of a version of evidence, and of its files in the store."""

import hashlib
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import StoredContent
from shared.db.models import Evidence, EvidenceFile, EvidenceVersion, Upload
from shared.storage import read_stream

HEAD = 4096


async def get_version_for_update(session: AsyncSession, evidence_id: UUID, number: int) -> tuple[EvidenceVersion, UUID]:
    """The version, locked until the transaction ends, and the assignment it proves."""
    statement = (
        select(EvidenceVersion, Evidence.assignment_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number == number)
        .with_for_update(of=EvidenceVersion)
        .execution_options(populate_existing=True)
    )
    version, assignment_id = (await session.execute(statement)).one()
    return version, assignment_id


async def list_uploads(session: AsyncSession, evidence_id: UUID, number: int) -> list[tuple[int, Upload]]:
    """The files of a version with their positions, in order."""
    statement = (
        select(EvidenceFile.position, Upload)
        .join(EvidenceVersion, EvidenceVersion.id == EvidenceFile.evidence_version_id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number == number)
        .order_by(EvidenceFile.position)
    )
    return [(position, upload) for position, upload in (await session.execute(statement)).all()]


async def find_content(key: str) -> StoredContent | None:
    """Read an object to its end; None when the store has none under the key."""
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        async for chunk in read_stream(key):
            digest.update(chunk)
            size += len(chunk)
            head = head or chunk[:HEAD]
    except FileNotFoundError:
        return None
    return StoredContent(size=size, sha256=digest.hexdigest(), head=head)


async def get_bytes(key: str) -> bytes:
    """A whole object that was found before. Raises FileNotFoundError."""
    return b"".join([chunk async for chunk in read_stream(key)])
