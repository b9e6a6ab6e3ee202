"""Reads of files that leave a trail, links to them, and doubts about their bytes."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence.rules import ensure_released
from services.evidence_api.evidence_files import queries
from services.evidence_api.evidence_files.link_tokens import FileLink
from services.evidence_api.evidence_files.policies import ensure_may_link
from services.evidence_api.evidence_files.queries import FileOfVersion
from services.evidence_api.evidence_files.rules import ONE_READ, ensure_sound
from services.evidence_api.evidence_files.schemas import CreateFileLink
from shared import audit, outbox
from shared.db.context import acting, session_info
from shared.db.ids import new_id
from shared.db.session import Sessions
from shared.domain.errors import NotFound
from shared.domain.principal import Principal
from shared.events import StoredFileDoubted
from shared.storage import first_page_of, is_stored, read_stream


async def get_readable_file(
    session: AsyncSession, principal: Principal, evidence_id: UUID, position: int, version: int | None
) -> FileOfVersion:
    """A file that may leave. Raises NotFound, Conflict: `evidence-not-released`, `file-damaged`."""
    file = await queries.get_file(session, principal, evidence_id, position, version)
    ensure_released(file.state)
    ensure_sound(damaged=file.upload.damaged_at is not None)
    return file


async def record_read(
    session: AsyncSession, principal: Principal, file: FileOfVersion, *, in_part: bool, link: str | None, now: datetime
) -> None:
    """Write down who reads; a part asked for shortly after a read by the same caller belongs to it.

    `link` is the nonce of the link that was used.
    """
    if in_part and await queries.was_read_since(session, principal, file.file.id, now - ONE_READ, link=link):
        return
    after: dict[str, object] = {"version": file.version, "filename": file.upload.filename, "sha256": file.upload.sha256}
    audit.record(session, principal, queries.READ, file.file, after=after | ({"link": link} if link else {}))
    await session.flush()


async def read_preview(
    session: AsyncSession, principal: Principal, evidence_id: UUID, position: int, version: int | None
) -> bytes:
    """The first page of a file that may leave, as a JPEG; who looks at it is written down.

    Raises what `get_readable_file` raises, and NotFound("preview-not-found") where there is none.
    """
    file = await get_readable_file(session, principal, evidence_id, position, version)
    content = await _find_picture(file, await queries.find_preview(session, file.file))
    if content is None:
        raise NotFound("preview-not-found", "Tệp này không có ảnh trang đầu: hãy mở chính tệp.")
    after: dict[str, object] = {"version": file.version, "filename": file.upload.filename, "sha256": file.upload.sha256}
    audit.record(session, principal, "evidence_file.previewed", file.file, after=after)
    await session.flush()
    return content


async def _find_picture(file: FileOfVersion, sha256: str | None) -> bytes | None:
    """What the checks drew, byte for byte; None where it is gone, or no longer the same."""
    key = first_page_of(file.upload.sha256)
    if sha256 is None or not await is_stored(key):
        return None
    content = b"".join([chunk async for chunk in read_stream(key)])
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


async def create_file_link(
    session: AsyncSession,
    principal: Principal,
    evidence_id: UUID,
    position: int,
    wanted: CreateFileLink,
    *,
    expires_at: datetime,
) -> FileLink:
    """A link to a readable file, for what the caller may see while it lasts. Raises what `get_readable_file` raises."""
    file = await get_readable_file(session, principal, evidence_id, position, wanted.version)
    ensure_may_link(principal)
    link = FileLink(
        evidence_id=str(evidence_id),
        version=file.version,
        position=position,
        issuer=principal.client,
        subject=principal.subject,
        organization=await queries.get_code(session, principal.organization_id),
        expires_at=int(expires_at.timestamp()),
        nonce=str(new_id()),
        single_use=wanted.single_use,
    )
    told = datetime.fromtimestamp(link.expires_at, UTC).isoformat()
    after: dict[str, object] = {"version": file.version, "link": link.nonce, "expires_at": told}
    audit.record(session, principal, "evidence_file.linked", file.file, after=after)
    await session.flush()
    return link


def record_doubt(session: AsyncSession, upload_id: UUID) -> None:
    """Have the stored bytes looked at."""
    outbox.add(session, StoredFileDoubted(upload_id=upload_id))


async def doubt(sessions: Sessions, principal: Principal, upload_id: UUID) -> None:
    """The same in a transaction of its own: that of the request ended before its bytes were all read."""
    async with sessions(info=session_info(acting(principal))) as session:
        record_doubt(session, upload_id)
        await session.commit()
