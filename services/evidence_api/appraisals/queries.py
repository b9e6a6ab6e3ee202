"""Reads of appraisals: the case to be judged, the wait for its verdict, and the verdicts given."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisals.rules import Case, Claim, Submitter
from shared.db.models import (
    Appraisal,
    Assignment,
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    Organization,
    PendingAppraisal,
    Plan,
    Upload,
    User,
)
from shared.db.proving import appraised_for, is_damaged
from shared.db.visibility import visible
from shared.domain.assignment_states import AssignmentStatus, Verdict
from shared.domain.errors import NotFound
from shared.domain.principal import Principal


async def get_case(session: AsyncSession, evidence: Evidence) -> Case:
    """The current version of a locked piece of evidence, as its appraisal stands.

    Uploads are of one organization: whose they are, is who submitted the version. An address that was not fetched has
    none yet.
    """
    statement = (
        select(
            EvidenceVersion.state,
            Organization.path,
            Plan.reviewing_organization_ids,
            Assignment.status,
        )
        .outerjoin(
            EvidenceFile, and_(EvidenceFile.evidence_version_id == EvidenceVersion.id, EvidenceFile.position == 1)
        )
        .outerjoin(Upload, Upload.id == EvidenceFile.upload_id)
        .join(Organization, Organization.id == func.coalesce(Upload.organization_id, evidence.organization_id))
        .join(Assignment, Assignment.id == appraised_for(evidence.id))
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(
            EvidenceVersion.evidence_id == evidence.id,
            EvidenceVersion.number == evidence.current_version,
        )
    )
    row = (await session.execute(statement)).one()
    given = (
        select(Appraisal.verdict)
        .where(
            Appraisal.evidence_id == evidence.id,
            Appraisal.evidence_version == evidence.current_version,
            Appraisal.withdrawn_at.is_(None),
        )
        .order_by(Appraisal.level)
    )
    submitted = select(EvidenceVersion.submitted_by, EvidenceVersion.submitted_by_issuer).where(
        EvidenceVersion.evidence_id == evidence.id
    )
    return Case(
        version=evidence.current_version,
        status=AssignmentStatus(row.status),
        released=row.state == "released",
        refused=row.state == "refused",
        submitters={Submitter(*who) for who in await session.execute(submitted)},
        submitter_path=row.path,
        reviewers=row.reviewing_organization_ids,
        verdicts=[Verdict(verdict) for verdict in (await session.scalars(given)).all()],
    )


async def is_current_damaged(session: AsyncSession, evidence: Evidence) -> bool:
    """Whether a file of the current version is no longer what was submitted."""
    statement = select(is_damaged(EvidenceVersion.id)).where(
        EvidenceVersion.evidence_id == evidence.id, EvidenceVersion.number == evidence.current_version
    )
    return (await session.scalars(statement)).one()


async def list_of_evidence(
    session: AsyncSession, principal: Principal, evidence_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Appraisal]:
    """Verdicts on a piece of evidence the caller may see, oldest first."""
    statement = (
        select(Appraisal)
        .join(Evidence, Evidence.id == Appraisal.evidence_id)
        .where(Appraisal.evidence_id == evidence_id, visible(principal, Evidence))
        .order_by(Appraisal.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Appraisal.id > after)
    return (await session.scalars(statement)).all()


async def get_appraisal(session: AsyncSession, principal: Principal, appraisal_id: UUID) -> Appraisal:
    """A verdict on evidence the caller may see. Raises NotFound."""
    statement = (
        select(Appraisal)
        .join(Evidence, Evidence.id == Appraisal.evidence_id)
        .where(Appraisal.id == appraisal_id, visible(principal, Evidence))
    )
    found = await session.scalar(statement)
    if found is None:
        raise NotFound("appraisal-not-found", "Không tìm thấy kết luận thẩm định này.")
    return found


async def get_pending_for_update(session: AsyncSession, evidence_id: UUID) -> tuple[PendingAppraisal, Claim | None]:
    """The wait for the next verdict on evidence whose turn is the caller's body's, locked, and who holds it."""
    found = await find_pending_for_update(session, evidence_id)
    if found is None:
        raise LookupError(f"evidence {evidence_id} does not wait for the body whose turn it is")
    return found


async def find_pending_for_update(
    session: AsyncSession, evidence_id: UUID
) -> tuple[PendingAppraisal, Claim | None] | None:
    """As `get_pending_for_update`, where the turn may be another's."""
    statement = (
        select(PendingAppraisal, User.name)
        .outerjoin(
            User, (User.subject == PendingAppraisal.claimed_by) & (User.issuer == PendingAppraisal.claimed_by_issuer)
        )
        .where(PendingAppraisal.evidence_id == evidence_id)
        .with_for_update(of=PendingAppraisal)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(statement)).one_or_none()
    return (row[0], claim_of(*row)) if row else None


def claim_of(pending: PendingAppraisal, name: str | None) -> Claim | None:
    """Who holds a version, or held it last."""
    if pending.claimed_by is None or pending.claimed_by_issuer is None or pending.claimed_until is None:
        return None
    return Claim(pending.claimed_by, pending.claimed_by_issuer, pending.claimed_until, name or pending.claimed_by)
