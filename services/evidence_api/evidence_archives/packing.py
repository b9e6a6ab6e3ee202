"""A ZIP written while it is sent: no more of it is in memory than one chunk, and nothing on disk."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from services.evidence_api.evidence_archives.rules import MANIFEST, SUMS, ArchivedFile, manifest_of, sums_of
from services.evidence_api.evidence_files.serving import StoredBytesDiffer, verified
from shared.domain.calendar import VIETNAM
from shared.storage import open_whole

OnDamage = Callable[[UUID], Awaitable[None]]


class _Outlet:
    """What the ZIP is written to: it cannot be read or sought in, and is emptied after each chunk."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, data: bytes) -> int:
        self._waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


async def pack(
    assignment_id: str, files: Sequence[ArchivedFile], on_damage: OnDamage, *, at: datetime
) -> AsyncGenerator[bytes]:
    """The archive: manifest and sums first, then the files as they are, for most are compressed already.

    Raises StoredBytesDiffer, after `on_damage` of the upload, where stored bytes are not what was submitted: the
    archive then ends without its directory, and no program takes it for whole.
    """
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, content in ((MANIFEST, manifest_of(assignment_id, files, at)), (SUMS, sums_of(files))):
            archive.writestr(_entry(name, at), content)
        yield outlet.take()
        for file in files:
            if file.damaged:
                continue
            entry = _entry(file.path, file.submitted_at)
            entry.file_size = file.size
            with archive.open(entry, "w") as target:
                async for chunk in _content(file, on_damage):
                    target.write(chunk)
                    yield outlet.take()
    yield outlet.take()


async def _content(file: ArchivedFile, on_damage: OnDamage) -> AsyncIterator[bytes]:
    try:
        async for chunk in verified(await open_whole(file.storage_key), file):
            yield chunk
    except (StoredBytesDiffer, FileNotFoundError) as error:
        await on_damage(file.upload_id)
        raise StoredBytesDiffer(file.storage_key) from error


def _entry(name: str, at: datetime) -> ZipInfo:
    local = at.astimezone(VIETNAM)
    entry = ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))
    entry.external_attr = 0o644 << 16
    return entry
