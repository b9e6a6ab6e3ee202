"""What a plan says, row by row: tasks and targets of indicators as printed, in its tables or in its text."""

from dataclasses import dataclass

from services.tasks_api.plan_imports.documents import Place


@dataclass(frozen=True, slots=True)
class Group:
    """A heading that tasks stand under; in a table without a printed number `no` is Roman, counting the headings."""

    no: str
    title: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as printed. Texts are verbatim (`-` stays `-`), None for a blank cell.

    `officer_text`: who answers for it in the body that leads, where a column of its own says so.
    """

    place: Place
    code: str
    group: Group | None
    general_task: str | None
    title: str
    required_output: str | None
    kpi: str | None
    lead_text: str | None
    coordinating_text: str | None
    deadline_text: str | None
    officer_text: str | None = None


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One target of an indicator; an indicator with targets for several years gives a row for each.

    `year` is the horizon named by the group or the column, None when neither names one. `group` is the heading it
    stands under in the text.
    """

    place: Place
    no: str
    text: str
    unit: str | None
    target_text: str | None
    year: int | None
    lead_text: str | None
    group: str | None = None
