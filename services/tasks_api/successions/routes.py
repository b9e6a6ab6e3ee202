"""Successions of organizations over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.tasks_api.organizations.queries import get_organization, require_named
from services.tasks_api.successions import operations, queries
from services.tasks_api.successions.policies import READ, RECORD
from services.tasks_api.successions.schemas import PartyBody, SuccessionBody, SuccessionList, SuccessionRequest
from shared.db.models import Organization, OrganizationSuccession
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/organizations/{organization_id}/successions", tags=["successions"])


@router.get("", openapi_extra=requires(READ))
async def list_successions(
    organization_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> SuccessionList:
    """What the organization gave up or received: as public as the tree itself. Newest record first."""
    READ.ensure(principal)
    await get_organization(session, organization_id)
    found = await queries.list_successions(session, organization_id, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    return SuccessionList(
        items=[_body(*row) for row in shown],
        next_cursor=page.next_cursor([shown[-1][0].id]) if len(found) > page.limit else None,
    )


@router.post("", status_code=201, response_model=SuccessionBody, openapi_extra=requires(RECORD))
async def record_succession(
    organization_id: UUID, wanted: SuccessionRequest, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Say that another organization succeeds this one: access passes on its day, or at once when that has come."""
    predecessor = await get_organization(session, organization_id)
    RECORD.ensure(principal)
    receiver = await require_named(session, wanted.receiver, "receiver")
    succession = await operations.record_succession(
        session,
        principal,
        predecessor,
        receiver,
        kind=wanted.kind,
        effective_on=wanted.effective_on,
        instrument=wanted.instrument,
        tasks=wanted.tasks,
    )
    return await once.answer(_body(succession, predecessor, receiver))


def _body(succession: OrganizationSuccession, predecessor: Organization, receiver: Organization) -> SuccessionBody:
    return SuccessionBody(
        id=succession.id,
        predecessor=PartyBody.model_validate(predecessor),
        receiver=PartyBody.model_validate(receiver),
        kind=succession.kind,
        effective_on=succession.effective_on,
        instrument=succession.instrument,
        named_tasks=len(succession.task_ids) if succession.task_ids is not None else None,
        applied_at=succession.applied_at,
        created_at=succession.created_at,
    )
