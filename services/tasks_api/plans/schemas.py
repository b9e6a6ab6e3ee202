"""What callers get about plans."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.bodies import ResponseBody
from shared.domain.clarity import Clarity


class PlanBody(ResponseBody):
    """A plan; `reviewing_organization_ids` appraise evidence in this order."""

    id: UUID
    issuer_id: UUID
    kind: str
    number: str
    issued_on: date
    title: str
    issuer_text: str | None
    starts_on: date
    ends_on: date | None
    state: str
    visibility: str
    reviewing_organization_ids: list[UUID]
    reporting_rules: list[dict[str, Any]]
    clarity: list[Clarity]
    activated_at: datetime | None
    version: int


class PlanList(ResponseBody):
    """One page of plans."""

    items: list[PlanBody]
    next_cursor: str | None


class ActivatedPlan(ResponseBody):
    """What activation opened, and the tasks nobody leads yet: they are followed once they have a lead."""

    plan: PlanBody
    assignments_opened: int
    tasks_without_lead: list[str]


class ClarityShare(ResponseBody):
    """How many of the plan's tasks are clear in one question, `percent` of all the caller sees."""

    question: Clarity
    label: str
    clear: int
    percent: float


class UnclearTask(ResponseBody):
    """A task and the questions it leaves open."""

    task_id: UUID
    code: str
    title: str
    missing: list[Clarity]


class PlanClarity(ResponseBody):
    """“6 rõ” of a plan, in the questions that it asks: shares over all its tasks, and one page of the unclear ones."""

    plan_id: UUID
    tasks: int
    clear: int
    questions: list[ClarityShare]
    items: list[UnclearTask]
    next_cursor: str | None
