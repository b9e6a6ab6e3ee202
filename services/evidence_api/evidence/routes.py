"""Evidence over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.evidence_api.evidence import operations, policies, queries
from services.evidence_api.evidence.findings import list_findings
from services.evidence_api.evidence.schemas import (
    EvidenceBody,
    EvidencePage,
    FindingPage,
    LinkEvidence,
    SubmitEvidence,
    SubmitVersion,
    VersionPage,
    WithdrawEvidence,
)
from shared.clock import now, today
from shared.http.deps import CurrentPrincipal, OfferedVersion, ReadSession, Session, etag
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/evidence", tags=["evidence"])


@router.post("", status_code=201, response_model=EvidenceBody, openapi_extra=requires(policies.SUBMIT))
async def submit_evidence(
    submission: SubmitEvidence, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Submit uploads as proof of an assignment; they can be relied on once their checks release them."""
    evidence = await operations.submit_evidence(session, principal, submission, on=today())
    body, _ = await queries.get_evidence(session, principal, evidence.id)
    return await once.answer(body, etag=etag(evidence))


@router.post(
    "/{evidence_id}/versions", status_code=201, response_model=EvidenceBody, openapi_extra=requires(policies.SUBMIT)
)
async def submit_evidence_version(
    evidence_id: UUID,
    submission: SubmitVersion,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Submit a new version; a verdict on an earlier one no longer counts for it."""
    evidence = await operations.submit_evidence_version(
        session, principal, evidence_id, submission, expected_version=expected_version, on=today()
    )
    body, _ = await queries.get_evidence(session, principal, evidence.id)
    return await once.answer(body, etag=etag(evidence))


@router.post(
    "/{evidence_id}/assignments", status_code=201, response_model=EvidenceBody, openapi_extra=requires(policies.LINK)
)
async def link_evidence(
    evidence_id: UUID, link: LinkEvidence, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Let evidence prove a further assignment of the same plan."""
    evidence = await operations.link_evidence(session, principal, evidence_id, link.assignment_id, now=now())
    body, _ = await queries.get_evidence(session, principal, evidence.id)
    return await once.answer(body, etag=etag(evidence))


@router.post("/{evidence_id}/withdraw", response_model=EvidenceBody, openapi_extra=requires(policies.WITHDRAW))
async def withdraw_evidence(
    evidence_id: UUID,
    withdrawal: WithdrawEvidence,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Take evidence back: it stays readable, and proves nothing any more."""
    evidence = await operations.withdraw_evidence(
        session, principal, evidence_id, withdrawal.reason, expected_version=expected_version, now=now()
    )
    body, _ = await queries.get_evidence(session, principal, evidence.id)
    return await once.answer(body, status=200, etag=etag(evidence))


@router.get("", openapi_extra=requires(policies.READ))
async def list_evidence(
    assignment_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> EvidencePage:
    """Evidence of one assignment, oldest first."""
    await queries.get_assignment(session, principal, assignment_id)
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_evidence(session, principal, assignment_id, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return EvidencePage(items=shown, next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None)


@router.get("/{evidence_id}", openapi_extra=requires(policies.READ))
async def get_evidence(
    evidence_id: UUID, principal: CurrentPrincipal, session: ReadSession, response: Response
) -> EvidenceBody:
    """One piece of evidence."""
    body, evidence = await queries.get_evidence(session, principal, evidence_id)
    response.headers["ETag"] = etag(evidence)
    return body


@router.get("/{evidence_id}/versions", openapi_extra=requires(policies.READ))
async def list_evidence_versions(
    evidence_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> VersionPage:
    """Every version ever submitted, oldest first."""
    after = int(page.after[0]) if page.after else 0
    found = await queries.list_versions(session, principal, evidence_id, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return VersionPage(
        items=shown, next_cursor=page.next_cursor([shown[-1].number]) if len(found) > page.limit else None
    )


@router.get("/{evidence_id}/findings", openapi_extra=requires(policies.READ))
async def list_evidence_findings(
    evidence_id: UUID,
    principal: CurrentPrincipal,
    session: ReadSession,
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> FindingPage:
    """What the checks established about a version, the current one unless told."""
    return FindingPage(items=await list_findings(session, principal, evidence_id, version))
