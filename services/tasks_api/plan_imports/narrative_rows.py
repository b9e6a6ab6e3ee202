"""Tasks of the text as rows of the plan, with codes and groups of their own."""

from collections.abc import Iterator, Mapping, Sequence

from services.tasks_api.plan_imports.codes import CodeBook
from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.docx_numbering import roman
from services.tasks_api.plan_imports.duty_fields import Duty
from services.tasks_api.plan_imports.groups import GroupBook
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.narrative_reader import Doubt, NarrativeTask
from services.tasks_api.plan_imports.outline import Line
from services.tasks_api.plan_imports.printed_numbers import Style
from services.tasks_api.plan_imports.rows import Group, TaskRow

_DOUBTS = {
    Doubt.SHARED: (
        "duty-shared",
        "Chủ trì, thời hạn ghi một lần cho cả nhóm: đã giao cho từng nhiệm vụ; hãy kiểm tra lại.",
    ),
    Doubt.DEADLINE_IN_SENTENCE: (
        "deadline-from-sentence",
        "Thời hạn lấy từ cuối câu giao việc, không ghi riêng; hãy kiểm tra lại.",
    ),
    Doubt.LEAD_IN_SENTENCE: ("lead-from-sentence", "Chủ trì lấy từ câu giao việc, không ghi riêng; hãy kiểm tra lại."),
    Doubt.LEAD_IN_HEADING: ("lead-from-heading", "Chủ trì lấy từ đề mục phía trên nhiệm vụ; hãy kiểm tra lại."),
    Doubt.SEVERAL_DEADLINES: (
        "several-deadlines",
        "Đoạn văn nêu nhiều thời hạn nhưng chỉ đọc thành một nhiệm vụ với một thời hạn; hãy tách ra hoặc xác nhận.",
    ),
    Doubt.DEADLINE_OF_CONDITION: (
        "deadline-of-condition",
        "Ngày nêu cuối câu có thể chỉ cho biết đối tượng nào được nói đến, không phải thời hạn; hãy kiểm tra lại.",
    ),
}


def lead_from_heading(place: Place) -> Issue:
    return Issue(place, *_DOUBTS[Doubt.LEAD_IN_HEADING])


def narrative_rows(
    tasks: Sequence[NarrativeTask], led_by: Mapping[Duty, str], book: CodeBook, groups: GroupBook
) -> tuple[list[TaskRow], list[Issue]]:
    """The rows, and an issue for each that takes its lead from the closing part (`led_by`)."""
    numbers = _Numbers()
    rows: list[TaskRow] = []
    issues: list[Issue] = []
    for task in tasks:
        duties = task.duties
        if Duty.LEAD not in duties and led_by:
            duties = {**led_by, **duties}
            message = (
                f"Nhiệm vụ không ghi chủ trì: lấy theo phần tổ chức thực hiện, “{shortened(led_by[Duty.LEAD])}”. "
                "Hãy kiểm tra lại."
            )
            issues.append(Issue(task.place, "lead-from-closing-part", message))
        issues += [Issue(task.place, *_DOUBTS[doubt]) for doubt in Doubt if doubt in task.doubts]
        number = numbers.of(task.heading)
        group = Group(number, task.heading.text.rstrip(" :.")) if task.heading else None
        rows.append(
            TaskRow(
                place=task.place,
                code=book.first_free(list(_wanted(task, number)), task.place),
                group=groups.known(group, task.place) if group else None,
                general_task=None,
                title=task.title,
                required_output=duties.get(Duty.OUTPUT) or None,
                kpi=duties.get(Duty.KPI) or None,
                lead_text=duties.get(Duty.LEAD) or None,
                coordinating_text=duties.get(Duty.COORDINATING) or None,
                deadline_text=duties.get(Duty.DEADLINE) or None,
            )
        )
    return rows, issues


class _Numbers:
    """The numbers of headings; those without one are counted under the numbered heading above them."""

    def __init__(self) -> None:
        self._known: dict[Line | None, str] = {None: ""}
        self._counted: dict[str, int] = {}

    def of(self, heading: Line | None) -> str:
        if heading not in self._known:
            assert heading is not None
            self._known[heading] = heading.number.text if heading.number else self._next(heading)
        return self._known[heading]

    def _next(self, heading: Line) -> str:
        above = next((line.number.text for line in reversed(heading.headings) if line.number), "")
        self._counted[above] = self._counted.get(above, 0) + 1
        return f"{above}.{self._counted[above]}" if above else roman(self._counted[above])


def _wanted(task: NarrativeTask, group: str) -> Iterator[str]:
    """The code that the printed numbers give, then longer ones for when another task has it."""
    printed = task.number is not None and task.number.style is not Style.BULLET
    mark = task.number.text if printed and task.number else str(task.order)
    complete = task.number is not None and task.number.style is Style.DOTTED
    code = mark if complete or not group else f"{group}.{mark}"
    yield code
    outer = task.section.number.text if task.section and task.section.number else ""
    if outer and not code.startswith(f"{outer}."):
        yield f"{outer}.{code}"
