"""Files on their way out: whole and compared with their hash, or one range of them."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from services.evidence_api.evidence_files.blocks import hashes_of, in_blocks, is_block
from services.evidence_api.evidence_files.ranges import ByteRange
from services.evidence_api.evidence_files.rules import attachment
from shared.db.models import Upload
from shared.http.memory import Memory
from shared.http.problems import problem
from shared.storage import CHUNK, find_size, open_range, open_whole

OnDamage = Callable[[], Awaitable[None]]

SOUND_SECONDS = 600.0
"""For how long a file of which this process has given a part is not read whole again for another."""
_sound: Memory[bytes] = Memory(lifetime=SOUND_SECONDS)
"""The hashes of the blocks of whole files that had the hash they should."""


class Outflow(StreamingResponse):
    """Bytes of a generator, which is closed also where the reader has gone before its end."""

    def __init__(self, chunks: AsyncGenerator[bytes], status: int, headers: Mapping[str, str], media_type: str) -> None:
        super().__init__(chunks, status, headers, media_type)
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        async with aclosing(self._chunks):
            await super().__call__(scope, receive, send)


class StoredBytesDiffer(Exception):
    """What the store gave is not what was submitted: the answer must not end as a success."""


class Submitted(Protocol):
    """What was recorded of a file when it came."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def sha256(self) -> str:
        """In hexadecimal."""

    @property
    def storage_key(self) -> str:
        """Where the store has it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The `Range` and `If-Range` headers of a request."""

    range_: str | None
    if_range: str | None

    def of(self, upload: Upload) -> str | None:
        """The range that counts: none where the caller began with another file than this one."""
        return self.range_ if self.if_range in {None, tag_of(upload)} else None


def tag_of(upload: Upload) -> str:
    """A strong `ETag`: the hash."""
    return f'"{upload.sha256}"'


def out_of_range(request: Request, upload: Upload) -> Response:
    """Tell how large the file is (416)."""
    detail = f"Tệp chỉ có {upload.size} byte: khoảng byte yêu cầu nằm ngoài tệp."
    whole = {"Content-Range": f"bytes */{upload.size}"}
    return problem(request, 416, "range-not-satisfiable", detail, headers=whole)


async def serve(upload: Upload, part: ByteRange | None, on_damage: OnDamage) -> Response:
    """The answer with the bytes. Raises StoredBytesDiffer where that is seen before the first byte leaves.

    A whole file keeps its last bytes back until its hash is known, a part all of its own; where that differs, the
    connection ends without them, short of the length it announced, after `on_damage`.
    """
    headers = {
        "Content-Disposition": attachment(upload.filename),
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "ETag": tag_of(upload),
        "Content-Length": str(part.length if part else upload.size),
    }
    try:
        if part:
            chunks = await _open_part(upload, part, on_damage)
            headers["Content-Range"] = f"bytes {part.start}-{part.end}/{upload.size}"
        else:
            chunks = await _begun(verified(await open_whole(upload.storage_key), upload), on_damage)
    except FileNotFoundError as error:
        raise StoredBytesDiffer(upload.storage_key) from error
    return Outflow(chunks, 206 if part else 200, headers, upload.media_type)


async def _open_part(upload: Upload, part: ByteRange, on_damage: OnDamage) -> AsyncGenerator[bytes]:
    """A part has no hash of its own: the whole is read first. What that takes, a large file takes while the answer is
    on its way, not in the transaction of the request.
    """
    if await find_size(upload.storage_key) != upload.size:
        raise StoredBytesDiffer(upload.storage_key)
    chunks = _of_sound(upload, part)
    if upload.size <= CHUNK or _sound.get(upload.storage_key):
        return await _begun(chunks, on_damage)
    return _telling(chunks, on_damage)


async def _of_sound(upload: Upload, part: ByteRange) -> AsyncIterator[bytes]:
    """The bytes of a part, in blocks that are as they were when the whole was sound. Raises StoredBytesDiffer."""
    key, number = upload.storage_key, part.start // CHUNK
    begin, end = number * CHUNK, min((part.end // CHUNK + 1) * CHUNK, upload.size)
    try:
        hashes = _sound.get(key)
        if hashes is None:
            hashes = await hashes_of(verified(await open_whole(key), upload))
            _sound.put(key, hashes)
        chunks = await open_range(key, start=begin, length=end - begin)
    except FileNotFoundError as error:
        raise StoredBytesDiffer(key) from error
    async for block in in_blocks(chunks):
        if not is_block(hashes, number, block):
            raise StoredBytesDiffer(key)
        yield block[max(0, part.start - begin) : part.end + 1 - begin]
        begin, number = begin + len(block), number + 1
    if begin < end:
        raise StoredBytesDiffer(key)


async def verified(chunks: AsyncIterator[bytes], upload: Submitted) -> AsyncIterator[bytes]:
    """The chunks of a whole file; the last one only once all of them have the hash that was submitted.

    Raises StoredBytesDiffer.
    """
    digest, size = hashlib.sha256(), 0
    held: bytes | None = None
    async for chunk in chunks:
        if held is not None:
            yield held
        held = chunk
        digest.update(chunk)
        size += len(chunk)
    if held is None or size != upload.size or digest.hexdigest() != upload.sha256:
        raise StoredBytesDiffer(upload.storage_key)
    yield held


async def _begun(chunks: AsyncIterator[bytes], on_damage: OnDamage) -> AsyncGenerator[bytes]:
    """The same chunks, the first of which is here: for a small file that is all of it, known to be sound."""
    first = await anext(chunks)

    async def all_of_it() -> AsyncGenerator[bytes]:
        yield first
        async for chunk in _telling(chunks, on_damage):
            yield chunk

    return all_of_it()


async def _telling(chunks: AsyncIterator[bytes], on_damage: OnDamage) -> AsyncGenerator[bytes]:
    """The same chunks; that they are not what was submitted is told before they break off."""
    try:
        async for chunk in chunks:
            yield chunk
    except StoredBytesDiffer:
        await on_damage()
        raise
