"""What callers get to know of themselves."""

from datetime import date
from uuid import UUID

from services.tasks_api.organizations.schemas import OrganizationBody
from shared.bodies import ResponseBody


class ActingForBody(ResponseBody):
    """An organization by its names."""

    id: UUID
    code: str
    name: str


class HeldRoleBody(ResponseBody):
    """A role one has today. A token's `organization` claim chooses among the organizations."""

    organization: ActingForBody
    role: str
    starts_on: date
    ends_on: date | None


class CallerBody(ResponseBody):
    """The caller, the organization it acts for and the roles it has there.

    People have an account (`user_id`, `name`) and `memberships`, all that hold today; systems have `scopes`.
    `inherited` are ended organizations outside the caller's own branch whose duties have passed into it.
    """

    subject: str
    issuer: str
    user_id: UUID | None
    name: str | None
    organization_id: UUID
    organization: OrganizationBody
    roles: list[str]
    scopes: list[str] | None
    memberships: list[HeldRoleBody]
    inherited: list[ActingForBody]
