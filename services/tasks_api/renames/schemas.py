"""What callers send and get about new names."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from shared.bodies import Day, RequestBody, ResponseBody, Text


class RenameRequest(RequestBody):
    """From `effective_on` this organization is called `name`, by a document. It stays the same body: its code, people
    and work are untouched, and the old name goes on standing for it in documents.
    """

    name: Annotated[Text, StringConstraints(min_length=2, max_length=300)]
    effective_on: Day
    instrument: Annotated[Text, StringConstraints(max_length=200)]


class RenameBody(ResponseBody):
    """A new name; `previous_name` and `applied_at` are empty until its day has come."""

    id: UUID
    name: str
    previous_name: str | None
    effective_on: date
    instrument: str
    applied_at: datetime | None
    created_at: datetime


class RenameList(ResponseBody):
    """One page of new names."""

    items: list[RenameBody]
    next_cursor: str | None
