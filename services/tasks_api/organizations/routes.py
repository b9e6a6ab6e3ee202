"""Organizations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.tasks_api.organizations import policies, queries
from services.tasks_api.organizations.schemas import GroupBody, GroupList, OrganizationBody, OrganizationList
from shared.domain.organizations import OrganizationKind
from shared.http.deps import CurrentPrincipal, ReadSession, etag
from shared.http.pagination import CurrentPage
from shared.http.permissions import requires

router = APIRouter(prefix="/v1", tags=["organizations"])


@router.get("/organizations", openapi_extra=requires(policies.READ))
async def list_organizations(
    _: CurrentPrincipal,
    session: ReadSession,
    page: CurrentPage,
    parent: UUID | None = None,
    kind: OrganizationKind | None = None,
    text: Annotated[str | None, Query(min_length=2, max_length=200)] = None,
) -> OrganizationList:
    """The tree, in the order of codes: public knowledge for anyone with a token."""
    found = await queries.list_organizations(
        session, parent_id=parent, kind=kind, text=text, after=page.after, limit=page.limit + 1
    )
    shown = found[: page.limit]
    return OrganizationList(
        items=[OrganizationBody.model_validate(organization) for organization in shown],
        next_cursor=page.next_cursor([shown[-1].code]) if len(found) > page.limit else None,
    )


@router.get("/organizations/{organization_id}", openapi_extra=requires(policies.READ))
async def get_organization(
    organization_id: UUID, _: CurrentPrincipal, session: ReadSession, response: Response
) -> OrganizationBody:
    """One organization."""
    organization = await queries.get_organization(session, organization_id)
    response.headers["ETag"] = etag(organization)
    return OrganizationBody.model_validate(organization)


@router.get("/organization-groups", openapi_extra=requires(policies.READ))
async def list_organization_groups(_: CurrentPrincipal, session: ReadSession) -> GroupList:
    """The collectives plans may name."""
    return GroupList(items=[GroupBody.model_validate(group) for group in await queries.list_groups(session)])
