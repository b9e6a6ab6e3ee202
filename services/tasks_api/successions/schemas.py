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
    and the receiver sees what it saw by then. Open work passes: of a `merge` all of it; of a `split` that of `tasks`
    (ids), which must be said and may be empty; a dissolution among several takes a record for each receiver, with
    `tasks` for all but the one that receives the rest. A new name is no succession: see `names`.
    """

    receiver: Annotated[Text, StringConstraints(min_length=2, max_length=36)]
    kind: SuccessionKind
    effective_on: Annotated[Day, Field(ge=EARLIEST)]
    instrument: Annotated[Text, StringConstraints(max_length=200)]
    tasks: Annotated[list[UUID], Field(max_length=1000)] | None = None


class PartyBody(ResponseBody):
    """One of the two organizations."""

    id: UUID
    code: str
    name: str


class SuccessionBody(ResponseBody):
    """A succession; `named_tasks` is the number of tasks whose work goes to this receiver, null where none is named
    and all else goes to it; `applied_at` is empty until its day has come and all has passed.
    """

    id: UUID
    predecessor: PartyBody
    receiver: PartyBody
    kind: str
    effective_on: date
    instrument: str
    named_tasks: int | None
    applied_at: datetime | None
    created_at: datetime


class SuccessionList(ResponseBody):
    """One page of successions."""

    items: list[SuccessionBody]
    next_cursor: str | None
