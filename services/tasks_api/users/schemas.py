"""What callers send and get about accounts."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from shared.bodies import Identifier, PersonName, RequestBody, ResponseBody, Text
from shared.db.models import User

PERSONAL = ("name", "organization_id", "last_seen_on", "deactivated_by")


class UserBody(ResponseBody):
    """An account. `organization_id` registered it; `last_seen_on` is the last day it was used. `deactivated_by` is
    `idle` where nobody used it for too long. `name`, `organization_id`, `last_seen_on` and `deactivated_by` are null
    for whoever only gave the account a role: they are the business of who registered it.
    """

    id: UUID
    issuer: str
    subject: str
    name: str | None
    organization_id: UUID | None
    last_seen_on: date | None
    deactivated_at: datetime | None
    deactivated_by: str | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, user: User, is_named: bool) -> Self:
        """The account as told to a caller who may, or may not, know whose it is."""
        body = cls.model_validate(user)
        return body if is_named else body.model_copy(update=dict.fromkeys(PERSONAL))


class UserList(ResponseBody):
    """One page of accounts."""

    items: list[UserBody]
    next_cursor: str | None


class UserRequest(RequestBody):
    """Somebody, as the issuer of their tokens calls them: `iss` and `sub`."""

    issuer: Identifier
    subject: Identifier
    name: PersonName | None = None


class UserCorrection(RequestBody):
    """The new name; null takes it away."""

    name: PersonName | None


class UserDecision(RequestBody):
    """Why an account is deactivated or reactivated."""

    reason: Text
