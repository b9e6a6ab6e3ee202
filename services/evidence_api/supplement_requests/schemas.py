"""Requests and answers about what submitters are asked to add."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.evidence_api.supplement_requests.rules import SupplementState, state_of
from shared.bodies import NUMBER, Day, RequestBody, ResponseBody, Text
from shared.db.models import Evidence, SupplementRequest
from shared.domain.calendar import WorkCalendar


class RequestSupplement(RequestBody):
    """What is missing of the version seen, and by when it is to come."""

    text: Text
    due_on: Day
    evidence_version: Annotated[int, Field(ge=1, le=1_000_000), NUMBER]


class WithdrawSupplementRequest(RequestBody):
    """Why a request for more is taken back: kept beside it."""

    reason: Text


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
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal_reason: str | None

    @classmethod
    def of(cls, request: SupplementRequest, evidence: Evidence, calendar: WorkCalendar) -> Self:
        """The request as it is told, on evidence as it stands."""
        return cls(
            id=request.id,
            evidence_id=request.evidence_id,
            evidence_version=request.evidence_version,
            level=request.level,
            organization_id=request.organization_id,
            requested_by=request.requested_by,
            text=request.text,
            due_on=calendar.enforced_due(request.named_on),
            state=state_on(request, evidence),
            requested_at=request.requested_at,
            expired_at=request.expired_at,
            withdrawn_at=request.withdrawn_at,
            withdrawn_by=request.withdrawn_by,
            withdrawal_reason=request.withdrawal_reason,
        )


def state_on(request: SupplementRequest, evidence: Evidence) -> SupplementState:
    """What became of a request, on evidence as it stands."""
    return state_of(
        request.evidence_version,
        evidence.current_version,
        withdrawn=request.withdrawn_at is not None,
        expired=request.expired_at is not None,
        evidence_withdrawn=evidence.withdrawn_at is not None,
    )


class SupplementRequestPage(ResponseBody):
    """One page of what was asked about a piece of evidence, oldest first."""

    items: list[SupplementRequestBody]
    next_cursor: str | None
