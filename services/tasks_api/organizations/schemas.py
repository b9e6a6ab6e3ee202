"""What callers send and get about organizations."""

from typing import Any
from uuid import UUID

from shared.bodies import ResponseBody


class OrganizationBody(ResponseBody):
    """An organization; `provisional_code` says that the code is ours, awaiting the official list."""

    id: UUID
    code: str
    name: str
    kind: str
    parent_id: UUID | None
    admin_code: str | None
    provisional_code: bool
    version: int


class OrganizationList(ResponseBody):
    """One page of organizations."""

    items: list[OrganizationBody]
    next_cursor: str | None


class GroupBody(ResponseBody):
    """A collective with the names plans give it."""

    id: UUID
    name: str
    aliases: list[str]
    selector: dict[str, Any]


class GroupList(ResponseBody):
    """Every collective."""

    items: list[GroupBody]
    next_cursor: None = None
