"""Assignments over HTTP."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.tasks_api.assignments import operations, page, policies, queries
from services.tasks_api.assignments.schemas import (
    AssignmentBody,
    AssignmentHistory,
    AssignmentList,
    CompletionBody,
    CompletionReport,
    OrganizationReference,
    ProgressBody,
    ProgressReport,
    TransferBody,
    TransitionBody,
    UpdateBody,
)
from services.tasks_api.organizations.queries import get_organization
from shared.bodies import Day
from shared.clock import now, today
from shared.db.context import acting
from shared.db.models import AssignmentTransfer, Organization, OrganizationSuccession
from shared.domain.assignment_states import AssignmentStatus
from shared.http.deps import CurrentPrincipal, OfferedVersion, ReadSession, Session, StatementSession, etag, json_bytes
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/assignments", tags=["assignments"])


@router.get("", response_model=AssignmentList, openapi_extra=requires(policies.READ))
async def list_assignments(
    principal: CurrentPrincipal,
    session: StatementSession,
    current: CurrentPage,
    plan: UUID | None = None,
    task: UUID | None = None,
    status: AssignmentStatus | None = None,
    organization: UUID | None = None,
    due_from: Day | None = None,
    due_to: Day | None = None,
) -> Response:
    """Assignments the caller may see, earliest due day first. `organization` means it and all below it."""
    filters: dict[str, Any] = {
        name: value
        for name, value in (
            ("plan", plan),
            ("task", task),
            ("status", status),
            ("due_from", due_from),
            ("due_to", due_to),
        )
        if value is not None
    }
    if organization:
        filters["lead_path"] = (await get_organization(session, organization)).path + "%"
    if current.after:
        filters["after_due"] = date.fromisoformat(current.after[0])
        filters["after_id"] = UUID(current.after[1])
    found = await page.list_assignments(
        session,
        viewer=principal.organization_id,
        today=today(),
        limit=current.limit,
        filters=filters,
        context=acting(principal),
    )
    cursor = json.dumps(current.next_cursor(list(found.last)) if found.last else None)
    return json_bytes(f'{{"items":{found.items},"next_cursor":{cursor}}}'.encode())


@router.get("/{assignment_id}", response_model=AssignmentBody, openapi_extra=requires(policies.READ))
async def get_assignment(assignment_id: UUID, principal: CurrentPrincipal, session: ReadSession) -> Response:
    """One assignment."""
    content, version = await queries.get_assignment(session, principal, assignment_id, today=today())
    response = json_bytes(content)
    response.headers["ETag"] = f'"{version}"'
    return response


@router.get("/{assignment_id}/history", openapi_extra=requires(policies.READ))
async def get_assignment_history(
    assignment_id: UUID, principal: CurrentPrincipal, session: ReadSession
) -> AssignmentHistory:
    """Every change of status, every progress update, and every organization that held the work."""
    await queries.get_assignment(session, principal, assignment_id, today=today())
    return AssignmentHistory(
        transfers=[_transfer(*row) for row in await queries.list_transfers(session, assignment_id)],
        transitions=[
            TransitionBody.model_validate(row) for row in await queries.list_transitions(session, assignment_id)
        ],
        progress=[UpdateBody.model_validate(row) for row in await queries.list_progress(session, assignment_id)],
    )


def _transfer(
    transfer: AssignmentTransfer, succession: OrganizationSuccession, giver: Organization, taker: Organization
) -> TransferBody:
    return TransferBody(
        from_organization=OrganizationReference.model_validate(giver),
        to_organization=OrganizationReference.model_validate(taker),
        kind=succession.kind,
        effective_on=transfer.effective_on,
        instrument=succession.instrument,
        transferred_at=transfer.transferred_at,
    )


@router.post(
    "/{assignment_id}/progress", status_code=201, response_model=ProgressBody, openapi_extra=requires(policies.REPORT)
)
async def report_progress(
    assignment_id: UUID,
    report: ProgressReport,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Report how far the work has come; complete is claimed through `/completion`."""
    assignment, update = await operations.report_progress(
        session, principal, assignment_id, report, expected_version=expected_version, now=now()
    )
    body = ProgressBody(
        id=update.id,
        assignment_id=assignment.id,
        percent=update.percent,
        narrative=update.narrative,
        reason=update.reason,
        as_of=update.as_of,
        recorded_at=update.recorded_at,
        status=assignment.status,
        version=assignment.version,
    )
    return await once.answer(body, etag=etag(assignment))


@router.post(
    "/{assignment_id}/completion",
    status_code=201,
    response_model=CompletionBody,
    openapi_extra=requires(policies.REPORT),
)
async def submit_completion(
    assignment_id: UUID,
    report: CompletionReport,
    principal: CurrentPrincipal,
    session: Session,
    expected_version: OfferedVersion,
    once: OnlyOnce,
) -> Response:
    """Claim completion with released evidence: refused with `evidence-required` without it."""
    assignment = await operations.submit_completion(
        session,
        principal,
        assignment_id,
        report.evidence_ids,
        expected_version=expected_version,
        now=now(),
    )
    assert assignment.submitted_on is not None
    body = CompletionBody(
        assignment_id=assignment.id,
        status=assignment.status,
        submitted_on=assignment.submitted_on,
        version=assignment.version,
    )
    return await once.answer(body, etag=etag(assignment))
