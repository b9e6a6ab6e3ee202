"""Reads of files of evidence."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence.queries import ensure_visible
from services.evidence_api.evidence.rules import VersionState
from shared.db.models import (
    AuditEntry,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    Organization,
    Upload,
)
from shared.domain.errors import NotFound
from shared.domain.principal import Principal

READ = "evidence_file.read"
"""The action that the trail holds of a read."""


@dataclass(frozen=True, slots=True)
class FileOfVersion:
    """A file, its place in a version, and how far the checks of that version have come."""

    state: VersionState
    version: int
    file: EvidenceFile
    upload: Upload


async def get_file(
    session: AsyncSession, principal: Principal, evidence_id: UUID, position: int, version: int | None
) -> FileOfVersion:
    """The file at a position (from 1) of a version, the current one without a number. Raises NotFound."""
    await ensure_visible(session, principal, evidence_id)
    statement = (
        select(EvidenceVersion.state, EvidenceVersion.number, EvidenceFile, Upload)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .join(EvidenceFile, EvidenceFile.evidence_version_id == EvidenceVersion.id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(
            Evidence.id == evidence_id,
            EvidenceVersion.number == (Evidence.current_version if version is None else version),
            EvidenceFile.position == position,
        )
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("file-not-found", f"Minh chứng không có tệp thứ {position} ở phiên bản này.")
    return FileOfVersion(VersionState(row.state), row.number, row.EvidenceFile, row.Upload)


async def find_preview(session: AsyncSession, file: EvidenceFile) -> str | None:
    """The SHA-256 of the picture that the checks have made of the first page; None where they made none."""
    statement = select(EvidenceFinding.facts["sha256"].astext).where(
        EvidenceFinding.evidence_version_id == file.evidence_version_id,
        EvidenceFinding.position == file.position,
        EvidenceFinding.step == "first_page",
        EvidenceFinding.outcome == "kept",
    )
    found: str | None = await session.scalar(statement)
    return found


async def was_read_since(
    session: AsyncSession, principal: Principal, file_id: UUID, since: datetime, *, link: str | None
) -> bool:
    """Whether the trail holds a read of the file by this very caller after an instant, by this very link if by any:
    who holds it may be somebody else.
    """
    statement = (
        select(AuditEntry.id)
        .where(
            AuditEntry.target_id == file_id,
            AuditEntry.organization_id == principal.organization_id,
            AuditEntry.action == READ,
            AuditEntry.actor == principal.subject,
            AuditEntry.client == principal.client,
            AuditEntry.after["link"].as_string().is_not_distinct_from(link),
            AuditEntry.occurred_at > since,
        )
        .limit(1)
    )
    return await session.scalar(statement) is not None


async def get_code(session: AsyncSession, organization_id: UUID) -> str:
    """The code of an organization."""
    return (await session.scalars(select(Organization.code).where(Organization.id == organization_id))).one()
