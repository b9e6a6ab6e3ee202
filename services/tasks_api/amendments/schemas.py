"""What callers send and get about amendments of plans."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from shared.bodies import Day, NeverNull, RequestBody, ResponseBody, Text

Names = Annotated[list[Text], Field(max_length=200)]
"""Codes of organizations, or names of groups of organizations."""
Leads = Annotated[list[Text], Field(min_length=1, max_length=200)]


class Heading(RequestBody):
    """A group of tasks; a new one is added to the plan."""

    no: Annotated[Text, StringConstraints(max_length=20)]
    title: Text


class AddTask(RequestBody):
    """A new task. `due` says the last day meant where `deadline_text` cannot be understood."""

    kind: Literal["add_task"]
    code: Annotated[Text, StringConstraints(max_length=35)]
    title: Text
    group: Heading | None = None
    general_task: Text | None = None
    required_output: Text | None = None
    kpi: Text | None = None
    leads: Leads
    coordinating: Names = Field(default_factory=list)
    deadline_text: Text
    due: Day | None = None


class ChangeTask(RequestBody):
    """New cells of a task; fields left out stay. `due` says the last day meant where `deadline_text` cannot be
    understood.

    An output or a KPI may be taken away with null; the other fields have to say something.
    """

    kind: Literal["change_task"]
    task_id: UUID
    title: Annotated[Text | None, NeverNull()] = None
    required_output: Text | None = None
    kpi: Text | None = None
    group: Annotated[Heading | None, NeverNull()] = None
    leads: Annotated[Leads | None, NeverNull()] = None
    coordinating: Annotated[Names | None, NeverNull()] = None
    deadline_text: Annotated[Text | None, NeverNull()] = None
    due: Annotated[Day | None, NeverNull()] = None

    @field_validator("title", "group", "leads", "coordinating", "deadline_text", "due", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if value is None:
            raise ValueError("không được để trống: hãy bỏ trường này nếu không sửa")
        return value


class RestateTask(RequestBody):
    """A task is given up, put off, or taken up again after it was put off."""

    kind: Literal["cancel_task", "suspend_task", "resume_task"]
    task_id: UUID


class ChangeTerm(RequestBody):
    """A new last day of the plan; null: until it is replaced."""

    kind: Literal["change_term"]
    ends_on: Day | None


Change = Annotated[AddTask | ChangeTask | RestateTask | ChangeTerm, Field(discriminator="kind")]


class AmendmentRequest(RequestBody):
    """A document that amends a plan, and all it changes. It is in force from `effective_on`, as a whole."""

    number: Annotated[Text, StringConstraints(max_length=100)]
    issued_on: Day
    reason: Text
    effective_on: Day
    changes: Annotated[list[Change], Field(min_length=1, max_length=500)]


class AmendmentBody(ResponseBody):
    """An amendment: `draft` until its day has come and the worker has applied it, then `in_force`. `failure` says why
    it could not be applied when it was last tried.
    """

    id: UUID
    plan_id: UUID
    number: str
    issued_on: date
    reason: str
    effective_on: date
    state: str
    applied_at: datetime | None
    failure: str | None
    plan_import_id: UUID | None
    created_at: datetime


class AmendmentList(ResponseBody):
    """One page of amendments."""

    items: list[AmendmentBody]
    next_cursor: str | None


class ChangeBody(ResponseBody):
    """One cell before and after, of a task or an indicator; without either a cell of the plan, or a task or an
    indicator to come (`field` is `task` or `indicator`). A `target` is that of one year; null: there is none.
    """

    task_id: UUID | None
    task_code: str | None
    indicator_id: UUID | None
    indicator_no: str | None
    field: str
    before: Any
    after: Any


class AmendmentDetail(AmendmentBody):
    """An amendment and what it changes, as far as the caller may know of the tasks."""

    changes: list[ChangeBody]


class TaskChangeBody(ChangeBody):
    """A cell of a task, and the amendment that changes it."""

    amendment: AmendmentBody


class TaskHistory(ResponseBody):
    """One page of what amendments did to a task."""

    items: list[TaskChangeBody]
    next_cursor: str | None
