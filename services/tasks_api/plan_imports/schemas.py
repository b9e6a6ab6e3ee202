"""What callers send and get about imports of plan documents."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from shared.bodies import Day, NeverNull, RequestBody, ResponseBody, Text
from shared.domain.deadlines import DeadlineKind, Recurrence


class PlanImportBody(ResponseBody):
    """A read document. `proposal` has the shape of `theodoi plan import --dry-run --json`.

    A document that restates a plan in force `amends_plan_id`, and `diff` is what it would change in it as it stands:
    `{"tasks": {"added", "removed", "changed"}, "indicators": …, "issues"}`; once committed it is an amendment.
    """

    id: UUID
    filename: str
    document_sha256: str
    state: Literal["proposed", "committed"]
    plan_id: UUID | None
    amends_plan_id: UUID | None
    amendment_id: UUID | None
    version: int
    proposal: dict[str, Any]
    diff: dict[str, Any] | None


_RECURRING = frozenset(
    {
        DeadlineKind.CONTINUOUS,
        DeadlineKind.ANNUAL,
        DeadlineKind.QUARTERLY,
        DeadlineKind.MONTHLY,
        DeadlineKind.MONTH_AND_CONTINUOUS,
        DeadlineKind.YEAR_ONWARDS,
    }
)


class DeadlineCorrection(RequestBody):
    """What a person says a deadline means."""

    kind: DeadlineKind
    start: Day | None = None
    due: Day | None = None
    recurrence: Recurrence | None = None

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        """A kind with dates or a recurrence it cannot have would open no assignment, or the wrong ones."""
        twofold = self.kind is DeadlineKind.HALF_YEAR  # one half of a year, or every half-year
        recurring = self.kind in _RECURRING or (twofold and self.recurrence is not None)
        if self.kind is DeadlineKind.UNKNOWN:
            if self.start or self.due or self.recurrence:
                raise ValueError("thời hạn chưa rõ thì không có ngày hay chu kỳ")
        elif recurring != (self.recurrence is not None):
            raise ValueError("chu kỳ phải có khi thời hạn lặp lại, và chỉ khi đó")
        elif self.due is None and (not recurring or self.kind is DeadlineKind.MONTH_AND_CONTINUOUS):
            raise ValueError("phải có hạn hoàn thành")
        elif self.start and self.due and self.due < self.start:
            raise ValueError("hạn hoàn thành phải sau hoặc bằng ngày bắt đầu")
        return self


class RowCorrection(RequestBody):
    """What to change in one row; fields left out stay. `leads` and `coordinating` are organization codes.

    An output or a KPI may be taken away with null; the other fields have to say something.
    """

    title: Annotated[Text | None, NeverNull()] = None
    required_output: Text | None = None
    kpi: Text | None = None
    leads: Annotated[list[Text] | None, Field(max_length=200), NeverNull()] = None
    coordinating: Annotated[list[Text] | None, Field(max_length=200), NeverNull()] = None
    deadline: Annotated[DeadlineCorrection | None, NeverNull()] = None

    @field_validator("title", "leads", "coordinating", "deadline", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if value is None:
            raise ValueError("không được để trống: hãy bỏ trường này nếu không sửa")
        return value


class PlanImportCommit(RequestBody):
    """What turns a proposal into a plan.

    `number`, `issued_on` and `title` replace what was read. `create_organizations` lists the unknown bodies,
    as named in the document, that may be created under the issuer. `reviewing_organizations` are codes,
    lowest level first; the issuer appraises when none are given.

    A document that amends a plan needs a `reason` and the day it is in force, `effective_on`; `ends_on` is then the
    plan's new end, and title, start, reviewers and visibility stay as they are.
    """

    number: Text | None = None
    issued_on: Day | None = None
    title: Text | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    reason: Text | None = None
    effective_on: Day | None = None
    create_organizations: list[Text] = Field(default_factory=list, max_length=500)
    reviewing_organizations: list[Text] = Field(default_factory=list, max_length=10)
    visibility: Literal["internal", "public", "restricted"] = "internal"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("ngày kết thúc phải sau hoặc bằng ngày bắt đầu")
        return self


class CommittedPlan(ResponseBody):
    """The plan an import became, or amends. `created` is false when it had been committed before."""

    plan_id: UUID
    amendment_id: UUID | None
    created: bool
    tasks: int
    indicators: int
    organizations_created: list[str]
    tasks_without_lead: list[str]
    tasks_without_deadline: list[str]
