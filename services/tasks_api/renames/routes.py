"""New names of organizations over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.tasks_api.organizations.queries import get_organization
from services.tasks_api.renames import operations, queries
from services.tasks_api.renames.policies import READ, RECORD
from services.tasks_api.renames.schemas import RenameBody, RenameList, RenameRequest
from shared.http.deps import CurrentPrincipal, ReadSession, Session
from shared.http.idempotency import OnlyOnce
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1/organizations/{organization_id}/renames", tags=["renames"])


@router.get("", openapi_extra=requires(READ))
async def list_renames(
    organization_id: UUID, principal: CurrentPrincipal, session: ReadSession, page: CurrentPage
) -> RenameList:
    """The names the organization was given, and until when it bore another: as public as the tree. Newest first."""
    READ.ensure(principal)
    await get_organization(session, organization_id)
    found = await queries.list_renames(session, organization_id, after=page.after, limit=page.limit + 1)
    shown = found[: page.limit]
    return RenameList(
        items=[RenameBody.model_validate(rename) for rename in shown],
        next_cursor=page.next_cursor([shown[-1].id]) if len(found) > page.limit else None,
    )


@router.post("", status_code=201, response_model=RenameBody, openapi_extra=requires(RECORD))
async def record_rename(
    organization_id: UUID, wanted: RenameRequest, principal: CurrentPrincipal, session: Session, once: OnlyOnce
) -> Response:
    """Say what this organization is called from a day on: it is the same body under a new name."""
    organization = await get_organization(session, organization_id)
    rename = await operations.record_rename(
        session,
        principal,
        organization,
        name=wanted.name,
        effective_on=wanted.effective_on,
        instrument=wanted.instrument,
    )
    return await once.answer(RenameBody.model_validate(rename))
