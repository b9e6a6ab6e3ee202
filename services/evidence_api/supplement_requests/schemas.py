"""Requests and answers about what submitters are asked to add."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.evidence_api.supplement_requests.rules import SupplementState, state_of
from shared.bodies import NUMBER, Day, RequestBody, ResponseBody, Text
from shared.db.models import SupplementRequest
from shared.domain.calendar import WorkCalendar


class RequestSupplement(RequestBody):
    """What is missing of the version seen, and by when it is to come."""

    text: Text
    due_on: Day
    evidence_version: Annotated[int, Field(ge=1, le=1_000_000), NUMBER]


class SupplementRequestBody(ResponseBody):
    """What a reviewing body asked for. `due_on` is the last day for it: the day named, or the next working day."""

    id: UUID
    evidence_id: UUID
    evidence_version: int
    level: int
    organization_id: UUID
    requested_by: str
    text: str
    due_on: date
    state: SupplementState
    requested_at: datetime
    expired_at: datetime | None

    @classmethod
    def of(cls, request: SupplementRequest, current_version: int, calendar: WorkCalendar) -> Self:
        """The request as it is told, on evidence that has come to a version."""
        return cls(
            id=request.id,
            evidence_id=request.evidence_id,
            evidence_version=request.evidence_version,
            level=request.level,
            organization_id=request.organization_id,
            requested_by=request.requested_by,
            text=request.text,
            due_on=calendar.enforced_due(request.named_on),
            state=state_of(request.evidence_version, current_version, expired=request.expired_at is not None),
            requested_at=request.requested_at,
            expired_at=request.expired_at,
        )


class SupplementRequestPage(ResponseBody):
    """One page of what was asked about a piece of evidence, oldest first."""

    items: list[SupplementRequestBody]
    next_cursor: str | None
