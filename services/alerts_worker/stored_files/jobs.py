"""When stored files are looked at again: a few each minute, oldest look first, and at once when a reader doubts one."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.stored_files import operations, queries
from services.alerts_worker.stored_files.queries import StoredFile
from shared import clock
from shared.db.session import Sessions
from shared.events import StoredFileDoubted

Look = tuple[StoredFile, str | None, datetime]
"""A file, the hash found in the store, and when reading it began."""


async def look_at(file: StoredFile) -> Look:
    """Read a file to its end; once more where it differs, for a fault on the way is no damage."""
    began = clock.now()
    found = await queries.find_sha256(file.key)
    if found != file.sha256:
        found = await queries.find_sha256(file.key)
    return file, found, began


async def look_at_doubted(sessions: Sessions, event: StoredFileDoubted) -> Look | None:
    """The file a reader found fault with; None once it is known to be damaged."""
    async with sessions() as session:
        file = await queries.find_stored_file(session, event.upload_id)
    return await look_at(file) if file else None


async def record_doubted(session: AsyncSession, _: StoredFileDoubted, look: Look | None, now: datetime) -> None:
    """Whether the reader was right."""
    if look:
        file, found, began = look
        await operations.record_look(session, file, found, looked_at=began, now=now)
