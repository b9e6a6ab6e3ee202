"""Appraisals over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.evidence_api.appraisals import operations, policies, queries
from services.evidence_api.appraisals.schemas import AppraisalBody, AppraisalPage, AppraiseEvidence, WithdrawAppraisal
from services.evidence_api.evidence.queries import get_evidence
from shared.clock import now
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1", tags=["appraisals"])


@router.post(
    "/evidence/{evidence_id}/appraisals",
    status_code=201,
    response_model=AppraisalBody,
    openapi_extra=requires(policies.APPRAISE),
)
async def appraise_evidence(
    evidence_id: UUID,
    opinion: AppraiseEvidence,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
) -> Response:
    """Give a verdict on the version seen; the reviewing levels of the plan follow in order."""
    appraisal = await operations.appraise_evidence(session, principal, evidence_id, opinion, now=now())
    return await once.answer(AppraisalBody.of(appraisal))


@router.get("/evidence/{evidence_id}/appraisals", openapi_extra=requires(policies.READ))
async def list_evidence_appraisals(
    evidence_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> AppraisalPage:
    """Every verdict on a piece of evidence, with reasons and comments, oldest first; withdrawn ones too."""
    await get_evidence(session, principal, evidence_id)
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_of_evidence(session, principal, evidence_id, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return AppraisalPage(
        items=[AppraisalBody.of(appraisal) for appraisal in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.post(
    "/appraisals/{appraisal_id}/withdraw",
    status_code=200,
    response_model=AppraisalBody,
    openapi_extra=requires(policies.WITHDRAW),
)
async def withdraw_appraisal(
    appraisal_id: UUID, wanted: WithdrawAppraisal, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Take a verdict of one's own level back, with a reason, before the next level decides; completed work returns
    to appraisal by it, as it was submitted.
    """
    appraisal = await operations.withdraw_appraisal(session, principal, appraisal_id, wanted.reason, now=now())
    return await once.answer(AppraisalBody.of(appraisal), status=200)
