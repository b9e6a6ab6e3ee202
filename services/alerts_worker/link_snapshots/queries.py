"""Reads of versions that are public addresses."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import EvidenceVersion, LinkSnapshot


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """The address of a version, and when it was submitted."""

    url: str
    since: datetime


async def find_waiting(session: AsyncSession, evidence_id: UUID, number: int) -> WaitingLink | None:
    """The address of a version that was not fetched yet; None once it was, or was refused."""
    version = await _find(session, evidence_id, number, lock=False)
    return WaitingLink(version.link_url, version.created_at) if version and version.link_url else None


async def find_waiting_for_update(session: AsyncSession, evidence_id: UUID, number: int) -> EvidenceVersion | None:
    """The same version, locked."""
    return await _find(session, evidence_id, number, lock=True)


async def _find(session: AsyncSession, evidence_id: UUID, number: int, *, lock: bool) -> EvidenceVersion | None:
    kept = select(LinkSnapshot.evidence_version_id).where(LinkSnapshot.evidence_version_id == EvidenceVersion.id)
    statement = select(EvidenceVersion).where(
        EvidenceVersion.evidence_id == evidence_id,
        EvidenceVersion.number == number,
        EvidenceVersion.state == "received",
        ~kept.exists(),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)
