"""What callers get about plans."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.bodies import ResponseBody


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
