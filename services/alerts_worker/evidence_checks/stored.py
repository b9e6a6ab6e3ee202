"""The bytes of a file as checks read them: each time from the store, and only those that were recorded at upload."""

import hashlib
from collections.abc import AsyncIterator

from services.alerts_worker.evidence_checks.rules import CheckedFile
from shared.domain.file_types import PACKAGES
from shared.storage import read_stream

WHOLE, WHOLE_PACKAGE = 96 << 20, 160 << 20
"""Bytes up to which a file is handed to a throwaway process as a whole; packages can only be looked through whole, and
need little memory beside their own bytes."""
BEGINNING, END = 1 << 20, 128 << 10
"""Bytes of a larger file that are handed over instead, joined."""


class NotStored(Exception):
    """The store says that it has no such file."""


class Altered(Exception):
    """The store has other bytes than were recorded; `found` is their SHA-256."""

    def __init__(self, found: str) -> None:
        super().__init__("the stored bytes are not those of the upload")
        self.found = found


class StoredContent:
    """One file in the store. What was read for one step is kept for the next."""

    def __init__(self, file: CheckedFile) -> None:
        self._file = file
        self._read: bytes | None = None

    @property
    def is_partial(self) -> bool:
        """Whether the file is too large to be handed over as a whole."""
        return self._file.size > (WHOLE_PACKAGE if self._file.media_type in PACKAGES else WHOLE)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The whole file. Raises NotStored; and Altered, after the last byte, where others were recorded."""
        digest = hashlib.sha256()
        try:
            async for chunk in read_stream(self._file.storage_key):
                digest.update(chunk)
                yield chunk
        except FileNotFoundError as error:
            raise NotStored from error
        if digest.hexdigest() != self._file.sha256:
            raise Altered(digest.hexdigest())

    async def read(self) -> bytes:
        """The whole file, or its `BEGINNING` and `END` where it is larger than `WHOLE`. Raises what `chunks` raises."""
        if self._read is None:
            kept = bytearray()
            tail = b""
            async for chunk in self.chunks():
                if not self.is_partial:
                    kept += chunk
                    continue
                room = max(0, BEGINNING - len(kept))
                kept += chunk[:room]
                tail = (tail + chunk[room:])[-END:]
            self._read = bytes(kept) + tail
        return self._read
