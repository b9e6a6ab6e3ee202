"""Who the caller is, as the system sees it."""

from fastapi import APIRouter

from services.tasks_api.callers import queries
from services.tasks_api.callers.policies import READ
from services.tasks_api.callers.schemas import ActingForBody, CallerBody, HeldRoleBody
from services.tasks_api.organizations.queries import get_organization
from services.tasks_api.organizations.schemas import OrganizationBody
from shared.clock import today
from shared.db.memberships import list_held
from shared.http.deps import CurrentPrincipal, ReadSession
from shared.http.permissions import requires

router = APIRouter(prefix="/v1", tags=["callers"])


@router.get("/me", openapi_extra=requires(READ))
async def get_me(principal: CurrentPrincipal, session: ReadSession) -> CallerBody:
    """The proven caller."""
    organization = await get_organization(session, principal.organization_id)
    user = await queries.find_own_account(session, principal)
    held = await list_held(session, user.id, today()) if user else []
    return CallerBody(
        subject=principal.subject,
        issuer=principal.client,
        user_id=user.id if user else None,
        name=user.name if user else None,
        organization_id=organization.id,
        organization=OrganizationBody.model_validate(organization),
        roles=sorted(principal.roles),
        scopes=None if principal.scopes is None else sorted(principal.scopes),
        memberships=[
            HeldRoleBody(
                organization=ActingForBody.model_validate(row.Organization),
                role=row.Membership.role,
                starts_on=row.Membership.starts_on,
                ends_on=row.Membership.ends_on,
            )
            for row in held
        ],
        inherited=[ActingForBody.model_validate(each) for each in await queries.list_inherited(session, principal)],
    )
