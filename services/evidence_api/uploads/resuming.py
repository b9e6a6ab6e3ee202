"""Writes of uploads on their way: each is one short transaction, between which their bytes arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads import queries
from shared import audit
from shared.db.ids import new_id
from shared.db.models import ResumableUpload, UploadPart
from shared.domain.errors import Conflict, Forbidden, Invalid, TooLarge
from shared.domain.principal import Principal
from shared.settings import get_settings
from shared.storage import ensure_fits
from shared.uploads import ReceivedFile, add_upload, release, reserve


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before it sends it; `metadata_text` and `concat_text` as they came."""

    metadata_text: str
    concat_text: str | None
    filename: str
    sha256: str | None
    captured_at: datetime | None


@dataclass(frozen=True, slots=True)
class Appending:
    """The right to go on with an upload from `starts_at`, until somebody else begins to."""

    upload_id: UUID
    organization_id: UUID
    fence: int
    starts_at: int
    length: int
    partial: bool
    announced: Announced


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from `starts_at` that are stored under `key`."""

    starts_at: int
    size: int
    key: str


def expiry(now: datetime) -> datetime:
    """Until when an upload that something just arrived of waits for more."""
    return now + timedelta(hours=get_settings().upload_lifetime_hours)


async def begin_upload(
    session: AsyncSession, principal: Principal, announced: Announced, *, length: int, partial: bool, now: datetime
) -> ResumableUpload:
    """Expect a file of `length` bytes, for which there is room from here on.

    Raises TooLarge("file-too-large", "quota-exceeded") and Invalid("file-empty").
    """
    ensure_fits(length, get_settings().upload_limit)
    if length == 0:
        raise Invalid("file-empty", "Tệp rỗng: hãy chọn lại tệp có nội dung.")
    await reserve(session, principal.organization_id, length)
    upload = _expected(principal, announced, length, partial=partial, now=now)
    session.add(upload)
    await session.flush()
    return upload


def _expected(
    principal: Principal, announced: Announced, length: int, *, partial: bool, now: datetime
) -> ResumableUpload:
    return ResumableUpload(
        id=new_id(),
        organization_id=principal.organization_id,
        uploaded_by=principal.subject,
        length=length,
        partial=partial,
        metadata_text=announced.metadata_text,
        concat_text=announced.concat_text,
        filename=announced.filename,
        sha256=announced.sha256,
        captured_at=announced.captured_at,
        expires_at=expiry(now),
    )


async def begin_appending(
    session: AsyncSession, principal: Principal, upload_id: UUID, *, offset: int, size: int | None, now: datetime
) -> Appending:
    """Take over an upload at `offset`, to send `size` bytes more if that is known.

    Whoever was appending to it can no longer: the newest connection of a phone is the one that lives.
    Raises NotFound, Gone, Forbidden("upload-joined") for what was joined of others, Conflict("offset-mismatch") and
    TooLarge("upload-overrun").
    """
    upload = await queries.get_resumable(session, principal, upload_id, now=now, lock=True)
    if upload.concat_text is not None and not upload.partial:
        raise Forbidden("upload-joined", "Tệp này được ghép từ các phần đã tải lên đủ nên không nhận thêm nội dung.")
    if offset != upload.received:
        raise Conflict(
            "offset-mismatch",
            f"Đã nhận {upload.received} byte, không phải {offset}: hãy hỏi lại vị trí (HEAD) rồi gửi tiếp từ đó.",
            facts={"received": upload.received},
        )
    if size is not None and offset + size > upload.length:
        raise overrun(upload.length)
    upload.fence += 1
    announced = Announced(upload.metadata_text, upload.concat_text, upload.filename, upload.sha256, upload.captured_at)
    return Appending(upload.id, upload.organization_id, upload.fence, offset, upload.length, upload.partial, announced)


def overrun(length: int) -> TooLarge:
    """The refusal of more bytes than were announced."""
    return TooLarge(
        "upload-overrun",
        f"Gửi nhiều hơn {length} byte đã báo trước. Phần đã nhận vẫn được giữ: hãy hỏi lại vị trí (HEAD) rồi chỉ gửi "
        "phần còn thiếu; nếu độ dài đã báo là sai, hãy hủy lần tải này và tải lại với độ dài đúng.",
    )


async def keep_parts(session: AsyncSession, appending: Appending, parts: Sequence[Part], *, now: datetime) -> datetime:
    """Count parts that are stored as received; until when the upload waits for the next.

    Raises Conflict("upload-taken-over").
    """
    expires_at = expiry(now)
    last = parts[-1]
    await _advance(session, appending, parts[0].starts_at, received=last.starts_at + last.size, expires_at=expires_at)
    session.add_all(
        UploadPart(
            resumable_upload_id=appending.upload_id, starts_at=part.starts_at, size=part.size, storage_key=part.key
        )
        for part in parts
    )
    await session.flush()
    return expires_at


async def _advance(session: AsyncSession, appending: Appending, starts_at: int, **values: object) -> None:
    statement = (
        update(ResumableUpload)
        .where(
            ResumableUpload.id == appending.upload_id,
            ResumableUpload.fence == appending.fence,
            ResumableUpload.received == starts_at,
        )
        .values(**values)
        .returning(ResumableUpload.id)
    )
    if (await session.execute(statement)).one_or_none() is None:
        raise _taken_over()


def _taken_over() -> Conflict:
    return Conflict(
        "upload-taken-over", "Một kết nối khác đang gửi tiếp tệp này: hãy hỏi lại vị trí (HEAD) rồi gửi tiếp."
    )


async def complete_upload(
    session: AsyncSession,
    principal: Principal,
    appending: Appending,
    received: ReceivedFile,
    *,
    starts_at: int,
    now: datetime,
) -> datetime:
    """The file is whole: it becomes an upload of the same id, and its parts, of which the database knew up to
    `starts_at`, are forgotten. Until when its address still answers.

    Raises Conflict("upload-taken-over") and what `add_upload` raises.
    """
    expires_at = expiry(now)
    values = {"received": appending.length, "completed_at": now, "expires_at": expires_at}
    await _advance(session, appending, starts_at, **values)
    await session.execute(delete(UploadPart).where(UploadPart.resumable_upload_id == appending.upload_id))
    await add_upload(
        session,
        principal,
        appending.organization_id,
        appending.upload_id,
        received,
        captured_at=appending.announced.captured_at,
    )
    return expires_at


async def find_joinable(
    session: AsyncSession, principal: Principal, upload_ids: Sequence[UUID], *, now: datetime
) -> list[Part]:
    """The parts of several complete partial uploads, one after the other.

    Raises NotFound, Gone, TooLarge("file-too-large"), and Conflict("upload-not-joinable") for what is not complete.
    """
    parts: list[Part] = []
    length = 0
    for upload_id in upload_ids:
        upload = await queries.get_resumable(session, principal, upload_id, now=now)
        if not upload.partial or upload.received != upload.length:
            raise Conflict("upload-not-joinable", "Chỉ ghép được các phần (Upload-Concat: partial) đã tải lên đủ.")
        found = await queries.list_parts(session, upload_id)
        parts += [Part(length + part.starts_at, part.size, part.storage_key) for part in found]
        length += upload.length
    ensure_fits(length, get_settings().upload_limit)
    return parts


async def join_uploads(
    session: AsyncSession,
    principal: Principal,
    announced: Announced,
    joined: Sequence[UUID],
    received: ReceivedFile,
    *,
    now: datetime,
) -> ResumableUpload:
    """Partial uploads have become one file, which takes over the room they had.

    Raises Conflict("upload-not-joinable") when one of them has gone since, and what `add_upload` raises.
    """
    # Uploads before their parts, as whoever gives one up locks them.
    parts_of = select(ResumableUpload.id).where(ResumableUpload.id.in_(joined)).order_by(ResumableUpload.id)
    await session.execute(parts_of.with_for_update())
    await session.execute(delete(UploadPart).where(UploadPart.resumable_upload_id.in_(joined)))
    gone = delete(ResumableUpload).where(ResumableUpload.id.in_(joined)).returning(ResumableUpload.id)
    if len((await session.execute(gone)).all()) != len(joined):
        raise Conflict("upload-not-joinable", "Một phần cần ghép không còn nữa: hãy tải lại tệp từ đầu.")
    upload = _expected(principal, announced, received.stored.size, partial=False, now=now)
    upload.received, upload.completed_at = upload.length, now
    session.add(upload)
    await session.flush()
    await add_upload(session, principal, upload.organization_id, upload.id, received, captured_at=announced.captured_at)
    return upload


async def refuse_upload(
    session: AsyncSession, principal: Principal, appending: Appending, *, now: datetime
) -> list[str]:
    """What was sent can never become a file: as if it had been given up.

    Raises Conflict("upload-taken-over"): what looked amiss was then somebody else's work.
    """
    upload = await queries.get_resumable(session, principal, appending.upload_id, now=now, lock=True)
    if upload.fence != appending.fence:
        raise _taken_over()
    return await give_up(session, principal, upload, "upload.refused")


async def give_up(session: AsyncSession, principal: Principal, upload: ResumableUpload, action: str) -> list[str]:
    """Forget an unfinished upload whose row is locked, and give its room back; returns the keys of its parts."""
    gone = delete(UploadPart).where(UploadPart.resumable_upload_id == upload.id).returning(UploadPart.storage_key)
    keys = list((await session.scalars(gone)).all())
    told: dict[str, object] = {"filename": upload.filename, "length": upload.length, "received": upload.received}
    audit.record(session, principal, action, upload, before=told)
    await session.delete(upload)
    await session.flush()
    await release(session, upload.organization_id, upload.length)
    return keys
