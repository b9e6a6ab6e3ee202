"""Takes a body from the wire into the store: its type is known before the first byte is kept."""

from collections.abc import AsyncIterator

from services.evidence_api.uploads.filenames import clean_filename, name_as
from services.evidence_api.uploads.rules import broken_text, media_type_of
from shared.domain.file_types import HEAD, TEXT, PlainText
from shared.storage import Admit, stage_stream
from shared.uploads import ReceivedFile


async def receive_file(
    chunks: AsyncIterator[bytes], *, filename: str, sha256: str | None, limit: int, admit: Admit | None = None
) -> ReceivedFile:
    """Stream a file into the store; `sha256` is the hexadecimal digest its sender stated.

    Raises UnsupportedFile, TooLarge or Invalid with nothing kept; whatever `chunks` and `admit` raise passes, likewise.
    """
    name = clean_filename(filename)
    head, whole = await _peek(chunks)
    media_type = media_type_of(head, name)
    content = _only_text(whole) if media_type == TEXT else whole
    stored = await stage_stream(content, limit=limit, sha256=sha256, admit=admit)
    return ReceivedFile(name_as(name, media_type), media_type, stored)


async def _peek(chunks: AsyncIterator[bytes]) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first `HEAD` bytes, and the whole again from its beginning."""
    seen, size = [], 0
    async for chunk in chunks:
        seen.append(chunk)
        size += len(chunk)
        if size >= HEAD:
            break

    async def whole() -> AsyncIterator[bytes]:
        for chunk in seen:
            yield chunk
        async for chunk in chunks:
            yield chunk

    return b"".join(seen)[:HEAD], whole()


async def _only_text(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Text stays text to its end: a program behind a readable beginning is refused."""
    text = PlainText()
    async for chunk in chunks:
        if not text.accepts(chunk):
            raise broken_text()
        yield chunk
    if not text.accepts(b"", final=True):
        raise broken_text()
