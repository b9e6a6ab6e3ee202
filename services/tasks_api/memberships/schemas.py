"""What callers send and get about memberships."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from shared.bodies import Day, Identifier, PersonName, RequestBody, ResponseBody, Text
from shared.domain.principal import Role


class MemberBody(ResponseBody):
    """Whose membership it is; `name` is null for a caller who did not register the account."""

    id: UUID
    issuer: str
    subject: str
    name: str | None


class MemberOfBody(ResponseBody):
    """Where the membership is held."""

    id: UUID
    code: str
    name: str


class MembershipBody(ResponseBody):
    """A role in an organization from `starts_on` to `ends_on`, both included, unless revoked before."""

    id: UUID
    user: MemberBody
    organization: MemberOfBody
    role: str
    starts_on: date
    ends_on: date | None
    granted_by: str
    created_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    version: int


class MembershipList(ResponseBody):
    """One page of memberships."""

    items: list[MembershipBody]
    next_cursor: str | None


class MembershipRequest(RequestBody):
    """A role for a known account (`user_id`), or for whom an issuer calls `subject`: registered if need be.

    `organization` is a code or an id; `starts_on` is today unless given.
    """

    user_id: UUID | None = None
    issuer: Identifier | None = None
    subject: Identifier | None = None
    name: PersonName | None = None
    organization: Annotated[Text, StringConstraints(min_length=2, max_length=36)]
    role: Role
    starts_on: Day | None = None
    ends_on: Day | None = None

    @model_validator(mode="after")
    def _names_one_person(self) -> Self:
        by_subject = self.issuer is not None and self.subject is not None
        half = (self.issuer is None) != (self.subject is None)
        if half or by_subject == (self.user_id is not None):
            raise ValueError("cần user_id, hoặc issuer và subject")
        return self


class MembershipChange(RequestBody):
    """New dates. `starts_on` left out or null, and `ends_on` left out, stay as they are; `ends_on` null takes the end
    away.
    """

    starts_on: Day | None = None
    ends_on: Day | None = None


class MembershipRevocation(RequestBody):
    """Why the role is taken away."""

    reason: Text | None = None
