"""Files of evidence: content-addressed objects in a local folder or any S3, through one interface."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from shared.db.ids import new_id
from shared.domain.errors import Invalid, TooLarge
from shared.settings import get_settings

PART = 5 << 20
"""Bytes handed to an S3 at once: it takes no smaller part."""
CHUNK = 1 << 20
"""Bytes of a range read from the store at once."""
PIECE = 256 << 10
"""Bytes written to a local folder at once, and read to be looked through: every upload holds a few of them."""
INCOMING = "incoming"
"""Where objects stay until the database knows them; what is left behind there is collected."""

Admit = Callable[[int], Awaitable[None]]
"""Is asked with the bytes of a file that has arrived, before its content gets its place."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file that is durable, with its exact size and SHA-256, and that the database may yet refuse: as long as
    `incoming` is there, a collector asks it.
    """

    key: str
    size: int
    sha256: str
    incoming: str


@cache
def get_store() -> ObjectStore:
    """The store the settings name: `<data_dir>/evidence` by default."""
    settings = get_settings()
    if settings.storage_url:
        return from_url(settings.storage_url)
    folder = settings.data_dir.resolve() / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(folder, automatic_cleanup=True)


def key_of(sha256: str) -> str:
    """Where content with this hexadecimal hash is kept."""
    return f"sha256/{sha256[:2]}/{sha256}"


def ensure_fits(size: int, limit: int) -> None:
    """Refuse more than `limit` bytes."""
    if size > limit:
        raise TooLarge("file-too-large", f"Tệp lớn hơn {limit >> 20} MB: hãy chia nhỏ hoặc nén lại.")


async def stage_stream(
    chunks: AsyncIterator[bytes], *, limit: int, sha256: str | None = None, admit: Admit | None = None
) -> StagedFile:
    """Stream `chunks` into the store, hashing on the way; memory stays at a few parts. The database is told only
    afterwards: once it knows, `incoming` is to be discarded.

    Raises TooLarge past `limit` bytes, Invalid for nothing at all or for bytes whose hash is not the hexadecimal
    `sha256` the sender stated, and what `admit` raises; in every case nothing is kept.
    """
    incoming = f"{INCOMING}/{new_id()}"
    digest, size = hashlib.sha256(), 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal size
        async for chunk in chunks:
            size += len(chunk)
            ensure_fits(size, limit)
            digest.update(chunk)
            yield chunk

    await write_object(incoming, counted())
    try:
        if size == 0:
            raise Invalid("file-empty", "Tệp rỗng: hãy chọn lại tệp có nội dung.")
        found = digest.hexdigest()
        if sha256 not in {None, found}:
            raise Invalid("digest-mismatch", "Nội dung nhận được khác nội dung đã gửi (sai SHA-256): hãy gửi lại tệp.")
        if admit is not None:
            await admit(size)
    except BaseException:
        await discard([incoming])
        raise
    # From here on `incoming` stays whatever happens: it leads a collector to content that nobody knows of.
    await obstore.copy_async(get_store(), incoming, key_of(found))
    await _make_durable(key_of(found))
    return StagedFile(key_of(found), size, found, incoming)


async def stage_again(key: str) -> None:
    """Stage stored content once more, for a collector to find if the database comes to name it no longer."""
    with contextlib.suppress(FileNotFoundError):
        await obstore.copy_async(get_store(), key, f"{INCOMING}/{new_id()}")


async def write_object(key: str, chunks: AsyncIterator[bytes]) -> int:
    """Stream `chunks` into a new durable object and count its bytes; whatever they raise passes, with nothing kept."""
    store = get_store()
    size = 0
    buffer = PIECE if isinstance(store, LocalStore) else PART
    try:
        # One part on its way while the next one fills: more at once would be memory of every upload.
        async with obstore.open_writer_async(store, key, buffer_size=buffer, max_concurrency=1) as writer:
            async for piece in _in_pieces(chunks):
                size += len(piece)
                await writer.write(piece)
        await _make_durable(key)
    except BaseException:
        await discard([key])
        raise
    return size


async def _in_pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of about `PIECE`: a journey to the store costs more than the bytes it carries."""
    waiting, size = [], 0
    async for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


async def _make_durable(key: str) -> None:
    """What an S3 has acknowledged is durable; a local file is once the disk has it, and every folder on the way."""
    store = get_store()
    if isinstance(store, LocalStore):
        assert store.prefix is not None
        await asyncio.to_thread(_synchronize, Path(store.prefix), Path(store.prefix) / key)


def _synchronize(root: Path, path: Path) -> None:
    while True:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
        if path == root:
            return
        path = path.parent


async def discard(keys: Iterable[str]) -> None:
    """Delete objects; those that are not there are no loss."""
    for key in keys:
        with contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(get_store(), key)


async def is_stored(key: str) -> bool:
    """Whether the store has the object."""
    try:
        await obstore.head_async(get_store(), key)
    except FileNotFoundError:
        return False
    return True


async def read_stream(key: str) -> AsyncIterator[bytes]:
    """The stored bytes, in chunks."""
    result = await obstore.get_async(get_store(), key)
    async for chunk in result.stream(min_chunk_size=PIECE):
        yield bytes(chunk)


async def open_range(key: str, *, start: int, length: int) -> AsyncIterator[bytes]:
    """`length` stored bytes from `start` (0 is the first), in chunks.

    The object is opened before this returns, so that FileNotFoundError comes before the first byte has left.
    """
    result = await obstore.get_async(get_store(), key, options={"range": (start, start + length)})
    return (bytes(chunk) async for chunk in result.stream(min_chunk_size=CHUNK))


async def keep_derived(key: str, content: bytes) -> None:
    """Keep what was made from a stored file under `derived/<key>`; made again, it takes the place of what was there."""
    await obstore.put_async(get_store(), f"derived/{key}", content)


async def open_whole(key: str) -> AsyncIterator[bytes]:
    """All stored bytes, in chunks; FileNotFoundError comes before this returns."""
    result = await obstore.get_async(get_store(), key)
    return (bytes(chunk) async for chunk in result.stream(min_chunk_size=CHUNK))


async def find_size(key: str) -> int:
    """How many bytes are stored under the key. Raises FileNotFoundError."""
    return (await obstore.head_async(get_store(), key))["size"]
