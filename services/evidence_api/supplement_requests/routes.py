"""Requests for more over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.evidence_api.evidence.queries import get_evidence
from services.evidence_api.supplement_requests import operations, policies, queries
from services.evidence_api.supplement_requests.schemas import (
    RequestSupplement,
    SupplementRequestBody,
    SupplementRequestPage,
    WithdrawSupplementRequest,
)
from shared.clock import now, today
from shared.db.calendar import load_calendar
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/evidence/{evidence_id}/supplement-requests", tags=["appraisals"])


@router.post("", status_code=201, response_model=SupplementRequestBody, openapi_extra=requires(policies.REQUEST))
async def request_supplement(
    evidence_id: UUID, wanted: RequestSupplement, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Ask the submitter to add something by a day; until then the version waits for it, and not for a verdict."""
    request, evidence = await operations.request_supplement(
        session, principal, evidence_id, wanted, on=today(), now=now()
    )
    return await once.answer(SupplementRequestBody.of(request, evidence, await load_calendar(session)))


@router.post(
    "/{request_id}/withdraw",
    status_code=200,
    response_model=SupplementRequestBody,
    openapi_extra=requires(policies.WITHDRAW),
)
async def withdraw_supplement_request(
    evidence_id: UUID,
    request_id: UUID,
    wanted: WithdrawSupplementRequest,
    principal: CurrentPrincipal,
    session: Session,
    once: OnlyOnce,
) -> Response:
    """Take back what one's own level asked for, with a reason, while it is open: a verdict may be given again."""
    request, evidence = await operations.withdraw_supplement_request(
        session, principal, evidence_id, request_id, wanted.reason, now=now()
    )
    return await once.answer(SupplementRequestBody.of(request, evidence, await load_calendar(session)), status=200)


@router.get("", openapi_extra=requires(policies.READ))
async def list_supplement_requests(
    evidence_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> SupplementRequestPage:
    """What reviewing bodies asked the submitter to add, oldest first."""
    _, evidence = await get_evidence(session, principal, evidence_id)
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_of_evidence(session, principal, evidence_id, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    calendar = await load_calendar(session)
    return SupplementRequestPage(
        items=[SupplementRequestBody.of(request, evidence, calendar) for request in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )
