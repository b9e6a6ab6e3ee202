"""Writes of evidence."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.evidence import queries
from services.evidence_api.evidence.policies import (
    ensure_may_link,
    ensure_may_replace,
    ensure_may_submit,
    ensure_may_withdraw,
)
from services.evidence_api.evidence.rules import (
    EvidenceKind,
    ensure_content,
    ensure_days_have_come,
    ensure_documented,
    ensure_linkable,
    ensure_open,
    ensure_stands,
    ensure_uploads,
    ensure_withdrawable,
    read_url,
)
from services.evidence_api.evidence.schemas import DocumentBody, SubmitEvidence, SubmitVersion, document_of
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Evidence, EvidenceAssignment, EvidenceFile, EvidenceVersion
from shared.domain.assignment_states import CLOSED
from shared.domain.principal import Principal
from shared.domain.versions import ensure_current
from shared.events import Event, EvidenceLinked, EvidenceSubmitted, EvidenceWithdrawn, LinkSubmitted


async def submit_evidence(
    session: AsyncSession, principal: Principal, submission: SubmitEvidence, *, on: date
) -> Evidence:
    """Submit new evidence for an assignment; its checks begin once this commits.

    Raises NotFound, Forbidden, Conflict("assignment-closed"), or Invalid for uploads that are not the caller's, for a
    document of a later day, and for a signed document without its number, day and issuer.
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
    ensure_may_link(principal, submitter=await queries.is_submitter(session, principal, evidence))
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
    ensure_may_withdraw(principal, submitter=await queries.is_submitter(session, principal, evidence))
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
    led_elsewhere = await queries.is_led_elsewhere(session, evidence.id)
    submitter = await queries.is_submitter(session, principal, evidence)
    ensure_may_replace(submitter=submitter, led_elsewhere=led_elsewhere)
    ensure_open(assignment.status)


async def _add_version(
    session: AsyncSession, principal: Principal, evidence: Evidence, submission: SubmitVersion, on: date
) -> None:
    """Write the current version of `evidence` with its files, its event and its trail."""
    named, kind = submission.upload_ids, EvidenceKind(evidence.kind)
    ensure_content(kind, submission.url, named)
    await _use_uploads(session, principal, named)
    document, effective_on = await _declare(session, evidence, submission)
    ensure_documented(kind, documented=document is not None)
    ensure_days_have_come(document.issued_on if document else None, effective_on, on)
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
        effective_on=effective_on,
        link_url=read_url(submission.url) if submission.url else None,
    )
    session.add(version)
    await session.flush()
    session.add_all(
        EvidenceFile(evidence_version_id=version.id, position=position, upload_id=upload_id)
        for position, upload_id in enumerate(named, 1)
    )
    outbox.add(session, _fact_of(version, principal.organization_id))
    _record_submitted(session, principal, evidence, version, named)
    await session.flush()


async def _use_uploads(session: AsyncSession, principal: Principal, named: Sequence[UUID]) -> None:
    """Files of evidence are kept: none of them is removed as unused any more."""
    owned = await queries.list_owned_uploads_for_update(session, principal.organization_id, named)
    ensure_uploads(named, [upload.id for upload in owned])
    for upload in owned:
        if upload.used_at is None:
            upload.used_at = func.now()


async def _declare(
    session: AsyncSession, evidence: Evidence, submission: SubmitVersion
) -> tuple[DocumentBody | None, date | None]:
    """What is said of the document and of the day of its effect: a next version keeps what it leaves out."""
    before = await queries.find_version(session, evidence.id, evidence.current_version - 1)
    said = submission.model_fields_set
    if before is None:
        return submission.document, submission.effective_on
    return (
        submission.document if "document" in said else document_of(before),
        submission.effective_on if "effective_on" in said else before.effective_on,
    )


def _fact_of(version: EvidenceVersion, sender: UUID) -> Event:
    """A public address is fetched before its version is checked."""
    if version.link_url is None:
        return EvidenceSubmitted(evidence_id=version.evidence_id, version=version.number)
    return LinkSubmitted(evidence_id=version.evidence_id, version=version.number, organization_id=sender)


def _record_submitted(
    session: AsyncSession,
    principal: Principal,
    evidence: Evidence,
    version: EvidenceVersion,
    upload_ids: Sequence[UUID],
) -> None:
    document = document_of(version)
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
            "effective_on": version.effective_on.isoformat() if version.effective_on else None,
            "url": version.link_url,
            "upload_ids": [str(upload_id) for upload_id in upload_ids],
            "reuse_reason": version.reuse_reason,
        },
    )
