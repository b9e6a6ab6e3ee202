"""Who the caller is, as the system sees it."""

from uuid import UUID

from fastapi import APIRouter

from services.tasks_api.callers import policies
from services.tasks_api.organizations.queries import get_organization
from services.tasks_api.organizations.schemas import OrganizationBody
from shared.bodies import ResponseBody
from shared.http.deps import CurrentPrincipal, ReadSession
from shared.http.permissions import requires

router = APIRouter(prefix="/v1", tags=["callers"])


class CallerBody(ResponseBody):
    """The caller, the organization it acts for and the roles it has there."""

    subject: str
    issuer: str
    organization_id: UUID
    organization: OrganizationBody
    roles: list[str]


@router.get("/me", openapi_extra=requires(policies.READ))
async def get_me(principal: CurrentPrincipal, session: ReadSession) -> CallerBody:
    """The proven caller."""
    organization = await get_organization(session, principal.organization_id)
    return CallerBody(
        subject=principal.subject,
        issuer=principal.client,
        organization_id=organization.id,
        organization=OrganizationBody.model_validate(organization),
        roles=sorted(principal.roles),
    )
