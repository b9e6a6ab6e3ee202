"""A file in blocks, each with a hash of its own, so that a part of it is compared like the whole."""

import hashlib
from collections.abc import AsyncIterator

from shared.storage import CHUNK

_DIGEST = hashlib.sha256().digest_size


async def in_blocks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes, `CHUNK` at a time; the last block may be shorter."""
    held = bytearray()
    async for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


async def hashes_of(chunks: AsyncIterator[bytes]) -> bytes:
    """The hashes of the blocks of a file, one behind the other."""
    return b"".join([hashlib.sha256(block).digest() async for block in in_blocks(chunks)])


def is_block(hashes: bytes, number: int, block: bytes) -> bool:
    """Whether these are the bytes that block `number`, counted from 0, had when the hashes were taken."""
    return hashlib.sha256(block).digest() == hashes[number * _DIGEST : (number + 1) * _DIGEST]
