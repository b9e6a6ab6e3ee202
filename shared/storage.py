"""Files of evidence: content-addressed objects in a local folder or any S3, through one interface."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from shared.db.ids import new_id
from shared.domain.errors import Invalid, TooLarge
from shared.settings import get_settings

PART = 5 << 20
"""Bytes handed to the store at once: S3 takes no smaller part."""
CHUNK = 1 << 20
"""Bytes read from the store at once."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is durable: its key, exact size and SHA-256."""

    key: str
    size: int
    sha256: str


@cache
def get_store() -> ObjectStore:
    """The store the settings name: `<data_dir>/evidence` by default."""
    settings = get_settings()
    if settings.storage_url:
        return from_url(settings.storage_url)
    folder = settings.data_dir.resolve() / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    return LocalStore(folder, automatic_cleanup=True)


def ensure_fits(size: int, limit: int) -> None:
    """Refuse more than `limit` bytes."""
    if size > limit:
        raise TooLarge("file-too-large", f"Tệp lớn hơn {limit >> 20} MB: hãy chia nhỏ hoặc nén lại.")


async def store_stream(chunks: AsyncIterator[bytes], *, limit: int, sha256: str | None = None) -> StoredFile:
    """Stream `chunks` into the store, hashing on the way; memory stays at a few parts.

    Raises TooLarge past `limit` bytes, Invalid for nothing at all or for bytes whose hash is not the hexadecimal
    `sha256` the sender stated; in every case nothing is kept.
    """
    store = get_store()
    incoming = f"incoming/{new_id()}"
    digest, size = hashlib.sha256(), 0
    try:
        async with obstore.open_writer_async(store, incoming, buffer_size=PART) as writer:
            async for chunk in chunks:
                size += len(chunk)
                ensure_fits(size, limit)
                digest.update(chunk)
                await writer.write(chunk)
        if size == 0:
            raise Invalid("file-empty", "Tệp rỗng: hãy chọn lại tệp có nội dung.")
        found = digest.hexdigest()
        if sha256 not in {None, found}:
            raise Invalid("digest-mismatch", "Nội dung nhận được khác nội dung đã gửi (sai SHA-256): hãy gửi lại tệp.")
        key = f"sha256/{found[:2]}/{found}"
        await obstore.rename_async(store, incoming, key)
    except BaseException:
        await _discard(store, incoming)
        raise
    return StoredFile(key=key, size=size, sha256=found)


async def _discard(store: ObjectStore, key: str) -> None:
    try:
        await obstore.delete_async(store, key)
    except FileNotFoundError:
        return


async def read_stream(key: str) -> AsyncIterator[bytes]:
    """The stored bytes, in chunks."""
    result = await obstore.get_async(get_store(), key)
    async for chunk in result.stream(min_chunk_size=CHUNK):
        yield bytes(chunk)


async def open_range(key: str, *, start: int, length: int) -> AsyncIterator[bytes]:
    """`length` stored bytes from `start` (0 is the first), in chunks.

    The object is opened before this returns, so that FileNotFoundError comes before the first byte has left.
    """
    result = await obstore.get_async(get_store(), key, options={"range": (start, start + length)})
    return (bytes(chunk) async for chunk in result.stream(min_chunk_size=CHUNK))


async def open_whole(key: str) -> AsyncIterator[bytes]:
    """All stored bytes, in chunks; FileNotFoundError comes before this returns."""
    result = await obstore.get_async(get_store(), key)
    return (bytes(chunk) async for chunk in result.stream(min_chunk_size=CHUNK))


async def find_size(key: str) -> int:
    """How many bytes are stored under the key. Raises FileNotFoundError."""
    return (await obstore.head_async(get_store(), key))["size"]
