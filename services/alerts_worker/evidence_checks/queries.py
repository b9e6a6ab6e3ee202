"""Reads of a version of evidence, of its files in the store, and of where the same bytes were used before."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks.rules import EarlierUse, StoredContent
from shared.db.models import Evidence, EvidenceFile, EvidenceVersion, Upload
from shared.storage import read_stream

HEAD = 4096
MOST_USES = 50
"""Earlier uses listed for a version: more would tell an appraiser nothing new."""


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


async def list_earlier_uses(
    session: AsyncSession, version: EvidenceVersion, assignment_id: UUID, sha256s: Sequence[str]
) -> list[EarlierUse]:
    """Where the same bytes were submitted before this version, for another assignment; oldest first."""
    statement = (
        select(Upload.sha256, Evidence.id, EvidenceVersion.number, Evidence.assignment_id)
        .join(EvidenceFile, EvidenceFile.upload_id == Upload.id)
        .join(EvidenceVersion, EvidenceVersion.id == EvidenceFile.evidence_version_id)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(Upload.sha256.in_(sha256s), Evidence.assignment_id != assignment_id, EvidenceVersion.id < version.id)
        .order_by(EvidenceVersion.id)
        .limit(MOST_USES)
    )
    rows = (await session.execute(statement)).all()
    return [EarlierUse(row.sha256, str(row.id), row.number, str(row.assignment_id)) for row in rows]
