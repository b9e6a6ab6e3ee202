"""Reads of evidence."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.evidence_api.evidence.rules import Carried
from services.evidence_api.evidence.schemas import EvidenceBody, FileBody, VersionBody
from shared.db.models import (
    Assignment,
    CompletionEvidence,
    Evidence,
    EvidenceAssignment,
    EvidenceFile,
    EvidenceVersion,
    Organization,
    Upload,
)
from shared.db.succession import list_succeeded
from shared.db.visibility import visible
from shared.domain.assignment_states import AssignmentStatus
from shared.domain.errors import NotFound
from shared.domain.principal import Principal

CURRENT = and_(EvidenceVersion.evidence_id == Evidence.id, EvidenceVersion.number == Evidence.current_version)
"""Joins a piece of evidence to its current version."""


@dataclass(frozen=True, slots=True)
class ProvedAssignment:
    """What submitting needs to know of an assignment; `lead_path` is its organization's."""

    id: UUID
    plan_id: UUID
    status: AssignmentStatus
    lead_path: str


async def get_assignment(session: AsyncSession, principal: Principal, assignment_id: UUID) -> ProvedAssignment:
    """Raises NotFound for what the caller may not see."""
    row = (await session.execute(_proved(principal).where(Assignment.id == assignment_id))).one_or_none()
    if row is None:
        raise NotFound("assignment-not-found", "Không tìm thấy nhiệm vụ này.")
    return ProvedAssignment(row.id, row.plan_id, AssignmentStatus(row.status), row.path)


async def list_proved(session: AsyncSession, principal: Principal, evidence_id: UUID) -> list[ProvedAssignment]:
    """What a piece of evidence proves, of what the caller may see, the one it was submitted for first."""
    statement = (
        _proved(principal)
        .join(EvidenceAssignment, EvidenceAssignment.assignment_id == Assignment.id)
        .where(EvidenceAssignment.evidence_id == evidence_id)
        .order_by(EvidenceAssignment.linked_at.nulls_first(), Assignment.id)
    )
    rows = (await session.execute(statement)).all()
    return [ProvedAssignment(row.id, row.plan_id, AssignmentStatus(row.status), row.path) for row in rows]


async def is_led_elsewhere(session: AsyncSession, evidence_id: UUID) -> bool:
    """Whether a piece of evidence proves work of an organization beyond the caller's reach, also work that the caller
    may not see: the database tells no more of it than this.
    """
    return bool(await session.scalar(select(func.theodoi_evidence_led_elsewhere(evidence_id))))


def _proved(principal: Principal) -> Select[UUID, UUID, str, str]:
    return (
        select(Assignment.id, Assignment.plan_id, Assignment.status, Organization.path)
        .join(Organization, Organization.id == Assignment.organization_id)
        .where(visible(principal, Assignment))
    )


async def get_plan_of(session: AsyncSession, evidence: Evidence) -> UUID:
    """The plan of all that a piece of evidence proves."""
    statement = (
        select(Assignment.plan_id)
        .join(EvidenceAssignment, EvidenceAssignment.assignment_id == Assignment.id)
        .where(EvidenceAssignment.evidence_id == evidence.id)
        .limit(1)
    )
    return (await session.scalars(statement)).one()


async def is_submitter(session: AsyncSession, principal: Principal, evidence: Evidence) -> bool:
    """Whether the caller's organization submitted it, or has succeeded the one that did."""
    return evidence.organization_id in await list_succeeded(session, principal.organization_id)


async def get_evidence_for_update(session: AsyncSession, principal: Principal, evidence_id: UUID) -> Evidence:
    """The row, locked: versions and verdicts follow one another. Raises NotFound."""
    statement = (
        select(Evidence).where(Evidence.id == evidence_id, visible(principal, Evidence)).with_for_update(of=Evidence)
    )
    found = await session.scalar(statement)
    if found is None:
        raise _not_found()
    return found


async def get_with_companions_for_update(session: AsyncSession, principal: Principal, evidence_id: UUID) -> Evidence:
    """The row, locked with all other evidence of the completions that stand on it: two pieces of one completion are
    withdrawn one after the other. Raises NotFound.

    A completion that was reported while this waited for the row is seen when it is asked for again.
    """
    await _lock_with_companions(session, principal, evidence_id)
    found = {each.id: each for each in await _lock_with_companions(session, principal, evidence_id)}
    if evidence_id not in found:
        raise _not_found()
    return found[evidence_id]


async def _lock_with_companions(session: AsyncSession, principal: Principal, evidence_id: UUID) -> Sequence[Evidence]:
    of_completion = aliased(CompletionEvidence)
    companions = (
        select(CompletionEvidence.evidence_id)
        .join(of_completion, of_completion.assignment_id == CompletionEvidence.assignment_id)
        .where(of_completion.evidence_id == evidence_id)
    )
    statement = (
        select(Evidence)
        .where((Evidence.id == evidence_id) | Evidence.id.in_(companions), visible(principal, Evidence))
        .order_by(Evidence.id)
        .with_for_update(of=Evidence)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def list_carried(session: AsyncSession, evidence_id: UUID) -> list[Carried]:
    """The completions that stand on a piece of evidence."""
    other, standing = aliased(CompletionEvidence), aliased(Evidence)
    others = (
        select(func.count())
        .select_from(other)
        .join(standing, standing.id == other.evidence_id)
        .where(
            other.assignment_id == CompletionEvidence.assignment_id,
            other.evidence_id != evidence_id,
            standing.withdrawn_at.is_(None),
        )
        .scalar_subquery()
    )
    statement = (
        select(Assignment.status, others.label("others"))
        .join(CompletionEvidence, CompletionEvidence.assignment_id == Assignment.id)
        .where(CompletionEvidence.evidence_id == evidence_id)
    )
    return [Carried(AssignmentStatus(row.status), row.others) for row in await session.execute(statement)]


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
    return (await _tell(session, principal, [row]))[0], row.Evidence


async def list_evidence(
    session: AsyncSession, principal: Principal, assignment_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[EvidenceBody]:
    """Evidence of an assignment the caller may see, oldest first."""
    statement = (
        select(Evidence, EvidenceVersion)
        .join(EvidenceVersion, CURRENT)
        .join(EvidenceAssignment, EvidenceAssignment.evidence_id == Evidence.id)
        .where(EvidenceAssignment.assignment_id == assignment_id, visible(principal, Evidence))
        .order_by(Evidence.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Evidence.id > after)
    return await _tell(session, principal, (await session.execute(statement)).all())


async def list_versions(
    session: AsyncSession, principal: Principal, evidence_id: UUID, *, after: int, limit: int
) -> Sequence[VersionBody]:
    """Versions with numbers above `after`, in order. Raises NotFound."""
    await ensure_visible(session, principal, evidence_id)
    statement = (
        select(EvidenceVersion)
        .where(EvidenceVersion.evidence_id == evidence_id, EvidenceVersion.number > after)
        .order_by(EvidenceVersion.number)
        .limit(limit)
    )
    versions = (await session.scalars(statement)).all()
    files = await _list_files(session, [version.id for version in versions])
    return [VersionBody.of(version, files[version.id]) for version in versions]


async def find_version(session: AsyncSession, evidence_id: UUID, number: int | None) -> EvidenceVersion | None:
    """A version of a piece of evidence, the current one without a number."""
    statement = (
        select(EvidenceVersion)
        .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
        .where(
            Evidence.id == evidence_id,
            EvidenceVersion.number == (Evidence.current_version if number is None else number),
        )
    )
    return await session.scalar(statement)


async def list_owned_uploads_for_update(
    session: AsyncSession, organization_id: UUID, named: Collection[UUID]
) -> Sequence[Upload]:
    """Those of the uploads named that this very organization sent; none of them can be removed any more."""
    statement = select(Upload).where(Upload.id.in_(named), Upload.organization_id == organization_id)
    return (await session.scalars(statement.order_by(Upload.id).with_for_update(key_share=True))).all()


async def ensure_visible(session: AsyncSession, principal: Principal, evidence_id: UUID) -> None:
    """Raises NotFound for evidence the caller may not see."""
    statement = select(Evidence.id).where(Evidence.id == evidence_id, visible(principal, Evidence))
    if await session.scalar(statement) is None:
        raise _not_found()


def _not_found() -> NotFound:
    return NotFound("evidence-not-found", "Không tìm thấy minh chứng này.")


async def _tell(
    session: AsyncSession, principal: Principal, rows: Sequence[Row[Evidence, EvidenceVersion]]
) -> list[EvidenceBody]:
    files = await _list_files(session, [version.id for _, version in rows])
    proved = await _list_assignments(session, principal, [evidence.id for evidence, _ in rows])
    return [EvidenceBody.of(evidence, version, files[version.id], proved[evidence.id]) for evidence, version in rows]


async def _list_assignments(
    session: AsyncSession, principal: Principal, evidence_ids: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    statement = (
        select(EvidenceAssignment.evidence_id, EvidenceAssignment.assignment_id)
        .join(Assignment, Assignment.id == EvidenceAssignment.assignment_id)
        .where(EvidenceAssignment.evidence_id.in_(evidence_ids), visible(principal, Assignment))
        .order_by(EvidenceAssignment.linked_at.nulls_first(), EvidenceAssignment.assignment_id)
    )
    proved: dict[UUID, list[UUID]] = defaultdict(list)
    for row in await session.execute(statement):
        proved[row.evidence_id].append(row.assignment_id)
    return proved


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
                captured_at=upload.captured_at,
                damaged=upload.damaged_at is not None,
            )
        )
    return files
