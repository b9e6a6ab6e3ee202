"""From plan tables to task and indicator rows, with everything that was not understood listed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from services.tasks_api.plan_imports.codes import CodeBook
from services.tasks_api.plan_imports.columns import Columns, Role, year_of
from services.tasks_api.plan_imports.deadline_cells import said_under
from services.tasks_api.plan_imports.dittos import resolve_dittos
from services.tasks_api.plan_imports.documents import Document, Paragraph, Place
from services.tasks_api.plan_imports.drafts import Draft, DraftBuilder, closing_not_read
from services.tasks_api.plan_imports.duty_fields import Duty, split_fields
from services.tasks_api.plan_imports.groups import GroupBook
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.narrative_reader import NarrativeTask
from services.tasks_api.plan_imports.narrative_rows import lead_from_heading, narrative_rows
from services.tasks_api.plan_imports.narrative_targets import read_narrative_targets
from services.tasks_api.plan_imports.narrative_tasks import read_narrative_tasks
from services.tasks_api.plan_imports.outline import Line, read_outline
from services.tasks_api.plan_imports.plan_rows import PlanRow, RowKind, rows_of
from services.tasks_api.plan_imports.plan_tables import PlanTable, find_plan_tables, no_task_rows
from services.tasks_api.plan_imports.printed_numbers import Style
from services.tasks_api.plan_imports.reporting_rules import only_reports
from services.tasks_api.plan_imports.role_marks import helpers_in, read_bodies
from services.tasks_api.plan_imports.rows import Group, IndicatorRow, TaskRow
from services.tasks_api.plan_imports.spoken_duties import names_only_a_body


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the tables say; `tables` are the ones that were read, in document order."""

    tasks: tuple[TaskRow, ...]
    indicators: tuple[IndicatorRow, ...]
    issues: tuple[Issue, ...]
    tables: tuple[PlanTable, ...]


def recognise(document: Document) -> Recognised:
    """Read all plan tables, and what the text says besides them.

    Tasks of the text that name who leads or by when are read always; lists that name neither, and the goals of the
    text, only where no table gives tasks, or indicators. Raises Invalid: `no-task-table`, `headers-unknown`.
    """
    outline = read_outline(document)
    told = read_narrative_tasks(outline)
    found = find_plan_tables(document, has_other_tasks=bool(told.told(has_tables=False)))
    issues = list(found.issues)
    issues += [_label_not_read(line.place, other) for line in outline for other in split_fields(line.text).other]
    book, groups = CodeBook(), GroupBook()
    tasks = list(_table_tasks(found.tasks, book, groups, issues))
    narrative = told.told(has_tables=bool(tasks))
    if not tasks and not narrative:
        if not found.indicators:
            raise no_task_rows(found.tasks[0])
        issues.append(_only_indicators())
    if unread := sum(task not in narrative for task in (*told.assigned, *told.listed)):
        issues.append(_not_read(unread, "nhiệm vụ không ghi riêng chủ trì và thời hạn", "narrative-not-read"))
    texts = {line.place: line.text for line in outline}
    rows, doubts = narrative_rows(narrative, told.led_by, book, groups)
    issues += [
        *doubts,
        *book.issues,
        *groups.issues,
        *(_outside_work(task) for task in told.mentioned if task not in narrative and not _is_report(task, texts)),
    ]
    issues += map(_lost, told.lost)
    indicators: list[IndicatorRow] = []
    for whole in _with_continuations(found.indicators):
        indicators += _indicators(whole, issues, {row.no for row in indicators})
    goals = read_narrative_targets(outline)
    if not found.indicators:
        indicators += goals.indicators
        issues += goals.issues
    elif goals.indicators:
        issues.append(_not_read(len(goals.indicators), "chỉ tiêu", "narrative-targets-not-read"))
    tables = sorted((*found.tasks, *found.indicators), key=lambda table: table.table.index)
    order = _order(document)
    tasks = sorted([*tasks, *rows], key=lambda row: order[row.place.table, row.place.paragraph])
    return Recognised(tuple(tasks), tuple(indicators), tuple(issues), tuple(tables))


def _table_tasks(
    tables: Sequence[PlanTable], book: CodeBook, groups: GroupBook, issues: list[Issue]
) -> Iterator[TaskRow]:
    for run in _runs(tables):
        builder = DraftBuilder()
        rows, dittos = resolve_dittos([row for _, rows in run for row in rows])
        issues += dittos
        for table, _ in run:
            builder.read([row for row in rows if row.place.table == table.table.index])
        builder.finish()
        issues += builder.issues
        codes, prefix = book.assign(builder.drafts, run[0][0].table.index)
        columns = run[0][0].columns
        for draft, code in zip(builder.drafts, codes, strict=True):
            yield _task(draft, code, prefix, groups, issues, columns)


def _only_indicators() -> Issue:
    message = "Tài liệu chỉ có bảng chỉ tiêu, không đọc được nhiệm vụ nào; hãy kiểm tra trước khi ghi nhận."
    return Issue(None, "no-tasks", message, blocking=True)


def _label_not_read(place: Place, text: str) -> Issue:
    message = f"Phần “{shortened(text)}” không phải chủ trì, phối hợp, thời hạn hay kết quả nên không được đọc."
    return Issue(place, "label-not-read", message)


def _outside_work(task: NarrativeTask) -> Issue:
    message = (
        f"Đoạn này giao việc có hạn “{shortened(task.duties[Duty.DEADLINE])}” nhưng nằm ngoài phần nhiệm vụ nên không "
        f"đọc thành nhiệm vụ: “{shortened(task.title)}”."
    )
    return Issue(task.place, "duty-outside-tasks", message)


def _is_report(task: NarrativeTask, texts: dict[Place, str]) -> bool:
    """Whether the paragraph became rules for reporting, and says no more."""
    return len(task.lines) == 1 and only_reports(texts[task.place])


def _lost(line: Line) -> Issue:
    message = f"Đoạn này trong phần nhiệm vụ không đọc được thành nhiệm vụ nào: “{shortened(line.text)}”."
    return Issue(line.place, "narrative-line-not-read", message)


def _order(document: Document) -> dict[tuple[int, int], int]:
    """Where each table and each paragraph stands in the document."""
    return {
        (0, block.index) if isinstance(block, Paragraph) else (block.index, 0): position
        for position, block in enumerate(document.blocks)
    }


def _not_read(count: int, what: str, code: str) -> Issue:
    message = (
        f"Phần lời văn liệt kê {count} {what}: không đọc riêng vì tài liệu đã có bảng hoặc đoạn giao việc rõ hơn; "
        "hãy đối chiếu."
    )
    return Issue(None, code, message)


Run = list[tuple[PlanTable, list[PlanRow]]]


def _runs(tables: Sequence[PlanTable]) -> list[Run]:
    """Tables that carry on the numbering of the one before (split at a page end) belong to one run."""
    runs: list[Run] = []
    for table in tables:
        rows = list(rows_of(table))
        if runs and (table.continues or not _begins(rows)):
            runs[-1].append((table, rows))
        else:
            runs.append([(table, rows)])
    return runs


def _with_continuations(tables: Sequence[PlanTable]) -> list[list[PlanTable]]:
    """Tables with those that continue them."""
    whole: list[list[PlanTable]] = []
    for table in tables:
        if whole and table.continues:
            whole[-1].append(table)
        else:
            whole.append([table])
    return whole


def _begins(rows: Sequence[PlanRow]) -> bool:
    """Whether a table starts its own numbering: with a group, with 1, or without numbers."""
    first = next((row for row in rows if row.kind not in {RowKind.NOT_UNDERSTOOD, RowKind.CLOSING}), None)
    if first is None or first.number is None:
        return True
    return first.number.text in {"I", "A", "1", "01"} or first.number.style > Style.DECIMAL


def _task(draft: Draft, code: str, prefix: str, groups: GroupBook, issues: list[Issue], columns: Columns) -> TaskRow:
    group = draft.block.group
    row = draft.row
    bodies = read_bodies(row.get(Role.LEAD), together=columns.leads_and_helpers)
    if bodies.unclear:
        message = (
            f"Ô “{shortened(row.get(Role.LEAD) or '')}” ghi chung nhiều đơn vị, không rõ đơn vị nào chủ trì, đơn vị "
            "nào phối hợp; hãy kiểm tra lại."
        )
        issues.append(Issue(row.place, "lead-and-coordinating-together", message, blocking=True))
    issues += [_label_not_read(row.place, other) for other in bodies.other]
    heading = None if bodies.lead else _body_above(draft)
    if heading is not None:
        issues.append(lead_from_heading(row.place))
    return TaskRow(
        place=row.place,
        code=code,
        group=groups.known(Group(prefix + group.no, group.title), row.place) if group is not None else None,
        general_task=draft.general_task,
        title=draft.title,
        required_output=row.get(Role.OUTPUT),
        kpi=row.get(Role.KPI),
        lead_text=bodies.lead or heading,
        coordinating_text="; ".join(filter(None, (helpers_in(row.get(Role.COORDINATING)), bodies.coordinating)))
        or None,
        deadline_text=said_under(columns.own_header(Role.DEADLINE), row.get(Role.DEADLINE)) or bodies.deadline,
        officer_text=row.get(Role.PERSON),
    )


def _body_above(draft: Draft) -> str | None:
    """The body that the heading of the task names and nothing else: `I. Sở Y tế` over rows that name nobody."""
    group = draft.block.group
    headings = (draft.block.heading, group.title.rpartition(" / ")[2] if group else None)
    return next((heading.strip(" :.") for heading in headings if heading and names_only_a_body(heading)), None)


def _indicators(whole: Sequence[PlanTable], issues: list[Issue], taken: set[str]) -> Iterator[IndicatorRow]:
    """Rows of one table and its continuations; a number used before gives way to the one after the last."""
    year: int | None = None
    found = whole[0]
    last = max((int(no) for no in taken if no.isdecimal()), default=0)
    for row in chain.from_iterable(map(rows_of, whole)):
        if row.kind is RowKind.HEADING and (row.spanned or row.number is not None):
            year = year_of(row.text)
            continue
        if row.kind is RowKind.CLOSING:
            issues.append(closing_not_read(row))
            continue
        if row.kind is not RowKind.ENTRY or not row.text:
            message = f"Dòng này không phải chỉ tiêu: “{shortened(row.text)}”."
            issues.append(Issue(row.place, "row-not-understood", message))
            continue
        no = row.number.text if row.number else ""
        if not no or no in taken:
            no = str(last + 1)
        taken.add(no)
        last = int(no) if no.isdecimal() else last
        said = [column for column in found.columns.targets if row.targets.get(column)]
        columns: list[int | None] = [*(said or [*found.columns.targets][:1])] or [None]
        for column in columns:
            header_year = year_of(found.columns.headers[column]) if column is not None else None
            yield IndicatorRow(
                place=row.place,
                no=no,
                text=row.text,
                unit=row.get(Role.UNIT),
                target_text=row.targets.get(column) if column is not None else None,
                year=header_year or year,
                lead_text=row.get(Role.LEAD),
            )
