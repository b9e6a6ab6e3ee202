"""What callers send and get about alerts."""

from datetime import date, datetime
from uuid import UUID

from shared.bodies import Day, RequestBody, ResponseBody, Text


class AlertedAssignment(ResponseBody):
    """The assignment an alert speaks of."""

    id: UUID
    task_code: str
    task_title: str
    plan_number: str
    organization_id: UUID
    organization_code: str
    organization_name: str
    status: str
    percent: float
    due_on: date | None


class AcknowledgementBody(ResponseBody):
    """The latest answer to an alert."""

    acknowledged_by: str
    note: str
    promised_on: date | None
    acknowledged_at: datetime


class AlertBody(ResponseBody):
    """A red alert. `id` is null for one worked out for another day; `since` is when its condition was first met."""

    id: UUID | None
    rule: str
    label: str
    severity: str
    since: date
    opened_on: date | None
    closed_on: date | None
    assignment: AlertedAssignment
    acknowledgement: AcknowledgementBody | None


class AlertList(ResponseBody):
    """One page of alerts."""

    items: list[AlertBody]
    next_cursor: str | None


class AlertAcknowledgementRequest(RequestBody):
    """What is being done about it, and by when it will be cleared."""

    note: Text
    promised_on: Day | None = None
