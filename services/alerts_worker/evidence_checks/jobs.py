"""When evidence is checked: as soon as it was submitted. Files are read before the transaction begins."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.evidence_checks import operations, queries
from services.alerts_worker.evidence_checks.fingerprints.asking import has_prints, read_prints
from services.alerts_worker.evidence_checks.fingerprints.rules import ComparedFile
from services.alerts_worker.evidence_checks.rules import FileReading
from shared.db.models import Upload
from shared.db.session import Sessions
from shared.events import EvidenceSubmitted


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """The files of a version as recorded and as found, and what they are compared by with others."""

    files: list[FileReading]
    compared: list[ComparedFile]


async def read_files(sessions: Sessions, event: EvidenceSubmitted) -> ReadFiles:
    """Every file of the version as recorded and as found in the store."""
    async with sessions() as session:
        uploads = await queries.list_uploads(session, event.evidence_id, event.version)
    files = [
        FileReading(
            position=position,
            media_type=upload.media_type,
            size=upload.size,
            sha256=upload.sha256,
            content=await queries.find_content(upload.storage_key),
        )
        for position, upload in uploads
    ]
    compared = [await _compared(file, upload) for file, (_, upload) in zip(files, uploads, strict=True)]
    return ReadFiles(files, compared)


async def _compared(file: FileReading, upload: Upload) -> ComparedFile:
    """Only bytes that are those uploaded are read for more than their hash."""
    intact = file.content is not None and file.content.sha256 == file.sha256
    prints = None
    if intact and has_prints(file.media_type, file.size):
        prints = await read_prints(await queries.get_bytes(upload.storage_key), file.media_type)
    return ComparedFile(position=file.position, sha256=file.sha256, prints=prints)


async def check_evidence(session: AsyncSession, event: EvidenceSubmitted, read: ReadFiles, now: datetime) -> None:
    """A version was submitted and its files have been read."""
    await operations.check_version(session, event.evidence_id, event.version, read.files, read.compared, now=now)
