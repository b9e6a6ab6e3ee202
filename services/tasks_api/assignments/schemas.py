"""What callers send and get about assignments and their progress."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, WithJsonSchema

from shared.bodies import HUNDREDTHS, NUMBER, Day, Percent, RequestBody, ResponseBody, Text


class TaskReference(ResponseBody):
    """The task an assignment is for."""

    id: UUID
    code: str
    title: str
    required_output: str | None
    deadline_text: str | None


class PlanReference(ResponseBody):
    """The plan an assignment belongs to."""

    id: UUID
    number: str


class OrganizationReference(ResponseBody):
    """The organization that leads an assignment."""

    id: UUID
    code: str
    name: str


class CycleBody(ResponseBody):
    """The span an assignment covers."""

    kind: str
    starts_on: date
    ends_on: date | None


class AssignmentBody(ResponseBody):
    """An assignment today: `due_on` is the enforced day, `red` the rules that are red. `carried_from` is whom the work
    was given to, where another organization has taken it over.
    """

    id: UUID
    task: TaskReference
    plan: PlanReference
    organization: OrganizationReference
    carried_from: OrganizationReference | None
    cycle: CycleBody
    starts_on: date
    due_on: date | None
    status: str
    official_status: Literal["completed_on_time", "completed_late", "in_progress", "overdue"] | None
    percent: float
    red: list[str]
    verdict: str | None
    submitted_on: date | None
    completed_on: date | None
    version: int


class AssignmentList(ResponseBody):
    """One page of assignments."""

    items: list[AssignmentBody]
    next_cursor: str | None


class ProgressReport(RequestBody):
    """A report of progress: `percent` up to two decimals, `as_of` today unless given; a fall needs a `reason`."""

    percent: Annotated[
        Percent,
        Field(ge=0, le=100, decimal_places=2),
        HUNDREDTHS,
        NUMBER,
        WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01}),
    ]
    narrative: Text
    reason: Text | None = None
    as_of: Day | None = None


class ProgressBody(ResponseBody):
    """A progress update as recorded, and the assignment's state after it."""

    id: UUID
    assignment_id: UUID
    percent: Percent
    narrative: str
    reason: str | None
    as_of: date
    recorded_at: datetime
    status: str
    version: int


class CompletionReport(RequestBody):
    """A claim that the work is done, with the released evidence that proves it."""

    evidence_ids: list[UUID] = Field(max_length=50)


class CompletionBody(ResponseBody):
    """The assignment's state after a claim of completion."""

    assignment_id: UUID
    status: str
    submitted_on: date
    version: int


class TransitionBody(ResponseBody):
    """A change of status."""

    from_status: str | None
    to_status: str
    action: str
    actor: str
    organization_id: UUID | None
    occurred_at: datetime
    reason: str | None


class UpdateBody(ResponseBody):
    """A progress update in the history."""

    id: UUID
    percent: Percent
    narrative: str
    reason: str | None
    as_of: date
    actor: str
    recorded_at: datetime


class TransferBody(ResponseBody):
    """The work passed to another organization: by which kind of succession, from which day, by which document."""

    from_organization: OrganizationReference
    to_organization: OrganizationReference
    kind: str
    effective_on: date
    instrument: str
    transferred_at: datetime


class AssignmentHistory(ResponseBody):
    """All an assignment went through, oldest first: who held it when is in `transfers`."""

    transfers: list[TransferBody]
    transitions: list[TransitionBody]
    progress: list[UpdateBody]
