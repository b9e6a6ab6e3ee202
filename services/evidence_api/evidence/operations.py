"""Writes of evidence."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence import queries
from services.evidence_api.evidence.policies import ensure_may_link, ensure_may_submit, ensure_may_withdraw
from services.evidence_api.evidence.rules import (
    EvidenceKind,
    ensure_content,
    ensure_days_have_come,
    ensure_linkable,
    ensure_open,
    ensure_stands,
    ensure_uploads,
    ensure_withdrawable,
)
from services.evidence_api.evidence.schemas import SubmitEvidence, SubmitVersion
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Evidence, EvidenceAssignment, EvidenceFile, EvidenceVersion
from shared.domain.assignment_states import CLOSED
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.events import EvidenceLinked, EvidenceSubmitted, EvidenceWithdrawn, LinkSubmitted


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

    Raises what `submit_evidence` raises, Conflict("evidence-withdrawn") and Stale.
    """
    evidence = await queries.get_evidence_for_update(session, principal, evidence_id)
    await _ensure_may_submit_again(session, principal, evidence)
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    ensure_current(evidence.version, expected_version)
    evidence.current_version += 1
    evidence.version += 1
    await _add_version(session, principal, evidence, submission, on)
    return evidence


async def link_evidence(
    session: AsyncSession, principal: Principal, evidence_id: UUID, assignment_id: UUID, *, now: datetime
) -> Evidence:
    """Let evidence prove a further assignment of its plan: verdicts on it count there too.

    Raises NotFound, Forbidden, Conflict: `evidence-withdrawn`, `assignment-closed`, and what `ensure_linkable` raises.
    """
    evidence = await queries.get_evidence_for_update(session, principal, evidence_id)
    ensure_may_link(principal, await queries.get_path(session, evidence.organization_id))
    assignment = await _ensure_may_submit_to(session, principal, assignment_id)
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    linked = await session.get(EvidenceAssignment, (evidence.id, assignment.id)) is not None
    plan_id = await queries.get_plan_of(session, evidence)
    ensure_linkable(linked=linked, same_plan=assignment.plan_id == plan_id)
    session.add(
        EvidenceAssignment(
            evidence_id=evidence.id, assignment_id=assignment.id, linked_at=now, linked_by=principal.subject
        )
    )
    evidence.version += 1
    outbox.add(session, EvidenceLinked(evidence_id=evidence.id, assignment_id=assignment.id))
    audit.record(session, principal, "evidence.linked", evidence, after={"assignment_id": str(assignment.id)})
    await session.flush()
    return evidence


async def withdraw_evidence(
    session: AsyncSession,
    principal: Principal,
    evidence_id: UUID,
    reason: str,
    *,
    expected_version: int | None,
    now: datetime,
) -> Evidence:
    """Take evidence back: it stays readable, and proves nothing any more.

    Raises NotFound, Forbidden, Stale, Conflict: `evidence-withdrawn`, and what `ensure_withdrawable` raises.
    """
    evidence = await queries.get_with_companions_for_update(session, principal, evidence_id)
    ensure_may_withdraw(principal, await queries.get_path(session, evidence.organization_id))
    ensure_stands(withdrawn=evidence.withdrawn_at is not None)
    ensure_current(evidence.version, expected_version)
    ensure_withdrawable(await queries.list_carried(session, evidence.id))
    evidence.withdrawn_at, evidence.withdrawn_by, evidence.withdrawal_reason = now, principal.subject, reason
    evidence.version += 1
    outbox.add(session, EvidenceWithdrawn(evidence_id=evidence.id))
    after: dict[str, object] = {"version": evidence.current_version, "reason": reason}
    audit.record(session, principal, "evidence.withdrawn", evidence, after=after)
    await session.flush()
    return evidence


async def _ensure_may_submit_to(
    session: AsyncSession, principal: Principal, assignment_id: UUID
) -> queries.ProvedAssignment:
    assignment = await queries.get_assignment(session, principal, assignment_id)
    ensure_may_submit(principal, assignment.lead_path)
    ensure_open(assignment.status)
    return assignment


async def _ensure_may_submit_again(session: AsyncSession, principal: Principal, evidence: Evidence) -> None:
    """To any of the assignments it proves: one that is closed keeps nothing from being proved to another."""
    proved = await queries.list_proved(session, principal, evidence.id)
    led = [assignment for assignment in proved if principal.covers(assignment.lead_path)]
    still_open = [assignment for assignment in led if assignment.status not in CLOSED]
    assignment = next(iter(still_open or led or proved))
    ensure_may_submit(principal, assignment.lead_path)
    ensure_open(assignment.status)


async def _add_version(
    session: AsyncSession, principal: Principal, evidence: Evidence, submission: SubmitVersion, on: date
) -> None:
    """Write the current version of `evidence` with its files, its event and its trail."""
    named = submission.upload_ids
    ensure_content(EvidenceKind(evidence.kind), submission.url, named)
    owned = await queries.list_owned_uploads_for_update(session, principal.organization_id, named)
    ensure_uploads(named, [upload.id for upload in owned])
    for upload in owned:
        if upload.used_at is None:
            upload.used_at = func.now()
    document = submission.document
    ensure_days_have_come(document.issued_on if document else None, submission.effective_on, on)
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
        effective_on=submission.effective_on,
        link_url=submission.url,
    )
    session.add(version)
    await session.flush()
    session.add_all(
        EvidenceFile(evidence_version_id=version.id, position=position, upload_id=upload_id)
        for position, upload_id in enumerate(named, 1)
    )
    if submission.url is None:
        outbox.add(session, EvidenceSubmitted(evidence_id=evidence.id, version=version.number))
    else:
        sender = principal.organization_id
        fact = LinkSubmitted(evidence_id=evidence.id, version=version.number, organization_id=sender)
        outbox.add(session, fact)
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
            "effective_on": submission.effective_on.isoformat() if submission.effective_on else None,
            "url": submission.url,
            "upload_ids": [str(upload_id) for upload_id in named],
            "reuse_reason": submission.reuse_reason,
        },
    )
    await session.flush()
