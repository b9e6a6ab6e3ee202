"""Begins uploads on their way, once under each key; between its transactions bytes are read."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads import queries, resuming
from services.evidence_api.uploads.appending import Begin, assemble, read_parts
from services.evidence_api.uploads.protocol import Concat
from services.evidence_api.uploads.resuming import Announced, Part
from shared import clock
from shared.db.models import ResumableUpload, Upload
from shared.domain.errors import Conflict, Invalid
from shared.domain.principal import Principal
from shared.storage import discard


class Key(Protocol):
    """Under what a caller begins an upload, so that the same request again begins no other."""

    async def take(self, session: AsyncSession) -> UUID | None:
        """The upload begun under the key before; None where the caller may begin one.

        Raises Invalid("idempotency-key-reused") for a key that another request has taken.
        """

    async def keep(self, session: AsyncSession, upload: ResumableUpload) -> None:
        """Note what was begun under the key that this transaction took."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that stands; `again` where an earlier request began it."""

    upload: ResumableUpload
    again: bool


async def begin_upload(
    begin: Begin, principal: Principal, key: Key, announced: Announced, *, length: int, partial: bool
) -> Begun:
    """Expect a file. Raises what `resuming.begin_upload` raises."""
    now = clock.now()
    async with begin() as session:
        before = await _find_before(session, principal, key, now)
        if before is not None:
            return Begun(before, again=True)
        upload = await resuming.begin_upload(session, principal, announced, length=length, partial=partial, now=now)
        await key.keep(session, upload)
    return Begun(upload, again=False)


async def join_uploads(
    begin: Begin, principal: Principal, key: Key, announced: Announced, concat: Concat
) -> ResumableUpload:
    """Make one file of partial uploads. Raises what `find_joinable`, `assemble` and `join_uploads` raise."""
    async with begin() as session:
        async with session.begin_nested() as looking:
            before = await _find_before(session, principal, key, clock.now())
            if before is not None:
                return before
            await looking.rollback()  # the key is taken together with what is written under it
        parts = await resuming.find_joinable(session, principal, concat.joined, now=clock.now())
    received = await assemble(parts, announced)
    async with begin() as session:
        before = await _find_before(session, principal, key, clock.now())
        if before is None:
            upload = await resuming.join_uploads(
                session, principal, announced, concat.joined, received, now=clock.now()
            )
            await key.keep(session, upload)
    await discard([received.stored.incoming, *(part.key for part in parts)])
    return before or upload


async def _find_before(session: AsyncSession, principal: Principal, key: Key, now: datetime) -> ResumableUpload | None:
    """What was begun under the key and still stands: an upload that was refused or given up is begun anew.

    Raises Conflict("upload-complete") for one that became a file long ago.
    """
    upload_id = await key.take(session)
    if upload_id is None:
        return None
    found = await queries.find_resumable(session, principal, upload_id, now=now)
    if found is None and await queries.find_upload(session, principal, upload_id) is not None:
        raise Conflict(
            "upload-complete", "Tệp gửi với Idempotency-Key này đã tải lên xong.", facts={"id": str(upload_id)}
        )
    return found


async def ensure_same(
    begin: Begin, principal: Principal, upload: ResumableUpload, chunks: AsyncIterator[bytes]
) -> None:
    """What comes under a key again is what came before, as far as that has arrived: nothing is added.

    Raises Invalid("idempotency-key-reused"), TooLarge("upload-overrun") and Gone("upload-lost").
    """
    found, size = hashlib.sha256(), 0
    async for chunk in chunks:
        found.update(chunk[: max(0, upload.received - size)])
        size += len(chunk)
        if size > upload.length:
            raise resuming.overrun(upload.length)
    async with begin() as session:
        file = await queries.find_upload(session, principal, upload.id)
        kept = [] if file else await queries.list_parts(session, upload.id)
    parts = [_whole(file)] if file else [Part(each.starts_at, each.size, each.storage_key) for each in kept]
    if found.digest() != await _hash_of(parts, min(size, upload.received)):
        raise Invalid(
            "idempotency-key-reused", "Idempotency-Key này đã dùng cho một tệp có nội dung khác: hãy dùng khóa mới."
        )


def _whole(file: Upload) -> Part:
    return Part(0, file.size, file.storage_key)


async def _hash_of(parts: list[Part], size: int) -> bytes:
    """SHA-256 of the first `size` bytes."""
    digest = hashlib.sha256()
    async for chunk in read_parts(parts):
        digest.update(chunk[:size])
        size -= min(size, len(chunk))
        if size == 0:
            break
    return digest.digest()
