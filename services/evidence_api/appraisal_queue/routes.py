"""The queue of a reviewing body over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.evidence_api.appraisal_queue import operations, page, policies, queries
from services.evidence_api.appraisal_queue.schemas import (
    AppraisalFile,
    Holder,
    QueuedEvidence,
    QueueOrder,
    QueuePage,
    QueueState,
)
from services.evidence_api.appraisals.queries import list_of_evidence as list_appraisals_of
from services.evidence_api.appraisals.rules import days_waiting
from services.evidence_api.appraisals.schemas import AppraisalBody
from services.evidence_api.evidence.findings import list_findings
from services.evidence_api.evidence.queries import get_evidence
from services.evidence_api.supplement_requests.queries import list_of_evidence as list_requests_of
from services.evidence_api.supplement_requests.schemas import SupplementRequestBody
from shared.clock import now, today
from shared.db.calendar import load_calendar
from shared.db.context import acting
from shared.db.models import Appraisal
from shared.domain.calendar import local_date
from shared.domain.principal import Principal
from shared.domain.service_levels import ServiceLevels
from shared.http.deps import CurrentPrincipal, ReadSession, Session, StatementSession, json_bytes
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage, Page
from shared.http.permissions import requires
from shared.settings import get_settings

router = APIRouter(prefix="/v1", tags=["appraisals"])

MOST_TOLD = 200
"""Earlier verdicts, and requests for more, that a file holds: those that came first."""


@router.get("/appraisals", response_model=QueuePage, openapi_extra=requires(policies.READ))
async def list_appraisals(
    principal: CurrentPrincipal,
    session: StatementSession,
    decided: ReadSession,
    current: CurrentPage,
    state: QueueState = QueueState.PENDING,
    order: QueueOrder = QueueOrder.RISK,
    plan: UUID | None = None,
    level: Annotated[int | None, Query(ge=1, le=100)] = None,
    organization: UUID | None = None,
    claimed_by: Holder | None = None,
    overdue: bool | None = None,
) -> Response:
    """What waits for the caller's organization, what it asked submitters to add, what bodies below it left waiting too
    long, or the verdicts it gave. `organization` means the lead or all below it; filters are of what waits.
    """
    if state is QueueState.DECIDED:
        return await _list_decided(principal, decided, current)
    on, days = today(), get_settings().appraisal_days
    calendar = await load_calendar(session) if overdue is not None else None
    filters = page.filters_of(
        plan=plan,
        level=level,
        lead_path=await queries.get_path(session, organization) if organization else None,
        claimed_by=claimed_by,
        overdue=overdue,
        overdue_before=ServiceLevels(days, calendar).overdue_since(on) if calendar else (),
    )
    asked = page.Asked(state, order, current.limit, filters | page.after_keys(order, current.after), days)
    found = await page.list_queued(session, principal, asked, on=on, now=now(), context=acting(principal))
    return json_bytes(page.to_bytes(found, current.next_cursor(found.last) if found.last else None))


async def _list_decided(principal: Principal, session: AsyncSession, current: Page) -> Response:
    after = UUID(current.after[0]) if current.after else None
    found = await queries.list_decided(session, principal, after=after, limit=current.limit + 1)
    shown = found[: current.limit]
    items = [
        QueuedEvidence(
            **row,
            **_as_decided(appraisal),
            waiting_since=appraisal.waiting_since or row["released_at"],
            age_days=days_waiting(appraisal.waiting_since or row["released_at"], appraisal.decided_at),
        )
        for row, appraisal in shown
    ]
    last = shown[-1][1].id if len(found) > current.limit else None
    answer = QueuePage(items=items, next_cursor=current.next_cursor([last]) if last else None)
    return json_bytes(answer.model_dump_json().encode())


def _as_decided(appraisal: Appraisal) -> dict[str, object]:
    return {
        "level": appraisal.level,
        "reviewing_organization_id": appraisal.organization_id,
        "decide_by": appraisal.due_on,
        "overdue": appraisal.due_on is not None and local_date(appraisal.decided_at) > appraisal.due_on,
        "escalated_at": None,
        "supplement": None,
        "claim": None,
        "appraisal": AppraisalBody.of(appraisal),
    }


@router.post(
    "/evidence/{evidence_id}/claim",
    status_code=200,
    response_model=QueuedEvidence,
    openapi_extra=requires(policies.CLAIM),
)
async def claim_evidence(evidence_id: UUID, principal: CurrentPrincipal, session: Session, once: OnlyOnce) -> Response:
    """Hold the version that waits for the caller's body for some hours, or hold it longer: nobody else may judge it."""
    await operations.claim_evidence(session, principal, evidence_id, now=now())
    return await once.answer(await _get_item(session, principal, evidence_id), status=200)


@router.delete("/evidence/{evidence_id}/claim", status_code=204, openapi_extra=requires(policies.CLAIM))
async def release_claim(evidence_id: UUID, principal: CurrentPrincipal, session: Session) -> None:
    """Let others of the body have what the caller holds."""
    await operations.release_claim(session, principal, evidence_id, now=now())


@router.post(
    "/appraisals/next",
    status_code=200,
    response_model=AppraisalFile,
    responses={204: {"description": "Nothing waits that the caller may judge and nobody holds."}},
    openapi_extra=requires(policies.CLAIM),
)
async def take_next_appraisal(principal: CurrentPrincipal, session: Session, once: OnlyOnce) -> Response:
    """Hold the first free version of the queue, and get everything that a verdict on it needs in one answer."""
    evidence_id = await operations.take_next_appraisal(session, principal, now=now())
    if evidence_id is None:
        return await once.answer_nothing()
    shown, evidence = await get_evidence(session, principal, evidence_id)
    calendar = await load_calendar(session)
    given = await list_appraisals_of(session, principal, evidence_id, after=None, limit=MOST_TOLD)
    asked = await list_requests_of(session, principal, evidence_id, after=None, limit=MOST_TOLD)
    told = AppraisalFile(
        item=await _get_item(session, principal, evidence_id),
        evidence=shown,
        findings=list(await list_findings(session, principal, evidence_id)),
        appraisals=[AppraisalBody.of(appraisal) for appraisal in given],
        supplement_requests=[SupplementRequestBody.of(request, evidence, calendar) for request in asked],
    )
    return await once.answer(told, status=200)


async def _get_item(session: AsyncSession, principal: Principal, evidence_id: UUID) -> QueuedEvidence:
    """The place of a version that the caller holds."""
    await session.flush()
    asked = page.Asked(QueueState.PENDING, QueueOrder.AGE, 1, {"evidence": evidence_id}, get_settings().appraisal_days)
    found = await page.list_queued(session, principal, asked, on=today(), now=now())
    return QueuedEvidence.model_validate_json(found.items[0])
