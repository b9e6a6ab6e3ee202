"""Checkpoints outside the database, where its owner cannot rewrite them: a file, and optionally an object store.

Each is one line of JSON, with the signed note and the entries it covered first: identifier and hash of each. The lines
of a log are enough to name the entry that was changed, whatever was done to the database.
"""

import asyncio
import fcntl
import json
import os
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import ObjectStore, from_url

from services.alerts_worker.audit_chain.notes import Checkpoint, read_note
from shared.db.models import AuditCheckpoint
from shared.settings import Settings

BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Record:
    """A checkpoint as it is written outside."""

    first_position: int
    tree_size: int
    line: bytes


def record_of(checkpoint: AuditCheckpoint, leaves: Iterable[tuple[UUID, bytes]]) -> Record:
    """The line of a checkpoint; `leaves` are the entries it covered first."""
    entries = [[str(entry_id), b64encode(leaf_hash).decode()] for entry_id, leaf_hash in leaves]
    line = json.dumps({"checkpoint": checkpoint.note, "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    return Record(checkpoint.first_position, checkpoint.tree_size, f"{line}\n".encode())


def file_of(settings: Settings, origin: str) -> Path:
    """The file of the log that signs with this origin."""
    folder = settings.audit_dir or settings.data_dir / "audit"
    return folder / f"checkpoints-{origin.rsplit('/', 1)[-1]}.log"


def read_last(path: Path) -> Checkpoint | None:
    """The newest checkpoint in the file. Raises NoteRefused, ValueError or OSError for one that cannot be read."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        line, _ = _last_line(file)
    return read_note(json.loads(line)["checkpoint"]) if line else None


def append_records(path: Path, records: Sequence[Record]) -> None:
    """Add what the file does not hold yet, durably. Workers that share the file take turns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        line, end = _last_line(file)
        file.truncate(end)  # a line that a crash cut short is written again
        size = read_note(json.loads(line)["checkpoint"]).tree_size if line else 0
        for record in records:
            if record.first_position == size:
                file.write(record.line)
                size = record.tree_size
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _last_line(file: BinaryIO) -> tuple[bytes, int]:
    """The last whole line without its end (empty if there is none), and where it ends in the file."""
    end = file.seek(0, SEEK_END)
    tail, start = b"", end
    while start and tail.rstrip(b"\n").count(b"\n") < 2:
        step = min(BLOCK, start)
        start -= step
        file.seek(start)
        tail = file.read(step) + tail
    whole = tail[: tail.rfind(b"\n") + 1]
    return whole[:-1].rpartition(b"\n")[2], end - len(tail) + len(whole)


class CheckpointStore:
    """Copies in an object store, `audit/checkpoints/<tree size>`, never overwritten."""

    def __init__(self, url: str) -> None:
        self._store: ObjectStore = from_url(url)

    async def holds(self, tree_size: int) -> bool:
        """Whether the checkpoint of this size is there."""
        try:
            await obstore.head_async(self._store, _key(tree_size))
        except FileNotFoundError:
            return False
        return True

    async def add(self, record: Record) -> None:
        """Copy a checkpoint, unless one of its size is there."""
        try:
            await obstore.put_async(self._store, _key(record.tree_size), record.line, mode="create")
        except AlreadyExistsError:
            return


def _key(tree_size: int) -> str:
    return f"audit/checkpoints/{tree_size:020}"


async def append(path: Path, records: Sequence[Record]) -> None:
    """`append_records`, in a thread: disks may be slow."""
    await asyncio.to_thread(append_records, path, records)
