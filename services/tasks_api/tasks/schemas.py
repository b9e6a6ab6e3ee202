"""What callers get about tasks."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.bodies import ResponseBody


class TaskBody(ResponseBody):
    """One line of a plan: the verbatim cells and what the deadline was read to mean.

    `state` is `active`, or `suspended` or `cancelled` by an amendment of the plan.
    """

    id: UUID
    plan_id: UUID
    group_id: UUID | None
    code: str
    state: str
    general_task: str | None
    title: str
    required_output: str | None
    kpi: str | None
    lead_text: str | None
    coordinating_text: str | None
    deadline_text: str | None
    deadline_kind: str
    deadline_start: date | None
    deadline_due: date | None
    deadline_recurrence: str | None
    deadline_days: list[str]
    milestones: list[dict[str, Any]]
    source: dict[str, Any]
    version: int


class TaskList(ResponseBody):
    """One page of tasks."""

    items: list[TaskBody]
    next_cursor: str | None
