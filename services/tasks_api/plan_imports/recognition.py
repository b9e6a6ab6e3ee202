"""From plan tables to task and indicator rows, with everything that was not understood listed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from services.tasks_api.plan_imports.codes import CodeBook
from services.tasks_api.plan_imports.columns import Role, year_of
from services.tasks_api.plan_imports.documents import Document, Place
from services.tasks_api.plan_imports.drafts import Draft, DraftBuilder, Group
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.plan_rows import PlanRow, RowKind, rows_of
from services.tasks_api.plan_imports.plan_tables import PlanTable, find_plan_tables, no_task_rows
from services.tasks_api.plan_imports.printed_numbers import Style


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as printed. Texts are verbatim (`-` stays `-`), None for a blank cell."""

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


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One target of an indicator; an indicator with targets for several years gives a row for each.

    `year` is the horizon named by the group or the column, None when neither names one.
    """

    place: Place
    no: str
    text: str
    unit: str | None
    target_text: str | None
    year: int | None
    lead_text: str | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the tables say; `tables` are the ones that were read, in document order."""

    tasks: tuple[TaskRow, ...]
    indicators: tuple[IndicatorRow, ...]
    issues: tuple[Issue, ...]
    tables: tuple[PlanTable, ...]


def recognise(document: Document) -> Recognised:
    """Read all plan tables.

    Raises Invalid: `no-task-table`, `headers-unknown`, `duplicate-code`.
    """
    found = find_plan_tables(document)
    issues = list(found.issues)
    tasks: list[TaskRow] = []
    book, groups = CodeBook(), GroupBook()
    for run in _runs(found.tasks):
        builder = DraftBuilder()
        for _, rows in run:
            builder.read(rows)
        builder.finish()
        issues += builder.issues
        table = run[0][0].table.index
        codes, prefix = book.assign(builder.drafts, table)
        tasks += [_task(draft, code, prefix, groups) for draft, code in zip(builder.drafts, codes, strict=True)]
    if not tasks:
        raise no_task_rows(found.tasks[0])
    issues += [*book.issues, *groups.issues]
    indicators: list[IndicatorRow] = []
    for whole in _with_continuations(found.indicators):
        indicators += _indicators(whole, issues, {row.no for row in indicators})
    tables = sorted((*found.tasks, *found.indicators), key=lambda table: table.table.index)
    return Recognised(tuple(tasks), tuple(indicators), tuple(issues), tuple(tables))


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
    first = next((row for row in rows if row.kind is not RowKind.NOT_UNDERSTOOD), None)
    if first is None or first.number is None:
        return True
    return first.number.text in {"I", "A", "1", "01"} or first.number.style > Style.DECIMAL


class GroupBook:
    """Groups told apart by number: of two with one number and different titles, the later gets a mark behind it."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self._titles: dict[str, list[str]] = {}

    def known(self, group: Group, place: Place) -> Group:
        """The group as it is to be stored; `place` is that of a task in it."""
        titles = self._titles.setdefault(group.no, [])
        if group.title not in titles:
            titles.append(group.title)
            if len(titles) > 1:
                message = (
                    f"Hai nhóm cùng mang số “{group.no}”: “{shortened(titles[0])}” và “{shortened(group.title)}”; "
                    f"nhóm sau tạm nhận số “{self._number(group)}”. Hãy kiểm tra lại."
                )
                self.issues.append(Issue(place, "duplicate-group", message))
        return Group(self._number(group), group.title)

    def _number(self, group: Group) -> str:
        place = self._titles[group.no].index(group.title)
        return f"{group.no} ({place + 1})" if place else group.no


def _task(draft: Draft, code: str, prefix: str, groups: GroupBook) -> TaskRow:
    group = draft.block.group
    row = draft.row
    return TaskRow(
        place=row.place,
        code=code,
        group=groups.known(Group(prefix + group.no, group.title), row.place) if group is not None else None,
        general_task=draft.general_task,
        title=draft.title,
        required_output=row.get(Role.OUTPUT),
        kpi=row.get(Role.KPI),
        lead_text=row.get(Role.LEAD),
        coordinating_text=row.get(Role.COORDINATING),
        deadline_text=row.get(Role.DEADLINE),
    )


def _indicators(whole: Sequence[PlanTable], issues: list[Issue], taken: set[str]) -> Iterator[IndicatorRow]:
    """Rows of one table and its continuations; a number used before gives way to the one after the last."""
    year: int | None = None
    found = whole[0]
    last = max((int(no) for no in taken if no.isdecimal()), default=0)
    for row in chain.from_iterable(map(rows_of, whole)):
        if row.kind is RowKind.HEADING and (row.spanned or row.number is not None):
            year = year_of(row.text)
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
        columns: list[int | None] = [*found.columns.targets] or [None]
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
