"""Reads of whole archives that leave a trail."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence.queries import get_assignment
from services.evidence_api.evidence_archives import queries
from services.evidence_api.evidence_archives.rules import ArchivedFile, ensure_fits
from shared import audit
from shared.db.models import Assignment
from shared.domain.principal import Principal


async def read_archive(
    session: AsyncSession, principal: Principal, assignment_id: UUID, *, limit: int
) -> Sequence[ArchivedFile]:
    """What the archive will hold, written down as read. Raises NotFound, TooLarge("archive-too-large")."""
    await get_assignment(session, principal, assignment_id)
    files = await queries.list_archived(session, principal, assignment_id)
    ensure_fits(files, limit)
    taken: list[str] = [file.sha256 for file in files if not file.damaged]
    audit.record(session, principal, "evidence_archive.read", Assignment(id=assignment_id), after={"sha256": taken})
    await session.flush()
    return files
