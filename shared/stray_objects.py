"""What was left in the store on its way in: by processes that were killed, and by whom nobody waited for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import obstore
from obstore.store import LocalStore

from shared.storage import INCOMING, get_store

BATCH = 1000
"""Objects told at once."""


@dataclass(frozen=True, slots=True)
class StrayObject:
    """An object under `INCOMING`; `path` is set for a file that the store itself does not list."""

    key: str
    path: Path | None = None


async def list_incoming(before: datetime) -> AsyncIterator[list[StrayObject]]:
    """Objects on their way in since before an instant, at most `BATCH` at once.

    A local folder also holds files that were being written: the store hides them, under names that end in `#` and a
    number. What an S3 holds of unfinished writes it shows nobody: its own life-cycle rule ends them.
    """
    store = get_store()
    if isinstance(store, LocalStore):
        assert store.prefix is not None
        root = Path(store.prefix)
        paths = await asyncio.to_thread(lambda: list(_files_before(root / INCOMING, before)))
        for at in range(0, len(paths), BATCH):
            yield [_stray_file(root, path) for path in paths[at : at + BATCH]]
        return
    async for batch in obstore.list(store, INCOMING, chunk_size=BATCH):
        yield [StrayObject(each["path"]) for each in batch if each["last_modified"] < before]


def _stray_file(root: Path, path: Path) -> StrayObject:
    return StrayObject(path.relative_to(root).as_posix(), path if "#" in path.name else None)


def _files_before(folder: Path, before: datetime) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        try:
            modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # finished or discarded meanwhile
            continue
        if path.is_file() and modified_at < before:
            yield path
