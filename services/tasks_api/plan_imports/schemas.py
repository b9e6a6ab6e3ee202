"""What callers send and get about imports of plan documents."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from shared.bodies import Day, NeverNull, RequestBody, ResponseBody, Text
from shared.domain.deadlines import DeadlineKind, Recurrence


class PlanImportBody(ResponseBody):
    """A read document. `proposal` has the shape of `theodoi plan import --dry-run --json`."""

    id: UUID
    filename: str
    document_sha256: str
    state: Literal["proposed", "committed"]
    plan_id: UUID | None
    version: int
    proposal: dict[str, Any]


_RECURRING = frozenset(
    {
        DeadlineKind.CONTINUOUS,
        DeadlineKind.ANNUAL,
        DeadlineKind.QUARTERLY,
        DeadlineKind.MONTHLY,
        DeadlineKind.WEEKLY,
        DeadlineKind.FORTNIGHTLY,
        DeadlineKind.MONTH_AND_CONTINUOUS,
        DeadlineKind.YEAR_ONWARDS,
    }
)


_DAYS_A_ROUND = {Recurrence.ANNUAL: 1, Recurrence.HALF_YEAR: 2, Recurrence.QUARTERLY: 4, Recurrence.MONTHLY: 1}
RecurringDay = Annotated[
    str, Field(pattern=r"^(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|[1-9]|[12][0-9]|3[01])$")
]


class DeadlineCorrection(RequestBody):
    """What a person says a deadline means. `days` are those of `shared.domain.deadlines.Deadline`: `12-14` once a
    year, one for each half-year or quarter, `19` once a month.
    """

    kind: DeadlineKind
    start: Day | None = None
    due: Day | None = None
    recurrence: Recurrence | None = None
    days: list[RecurringDay] = Field(default_factory=list, max_length=4)

    @model_validator(mode="after")
    def _days_of_each_round(self) -> Self:
        if not self.days:
            return self
        count = _DAYS_A_ROUND.get(self.recurrence) if self.recurrence else None
        months = [int(day.rpartition("-")[0] or 0) for day in self.days]
        monthly = self.recurrence is Recurrence.MONTHLY
        one_in_each = monthly or all((month - 1) * len(months) // 12 == n for n, month in enumerate(months))
        if count != len(self.days) or monthly == any(months) or not one_in_each:
            raise ValueError(
                "ngày lặp lại phải đúng chu kỳ: hằng năm 1 ngày (12-14), 6 tháng 2 ngày, hằng quý 4 ngày, hằng tháng 1 "
                "ngày (19)"
            )
        return self

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
    """

    number: Text | None = None
    issued_on: Day | None = None
    title: Text | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    create_organizations: list[Text] = Field(default_factory=list, max_length=500)
    reviewing_organizations: list[Text] = Field(default_factory=list, max_length=10)
    visibility: Literal["internal", "public", "restricted"] = "internal"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("ngày kết thúc phải sau hoặc bằng ngày bắt đầu")
        return self


class CommittedPlan(ResponseBody):
    """The plan an import became. `created` is false when it had been committed before."""

    plan_id: UUID
    created: bool
    tasks: int
    indicators: int
    organizations_created: list[str]
    tasks_without_lead: list[str]
    tasks_without_deadline: list[str]
