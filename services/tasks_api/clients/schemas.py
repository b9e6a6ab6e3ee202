"""What callers send and get about registered systems."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from shared.bodies import NUMBER, RequestBody, ResponseBody, Text
from shared.domain.permissions import Scope

PublicKeyBody = Annotated[str, Field(max_length=20_000)] | dict[str, Any]
"""A PEM text (`BEGIN PUBLIC KEY`) or a JWK: ES256 on P-256, or RS256 with at least 2048 bits."""

DAY, LONGEST_OVERLAP = 24 * 3600, 30 * 24 * 3600


class ClientRegistration(RequestBody):
    """A system to be trusted: `organization` is the code of the one it acts for."""

    name: Annotated[Text, Field(max_length=200)]
    organization: Annotated[Text, Field(max_length=64)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=2 * len(Scope))]
    public_key: PublicKeyBody


class ClientKeyAddition(RequestBody):
    """The key that follows the present ones: these hold for another `overlap_seconds`."""

    public_key: PublicKeyBody
    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP), NUMBER] = DAY


class ClientKeyBody(ResponseBody):
    """A key, by the `kid` that tokens must name."""

    kid: str
    algorithm: str
    created_at: datetime
    retires_at: datetime | None
    revoked_at: datetime | None


class ClientBody(ResponseBody):
    """A registered system: `issuer` is both `iss` and `sub` of the tokens it signs."""

    id: UUID
    issuer: str
    name: str
    organization_id: UUID
    scopes: list[str]
    registered_by: str
    created_at: datetime
    revoked_at: datetime | None
    keys: list[ClientKeyBody]
    version: int


class ClientList(ResponseBody):
    """One page of registered systems."""

    items: list[ClientBody]
    next_cursor: str | None
