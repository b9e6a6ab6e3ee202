"""What callers send and get about successions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.bodies import Day, RequestBody, ResponseBody, Text
from shared.domain.successions import SuccessionKind

EARLIEST = date(1945, 9, 2)
"""No body of today's administration is older."""


class SuccessionRequest(RequestBody):
    """From `effective_on` the receiver (code or id) carries on what this organization did, by a document.

    `merge`, `dissolve`: this organization ends the day before, and its people act for it no more. `split`: it goes on,
    and the receiver sees what it saw by then. A new name or another place in the tree is no succession: `rename` is
    refused.
    """

    receiver: Annotated[Text, StringConstraints(min_length=2, max_length=36)]
    kind: SuccessionKind
    effective_on: Annotated[Day, Field(ge=EARLIEST)]
    instrument: Annotated[Text, StringConstraints(max_length=200)]


class PartyBody(ResponseBody):
    """One of the two organizations."""

    id: UUID
    code: str
    name: str


class SuccessionBody(ResponseBody):
    """A succession; `applied_at` is empty until its day has come."""

    id: UUID
    predecessor: PartyBody
    receiver: PartyBody
    kind: str
    effective_on: date
    instrument: str
    applied_at: datetime | None
    created_at: datetime


class SuccessionList(ResponseBody):
    """One page of successions."""

    items: list[SuccessionBody]
    next_cursor: str | None
