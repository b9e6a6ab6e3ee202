"""Takes the body of one request into an unfinished upload: what has arrived stays, however the request ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads import queries, resuming
from services.evidence_api.uploads.protocol import Checksum
from services.evidence_api.uploads.receiving import receive_file
from services.evidence_api.uploads.resuming import Announced, Appending, Part
from services.evidence_api.uploads.rules import media_type_of
from shared import clock
from shared.db.ids import new_id
from shared.domain.errors import Conflict, Gone, Invalid, UnsupportedFile
from shared.domain.file_types import HEAD
from shared.domain.principal import Principal
from shared.storage import INCOMING, PART, discard, read_stream, write_object
from shared.uploads import ReceivedFile

SEGMENT = PART - (128 << 10)
"""Bytes after which what has arrived is counted as received: with the last chunk not more than one part of an S3."""
SEGMENT_SECONDS = 10.0
"""On slow lines it is counted after so long, that a killed process loses no more than that."""

Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@dataclass(frozen=True, slots=True)
class Sent:
    """The bytes of one request from `offset` on; `size` where it is announced."""

    offset: int
    size: int | None
    chunks: AsyncIterator[bytes]
    checksum: Checksum | None


class Interrupted(Exception):
    """The connection ended before the body did."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come, and until when it waits for more."""

    received: int
    expires_at: datetime


class Body:
    """Follows a body that brings at most `left` bytes; an interruption ends it, and is told afterwards."""

    def __init__(self, chunks: AsyncIterator[bytes], appending: Appending, checksum: Checksum | None) -> None:
        self._chunks = chunks
        self._length = appending.length
        self._left = appending.length - appending.starts_at
        self._held = b""
        self._over = False
        self._fetching = False
        self.found = checksum.start() if checksum else None
        self.interruption: Interrupted | None = None

    def break_off(self, reader: asyncio.Task[Progress]) -> None:
        """Let nothing more come; the task that reads goes on with what is here."""
        if self._fetching:
            reader.cancel()
        elif not self._over:
            self.interruption, self._over = Interrupted(), True

    async def more(self) -> bool:
        """Whether there is anything yet to take. Raises TooLarge("upload-overrun")."""
        while not self._held and not self._over:
            await self._fetch()
        return bool(self._held)

    async def _fetch(self) -> None:
        if self._left == 0:  # an end that nobody waits for cannot be cut off either
            self._over = True
            return
        self._fetching = True
        try:
            self._held = await anext(self._chunks)
        except asyncio.CancelledError:  # only `break_off` does that
            self.interruption, self._over = Interrupted(), True
        except StopAsyncIteration:
            self._over = True
        except Interrupted as error:
            self.interruption, self._over = error, True
        finally:
            self._fetching = False
        if len(self._held) > self._left:
            raise resuming.overrun(self._length)
        self._left -= len(self._held)
        if self.found is not None:
            self.found.update(self._held)

    async def segment(self) -> AsyncIterator[bytes]:
        """The next bytes that are stored as one object."""
        began, size = monotonic(), 0
        while size < SEGMENT and monotonic() - began < SEGMENT_SECONDS and await self.more():
            chunk, self._held = self._held, b""
            size += len(chunk)
            yield chunk


async def append_body(begin: Begin, principal: Principal, upload_id: UUID, sent: Sent) -> Progress:
    """Receive a body, and complete the upload with its last byte.

    A body with a checksum counts as a whole or not at all (Corrupted). Content that is refused takes the upload with
    it (UnsupportedFile, Invalid). Raises what `resuming.begin_appending` raises, Conflict where somebody else took
    over, and Interrupted after what had arrived is kept.
    """
    async with begin() as session:
        appending = await resuming.begin_appending(
            session, principal, upload_id, offset=sent.offset, size=sent.size, now=clock.now()
        )
    body = Body(sent.chunks, appending, sent.checksum)
    # A task of its own: requests that nobody waits for are cancelled, and what they have brought shall stay.
    working = asyncio.create_task(_append(begin, principal, appending, body, sent.checksum))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        body.break_off(working)
        await asyncio.gather(working, return_exceptions=True)
        raise


async def _append(
    begin: Begin, principal: Principal, appending: Appending, body: Body, checksum: Checksum | None
) -> Progress:
    pending: list[Part] = []
    try:
        return await _take(begin, principal, appending, body, checksum, pending)
    except (UnsupportedFile, Invalid, Gone):
        await discard(part.key for part in pending)
        async with begin() as session:
            keys = await resuming.refuse_upload(session, principal, appending, now=clock.now())
        await discard(keys)
        raise
    except BaseException:
        await discard(part.key for part in pending)
        raise


async def _take(
    begin: Begin,
    principal: Principal,
    appending: Appending,
    body: Body,
    checksum: Checksum | None,
    pending: list[Part],
) -> Progress:
    """`pending` holds what is stored and unknown to the database."""
    at = appending.starts_at
    expires_at = resuming.expiry(clock.now())
    while await body.more():
        pending.append(await _store_segment(body, appending, at))
        at += pending[-1].size
        if checksum is None and not _is_last(appending, at):
            expires_at = await _keep(begin, appending, pending)
    if body.interruption is not None:
        raise body.interruption
    if checksum is not None and body.found is not None:
        checksum.ensure_is(body.found)
    if pending and _is_last(appending, at):
        return await _complete(begin, principal, appending, pending)
    if pending:
        expires_at = await _keep(begin, appending, pending)
    return Progress(at, expires_at)


def _is_last(appending: Appending, at: int) -> bool:
    """Whether what ends at `at` makes a file of the upload: then it counts as received together with that file."""
    return at == appending.length and not appending.partial


async def _store_segment(body: Body, appending: Appending, at: int) -> Part:
    key = f"{INCOMING}/{appending.upload_id}/{new_id()}"
    segment = body.segment()
    if at == 0 and not appending.partial:
        segment = _of_accepted_type(segment, appending.announced.filename)
    return Part(at, await write_object(key, segment), key)


async def _of_accepted_type(chunks: AsyncIterator[bytes], filename: str) -> AsyncIterator[bytes]:
    """What would be refused in the end is refused at once, where its first bytes come together."""
    head, judged = b"", False
    async for chunk in chunks:
        if not judged:
            head += chunk[:HEAD]
            judged = len(head) >= HEAD
            if judged:
                media_type_of(head[:HEAD], filename)
        yield chunk


async def _keep(begin: Begin, appending: Appending, pending: list[Part]) -> datetime:
    parts = _let_go(pending)
    try:
        async with begin() as session:
            return await resuming.keep_parts(session, appending, parts, now=clock.now())
    except Conflict:
        await discard(part.key for part in parts)
        raise


def _let_go(pending: list[Part]) -> list[Part]:
    """What is being told to the database is nobody's to discard: a commit that breaks may yet have happened."""
    parts = list(pending)
    pending.clear()
    return parts


async def _complete(begin: Begin, principal: Principal, appending: Appending, pending: list[Part]) -> Progress:
    async with begin() as session:
        kept = await queries.list_parts(session, appending.upload_id)
    parts = [Part(each.starts_at, each.size, each.storage_key) for each in kept] + pending
    received = await assemble(parts, appending.announced)
    last = _let_go(pending)
    try:
        async with begin() as session:
            expires_at = await resuming.complete_upload(
                session, principal, appending, received, starts_at=last[0].starts_at, now=clock.now()
            )
    except Conflict:
        await discard(part.key for part in last)
        raise
    await discard([received.stored.incoming, *(part.key for part in parts)])
    return Progress(appending.length, expires_at)


async def assemble(parts: Sequence[Part], announced: Announced) -> ReceivedFile:
    """The one file that the parts are, its hash reckoned over what the store really holds.

    Raises what `receive_file` and `read_parts` raise.
    """
    length = sum(part.size for part in parts)
    return await receive_file(read_parts(parts), filename=announced.filename, sha256=announced.sha256, limit=length)


async def read_parts(parts: Sequence[Part]) -> AsyncIterator[bytes]:
    """Their bytes in order. Raises Gone("upload-lost") for parts that are not there as they were written."""
    at = 0
    for part in parts:
        size = 0
        try:
            async for chunk in read_stream(part.key):
                size += len(chunk)
                yield chunk
        except FileNotFoundError:
            size = -1
        if (part.starts_at, part.size) != (at, size):
            raise Gone("upload-lost", "Một phần đã nhận không còn trong kho: hãy tải lại tệp từ đầu.")
        at += size
