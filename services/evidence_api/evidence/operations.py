"""Writes of evidence."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence import queries
from services.evidence_api.evidence.policies import ensure_may_submit
from services.evidence_api.evidence.rules import ensure_issued, ensure_open, ensure_uploads
from services.evidence_api.evidence.schemas import SubmitEvidence, SubmitVersion
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Evidence, EvidenceFile, EvidenceVersion
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.events import EvidenceSubmitted


async def submit_evidence(
    session: AsyncSession, principal: Principal, submission: SubmitEvidence, *, on: date
) -> Evidence:
    """Submit new evidence for an assignment; its checks begin once this commits.

    Raises NotFound, Forbidden, Conflict("assignment-closed"), or Invalid for uploads that are not the caller's and
    for a document of a later day.
    """
    await _ensure_may_submit_to(session, principal, submission.assignment_id)
    evidence = Evidence(
        id=new_id(),
        assignment_id=submission.assignment_id,
        organization_id=principal.organization_id,
        kind=submission.kind,
        current_version=1,
        version=1,
    )
    session.add(evidence)
    await session.flush()
    await _add_version(session, principal, evidence, submission, on)
    return evidence


async def submit_evidence_version(
    session: AsyncSession,
    principal: Principal,
    evidence_id: UUID,
    submission: SubmitVersion,
    *,
    expected_version: int | None,
    on: date,
) -> Evidence:
    """Submit the next version, which is checked and appraised afresh; earlier versions stay as they are.

    Raises what `submit_evidence` raises, and Stale.
    """
    evidence = await queries.get_evidence_for_update(session, principal, evidence_id)
    await _ensure_may_submit_to(session, principal, evidence.assignment_id)
    ensure_current(evidence.version, expected_version)
    evidence.current_version += 1
    evidence.version += 1
    await _add_version(session, principal, evidence, submission, on)
    return evidence


async def _ensure_may_submit_to(session: AsyncSession, principal: Principal, assignment_id: UUID) -> None:
    assignment = await queries.get_assignment(session, principal, assignment_id)
    ensure_may_submit(principal, assignment.lead_path)
    ensure_open(assignment.status)


async def _add_version(
    session: AsyncSession, principal: Principal, evidence: Evidence, submission: SubmitVersion, on: date
) -> None:
    """Write the current version of `evidence` with its files, its event and its trail."""
    named = submission.upload_ids
    ensure_uploads(named, await queries.list_owned_uploads(session, principal.organization_id, named))
    document = submission.document
    ensure_issued(document.issued_on if document else None, on)
    version = EvidenceVersion(
        id=new_id(),
        evidence_id=evidence.id,
        number=evidence.current_version,
        submitted_by=principal.subject,
        submitted_by_issuer=principal.client,
        document_number=document.number if document else None,
        document_issued_on=document.issued_on if document else None,
        document_issuer=document.issuer if document else None,
        reuse_reason=submission.reuse_reason,
    )
    session.add(version)
    await session.flush()
    session.add_all(
        EvidenceFile(evidence_version_id=version.id, position=position, upload_id=upload_id)
        for position, upload_id in enumerate(named, 1)
    )
    outbox.add(session, EvidenceSubmitted(evidence_id=evidence.id, version=version.number))
    audit.record(
        session,
        principal,
        "evidence.submitted",
        evidence,
        before={"version": version.number - 1} if version.number > 1 else None,
        after={
            "assignment_id": str(evidence.assignment_id),
            "kind": evidence.kind,
            "version": version.number,
            "document": document.model_dump(mode="json") if document else None,
            "upload_ids": [str(upload_id) for upload_id in named],
            "reuse_reason": submission.reuse_reason,
        },
    )
    await session.flush()
