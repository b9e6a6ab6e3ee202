"""What callers send and get about imports of plan documents."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from shared.bodies import Day, NeverNull, RequestBody, ResponseBody, Text
from shared.domain.clarity import SIX, Clarity
from shared.domain.deadlines import DeadlineKind, Recurrence


class PlanImportBody(ResponseBody):
    """A read document. `proposal` has the shape of `theodoi plan import --dry-run --json`.

    A document that restates a plan in force `amends_plan_id`, and `diff` is what it would change in it as it stands:
    `{"plan_version", "tasks": {"added", "removed", "changed"}, "indicators": …, "issues"}`; once committed it is an
    amendment.
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


ROW_ADDRESS = r"^(?:\d{1,4}\.\d{1,5}|p\d{1,6})$"
"""`2.4` is a row of a table, `p17` a paragraph of the text, `0.1` a row that a person added."""


class NameInRow(RequestBody):
    """A name of a row and what it means: the organization with a code, a group, or, with neither, what it is looked up
    as. Said with `text`, the meaning holds wherever the same name stands for nothing yet in this plan, and is
    remembered for later plans of the issuer. `officer` answers for the task there.
    """

    text: Annotated[Text, Field(max_length=500)] | None = None
    organization: Text | None = None
    group: Text | None = None
    officer: Annotated[Text, Field(max_length=500)] | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.organization is not None and self.group is not None:
            raise ValueError("chỉ chọn một: cơ quan hoặc nhóm cơ quan")
        if self.text is None and self.organization is None and self.group is None:
            raise ValueError("phải có tên, mã cơ quan hoặc nhóm cơ quan")
        return self


class TaskGroupInRow(RequestBody):
    """The heading a task stands under; rows with the same number share one."""

    no: Annotated[Text, Field(max_length=50)]
    title: Text


Names = Annotated[list[Text | NameInRow] | None, Field(max_length=200), NeverNull()]
IssueCode = Annotated[str, Field(pattern=r"^[a-z]+(?:-[a-z]+)*$", max_length=60)]


class RowCorrection(RequestBody):
    """What to change in one row; fields left out stay. `leads` and `coordinating` are organization codes, or names with
    what they mean; they replace all that were there.

    `deadline` says what the text means; a `deadline_text` alone is read again. `excluded` leaves the row out of the
    plan, or takes it in again. `accept_issues` are codes of issues of this row that a person takes upon themselves.
    Output, KPI, general task, group and deadline text may be taken away with null; the rest has to say something.
    """

    title: Annotated[Text | None, NeverNull()] = None
    required_output: Text | None = None
    kpi: Text | None = None
    general_task: Text | None = None
    code: Annotated[Text | None, Field(max_length=50), NeverNull()] = None
    group: TaskGroupInRow | None = None
    leads: Names = None
    coordinating: Names = None
    deadline_text: Text | None = None
    deadline: Annotated[DeadlineCorrection | None, NeverNull()] = None
    excluded: Annotated[bool | None, NeverNull()] = None
    accept_issues: Annotated[list[IssueCode] | None, Field(max_length=50), NeverNull()] = None

    @field_validator("title", "code", "leads", "coordinating", "deadline", "excluded", "accept_issues", mode="before")
    @classmethod
    def _said(cls, value: object) -> object:
        if value is None:
            raise ValueError("không được để trống: hãy bỏ trường này nếu không sửa")
        return value


class RowAddition(RowCorrection):
    """A task that the reading missed: it stands behind the row `after` (`2.4`, `p17`), or last."""

    title: Text
    code: Annotated[Text, Field(max_length=50)]
    after: Annotated[str, Field(pattern=ROW_ADDRESS)] | None = None


class PlanImportCommit(RequestBody):
    """What turns a proposal into a plan.

    `number`, `issued_on` and `title` replace what was read. `create_organizations` lists the unknown bodies,
    as named in the document, that may be created under the issuer. `reviewing_organizations` are codes,
    lowest level first; the issuer appraises when none are given. `accept_issues` are codes of blocking issues that a
    person takes upon themselves wherever they stand (`*`: all). `clarity` are the questions each task has to answer.

    A document that amends a plan needs a `reason`, the day it is in force, `effective_on`, and the `plan_version` of
    the difference that was reviewed; `ends_on` is then the plan's new end, and title, start, reviewers and visibility
    stay as they are.
    """

    number: Text | None = None
    issued_on: Day | None = None
    title: Text | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    reason: Text | None = None
    effective_on: Day | None = None
    plan_version: int | None = Field(default=None, ge=1)
    create_organizations: list[Text] = Field(default_factory=list, max_length=500)
    reviewing_organizations: list[Text] = Field(default_factory=list, max_length=10)
    accept_issues: list[IssueCode | Literal["*"]] = Field(default_factory=list, max_length=50)
    clarity: list[Clarity] = Field(default_factory=lambda: list(SIX), min_length=1, max_length=len(SIX))
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
