"""When evidence is checked: as soon as it was submitted. Files are read before the transaction begins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks import operations, queries
from services.alerts_worker.evidence_checks.rules import FileReading
from shared.db.session import Sessions
from shared.events import EvidenceSubmitted


async def read_files(sessions: Sessions, event: EvidenceSubmitted) -> list[FileReading]:
    """Every file of the version as recorded and as found in the store."""
    async with sessions() as session:
        uploads = await queries.list_uploads(session, event.evidence_id, event.version)
    return [
        FileReading(
            position=position,
            media_type=upload.media_type,
            size=upload.size,
            sha256=upload.sha256,
            content=await queries.find_content(upload.storage_key),
        )
        for position, upload in uploads
    ]


async def check_evidence(
    session: AsyncSession, event: EvidenceSubmitted, files: Sequence[FileReading], now: datetime
) -> None:
    """A version was submitted and its files have been read."""
    await operations.check_version(session, event.evidence_id, event.version, files, now=now)
