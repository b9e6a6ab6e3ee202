"""Appraisals over HTTP."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response

from services.evidence_api.appraisals import operations, policies, queries
from services.evidence_api.appraisals.rules import days_waiting
from services.evidence_api.appraisals.schemas import (
    AppraisalBody,
    AppraisalPage,
    AppraiseEvidence,
    QueuedEvidence,
    QueuePage,
)
from services.evidence_api.evidence.queries import get_evidence
from shared.clock import now
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage, Page
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
    appraisal = await operations.appraise_evidence(session, principal, evidence_id, opinion)
    return await once.answer(AppraisalBody.of(appraisal))


@router.get("/evidence/{evidence_id}/appraisals", openapi_extra=requires(policies.READ))
async def list_evidence_appraisals(
    evidence_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> AppraisalPage:
    """Every verdict on a piece of evidence, with reasons and comments, oldest first."""
    await get_evidence(session, principal, evidence_id)
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_of_evidence(session, principal, evidence_id, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    return AppraisalPage(
        items=[AppraisalBody.of(appraisal) for appraisal in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.get("/appraisals", openapi_extra=requires(policies.READ))
async def list_appraisals(
    principal: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    state: Literal["pending", "decided"] = "pending",
) -> QueuePage:
    """What waits for the caller's organization, longest first; or the verdicts it gave, latest first."""
    if state == "decided":
        return await _list_decided(principal, session, page)
    after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else None
    found = await queries.list_pending(session, principal, after=after, limit=page.limit + 1)
    shown, at = found[: page.limit], now()
    items = [QueuedEvidence(**row, age_days=days_waiting(row["released_at"], at), appraisal=None) for row in shown]
    last = [items[-1].released_at, items[-1].evidence_id] if len(found) > page.limit else None
    return QueuePage(items=items, next_cursor=page.next_cursor(last) if last else None)


async def _list_decided(principal: CurrentPrincipal, session: ReadSession, page: Page) -> QueuePage:
    after = UUID(page.after[0]) if page.after else None
    found = await queries.list_decided(session, principal, after=after, limit=page.limit + 1)
    shown = found[: page.limit]
    items = [
        QueuedEvidence(
            **row,
            level=appraisal.level,
            age_days=days_waiting(row["released_at"], appraisal.decided_at),
            appraisal=AppraisalBody.of(appraisal),
        )
        for row, appraisal in shown
    ]
    last = shown[-1][1].id if len(found) > page.limit else None
    return QueuePage(items=items, next_cursor=page.next_cursor([last]) if last else None)
