"""Reads of evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence.reuses import list_reuses
from services.evidence_api.evidence.rules import VersionState
from services.evidence_api.evidence.schemas import EvidenceBody, FileBody, FindingBody, VersionBody
from shared.db.models import (
    Assignment,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    Organization,
    Upload,
)
from shared.db.visibility import visible
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.errors import NotFound
from shared.domain.evidence_reuse import STEP
from shared.domain.principal import Principal

CURRENT = and_(EvidenceVersion.evidence_id == Evidence.id, EvidenceVersion.number == Evidence.current_version)
"""Joins a piece of evidence to its current version."""


@dataclass(frozen=True, slots=True)
class ProvedAssignment:
    """What submitting needs to know of an assignment; `lead_path` is its organization's."""

    id: UUID
    status: AssignmentStatus
    lead_path: str


@dataclass(frozen=True, slots=True)
class CurrentFile:
    """A file of the current version, and how far the checks of that version have come."""

    state: VersionState
    upload: Upload


async def get_assignment(session: AsyncSession, principal: Principal, assignment_id: UUID) -> ProvedAssignment:
    """Raises NotFound for what the caller may not see."""
    statement = (
        select(Assignment.status, Organization.path)
        .join(Organization, Organization.id == Assignment.organization_id)
        .where(Assignment.id == assignment_id, visible(principal, Assignment))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("assignment-not-found", "Không tìm thấy nhiệm vụ này.")
    return ProvedAssignment(assignment_id, AssignmentStatus(row.status), row.path)


async def get_evidence_for_update(session: AsyncSession, principal: Principal, evidence_id: UUID) -> Evidence:
    """The row, locked: versions and verdicts follow one another. Raises NotFound."""
    statement = (
        select(Evidence).where(Evidence.id == evidence_id, visible(principal, Evidence)).with_for_update(of=Evidence)
    )
    found = await session.scalar(statement)
    if found is None:
        raise _not_found()
    return found


async def get_evidence(session: AsyncSession, principal: Principal, evidence_id: UUID) -> tuple[EvidenceBody, Evidence]:
    """A piece of evidence as it is told, and its row. Raises NotFound."""
    statement = (
        select(Evidence, EvidenceVersion)
        .join(EvidenceVersion, CURRENT)
        .where(Evidence.id == evidence_id, visible(principal, Evidence))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise _not_found()
    return (await _tell(session, [row]))[0], row.Evidence


async def list_evidence(
    session: AsyncSession, principal: Principal, assignment_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[EvidenceBody]:
    """Evidence of an assignment the caller may see, oldest first."""
    statement = (
        select(Evidence, EvidenceVersion)
        .join(EvidenceVersion, CURRENT)
        .where(Evidence.assignment_id == assignment_id, visible(principal, Evidence))
        .order_by(Evidence.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Evidence.id > after)
    return await _tell(session, (await session.execute(statement)).all())


async def list_versions(
    session: AsyncSession, principal: Principal, evidence_id: UUID, *, after: int, limit: int
) -> Sequence[VersionBody]:
    """Versions with numbers above `after`, in order. Raises NotFound."""
    await _ensure_visible(session, principal, evidence_id)
    statement = (
        select(EvidenceVersion)
        .where(EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number > after)
        .order_by(EvidenceVersion.number)
        .limit(limit)
    )
    versions = (await session.scalars(statement)).all()
    files = await _list_files(session, [version.id for version in versions])
    return [VersionBody.of(version, files[version.id]) for version in versions]


async def list_findings(session: AsyncSession, principal: Principal, evidence_id: UUID) -> Sequence[FindingBody]:
    """Findings on the current version, in the order they were made. Raises NotFound."""
    await _ensure_visible(session, principal, evidence_id)
    statement = (
        select(EvidenceVersion, EvidenceFinding)
        .join(EvidenceFinding, EvidenceFinding.evidence_version_id == EvidenceVersion.id)
        .join(Evidence, CURRENT)
        .where(Evidence.id == evidence_id)
        .order_by(EvidenceFinding.id)
    )
    rows = (await session.execute(statement)).all()
    findings = [FindingBody.of(version, finding) for version, finding in rows]
    compared = [body for body in findings if body.step == STEP]
    if compared:
        version = rows[0].EvidenceVersion
        reuses = await list_reuses(session, principal, version.id)
        for body in compared:
            # That the whole version is met before as the document it is, is told with its first file.
            body.add_reuses([each for each in reuses if (each["position"] or 1) == body.position], version.reuse_reason)
    return findings


async def get_file(session: AsyncSession, principal: Principal, evidence_id: UUID, position: int) -> CurrentFile:
    """The file at a position (from 1) of the current version. Raises NotFound."""
    await _ensure_visible(session, principal, evidence_id)
    statement = (
        select(EvidenceVersion.state, Upload)
        .join(Evidence, CURRENT)
        .join(EvidenceFile, EvidenceFile.evidence_version_id == EvidenceVersion.id)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(Evidence.id == evidence_id, EvidenceFile.position == position)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("file-not-found", f"Minh chứng không có tệp thứ {position}.")
    return CurrentFile(VersionState(row.state), row.Upload)


async def list_owned_uploads(session: AsyncSession, organization_id: UUID, named: Collection[UUID]) -> set[UUID]:
    """Those of the uploads named that this very organization sent."""
    statement = select(Upload.id).where(Upload.id.in_(named), Upload.organization_id == organization_id)
    return set((await session.scalars(statement)).all())


async def _ensure_visible(session: AsyncSession, principal: Principal, evidence_id: UUID) -> None:
    statement = select(Evidence.id).where(Evidence.id == evidence_id, visible(principal, Evidence))
    if await session.scalar(statement) is None:
        raise _not_found()


def _not_found() -> NotFound:
    return NotFound("evidence-not-found", "Không tìm thấy minh chứng này.")


async def _tell(session: AsyncSession, rows: Sequence[Row[Evidence, EvidenceVersion]]) -> list[EvidenceBody]:
    files = await _list_files(session, [version.id for _, version in rows])
    return [EvidenceBody.of(evidence, version, files[version.id]) for evidence, version in rows]


async def _list_files(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, list[FileBody]]:
    statement = (
        select(EvidenceFile, Upload)
        .join(Upload, Upload.id == EvidenceFile.upload_id)
        .where(EvidenceFile.evidence_version_id.in_(version_ids))
        .order_by(EvidenceFile.position)
    )
    files: dict[UUID, list[FileBody]] = defaultdict(list)
    for file, upload in (await session.execute(statement)).all():
        files[file.evidence_version_id].append(
            FileBody(
                position=file.position,
                filename=upload.filename,
                media_type=upload.media_type,
                size=upload.size,
                sha256=upload.sha256,
            )
        )
    return files
