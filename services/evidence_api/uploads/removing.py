"""Writes that take an upload away again, and give its room back."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.uploads import queries
from services.evidence_api.uploads.resuming import give_up
from services.evidence_api.uploads.standing import tag_of
from shared import audit
from shared.db.models import ResumableUpload, Upload
from shared.domain.errors import Conflict, Stale
from shared.domain.principal import Principal
from shared.storage import stage_again
from shared.uploads import keep_content, release


async def remove_upload(session: AsyncSession, principal: Principal, upload_id: UUID, *, seen: str | None) -> list[str]:
    """Take back an upload that is no part of any evidence, whether it has arrived whole or not.

    `seen` is the tag of what the caller saw last, where it says so. Returns keys of objects to be discarded once this
    has committed. Raises NotFound, Stale, and Conflict("upload-in-use").
    """
    file = await queries.find_upload(session, principal, upload_id, lock=True)
    if file is None:
        upload = await queries.get_begun(session, principal, upload_id, lock=True)
        if upload.completed_at is None:
            _ensure_as_seen(tag_of("unfinished", upload.received), seen)
            return await give_up(session, principal, upload, "upload.terminated")
        file = await queries.find_upload(session, principal, upload_id, lock=True)  # it became one meanwhile
    if file is None:
        raise queries.unknown_upload()
    if file.used_at is not None:
        raise Conflict("upload-in-use", "Tệp đã được nộp làm minh chứng nên không xóa được nữa.")
    _ensure_as_seen(tag_of("whole", file.size), seen)
    await _remove_file(session, principal, file)
    return []


def _ensure_as_seen(tag: str, seen: str | None) -> None:
    if seen is not None and seen.strip() != tag:
        raise Stale("version-stale", "Tệp đã thay đổi từ khi bạn xem: hãy xem lại rồi mới xóa.", facts={"current": tag})


async def _remove_file(session: AsyncSession, principal: Principal, file: Upload) -> None:
    told: dict[str, object] = {"filename": file.filename, "size": file.size, "sha256": file.sha256}
    audit.record(session, principal, "upload.removed", file, before=told)
    # Others may have sent the same bytes, which only the collector can know: it follows what is staged, and waits
    # for this lock before it looks.
    await keep_content(session, file.sha256)
    await stage_again(file.storage_key)
    await session.execute(delete(ResumableUpload).where(ResumableUpload.id == file.id))
    await session.delete(file)
    await session.flush()
    await release(session, file.organization_id, file.size)  # last: every upload of the organization waits for it
