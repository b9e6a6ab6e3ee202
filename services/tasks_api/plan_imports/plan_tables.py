"""Which tables of a document are the plan's, and where their rows begin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from services.tasks_api.plan_imports.columns import Columns, Role
from services.tasks_api.plan_imports.documents import Cell, Document, Paragraph, Table, texts_of
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.officers import names_only_a_person, read_office
from services.tasks_api.plan_imports.table_refusals import headers_unknown, no_task_table
from shared.domain import errors
from shared.domain.text import fold

# Title rows above the header of a sheet are a handful; rows further down are data.
_HEADER_SEARCH_ROWS = 30
_MAX_HEADER_ROWS = 3
_RIVALS = {Role.DEADLINE: "thời hạn", Role.LEAD: "chủ trì"}
_TELLING = {Role.LEAD, Role.COORDINATING, Role.DEADLINE}


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A table whose header is understood. `header_row` and `first_row` count from 0; a table that goes on
    without a header of its own has the columns of the one before it and `continues` set."""

    table: Table
    columns: Columns
    header_row: int
    first_row: int
    continues: bool = False

    def header_lines(self) -> frozenset[tuple[str, ...]]:
        """The header's rows folded, to know them again on a later page."""
        return frozenset(_folded(row) for row in self.table.rows[self.header_row : self.first_row])

    def is_header_line(self, row: Sequence[Cell], lines: frozenset[tuple[str, ...]]) -> bool:
        """A repeated header row or a row that only numbers the columns: (1) (2) (3)."""
        return _folded(row) in lines or _numbers_columns(row)


@dataclass(frozen=True, slots=True)
class PlanTables:
    tasks: tuple[PlanTable, ...]
    indicators: tuple[PlanTable, ...]
    issues: tuple[Issue, ...]


def find_plan_tables(document: Document, *, has_other_tasks: bool = False) -> PlanTables:
    """Sort the tables of a document, which may have tasks outside of them.

    Raises Invalid `no-task-table` if it has neither tasks nor indicators, or `headers-unknown` for a table that has
    some of the columns of a task table but not enough to be read.
    """
    tasks: list[PlanTable] = []
    indicators: list[PlanTable] = []
    unread: list[tuple[Table, int, Columns]] = []
    previous: PlanTable | None = None
    for block in document.blocks:
        if isinstance(block, Paragraph):
            previous = None if block.text else previous
            continue
        found = (_cut_off(block, previous) if block.continues else None) or _understood(block)
        found = found or _continuation(block, previous)
        previous = found
        if found is None:
            best = _best_guess(block) or _list_of_something(block)
            if best is not None:
                unread.append((block, *best))
        elif found.columns.is_task_table:
            tasks.append(found)
        else:
            indicators.append(found)
    for table, row, columns in unread:
        nothing_else = not (tasks or has_other_tasks or indicators) and columns.roles & {*_TELLING, Role.TASK}
        if nothing_else or _is_surely_task_table(columns):
            raise headers_unknown(table, row, columns)
    if not (tasks or has_other_tasks or indicators):
        raise no_task_table(document)
    issues = [_not_read(table, row, columns) for table, row, columns in unread]
    issues += [issue for found in (*tasks, *indicators) for issue in _unread_columns(found)]
    issues += [_hidden(found) for table in document.hidden if (found := _understood(table)) is not None]
    return PlanTables(tuple(tasks), tuple(indicators), tuple(issues))


def _candidates(table: Table) -> Iterator[tuple[int, int, Columns]]:
    """(header row, first data row, columns) for every row near the top that could be a header."""
    for index, row in enumerate(table.rows[:_HEADER_SEARCH_ROWS]):
        if len(texts_of(row)) < 2:
            continue
        height = max(cell.row_span for cell in row if cell.text and not cell.down)
        if height > _MAX_HEADER_ROWS:
            continue
        if height == 1 and _is_second_line(table, index + 1):
            height = 2
        yield index, index + height, _columns(table, index, index + height)


def _columns(table: Table, first: int, end: int) -> Columns:
    texts, last = [], []
    for column in range(table.width):
        cells = [row[column] for row in table.rows[first:end]]
        own = [cell.text for at, cell in enumerate(cells) if cell.text and not (cell.down and at)]
        texts.append(" ".join(own))
        last.append(own[-1] if own else "")
    return Columns(texts, last)


def _is_second_line(table: Table, index: int) -> bool:
    """A row of remarks in parentheses under a header: (Rõ việc), (Rõ người)."""
    if index >= len(table.rows):
        return False
    row = table.rows[index]
    texts = texts_of(row)
    return bool(texts) and not _numbers_columns(row) and all(_in_parentheses(text) for text in texts)


def _in_parentheses(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


def _numbers_columns(row: Sequence[Cell]) -> bool:
    """Two or more cells that hold nothing but rising numbers."""
    numbers = [text.strip("() ") for text in texts_of(row)]
    if len(numbers) < 2 or not all(number.isdecimal() and len(number) < 3 for number in numbers):
        return False
    return all(int(left) < int(right) for left, right in pairwise(numbers))


def _folded(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple("" if cell.down or cell.across else fold(cell.text) for cell in row)


def _understood(table: Table) -> PlanTable | None:
    for header_row, first_row, columns in _candidates(table):
        if columns.is_task_table or columns.is_indicator_table:
            columns.without_persons(partial(_are_persons, table, first_row))
            return PlanTable(table, columns, header_row, first_row)
    return None


def _are_persons(table: Table, first_row: int, column: int) -> bool:
    """Whether most cells with text in the column name somebody."""
    cells = [row[column] for row in table.rows[first_row:]]
    names = [cell.text for cell in cells if cell.text and not cell.down and not cell.across]
    return 2 * sum(read_office(name).officer is not None or names_only_a_person(name) for name in names) > len(names)


def _continuation(table: Table, previous: PlanTable | None) -> PlanTable | None:
    """A table split at a page end: same width, nothing between, no header of its own."""
    if previous is None or table.width != previous.table.width or _best_guess(table) is not None:
        return None
    other = _list_of_something(table)
    if other is not None and other[0] == 0 and Role.NUMBER in other[1].roles:
        return None
    return PlanTable(table, previous.columns, 0, 0, continues=True)


def _cut_off(table: Table, previous: PlanTable | None) -> PlanTable | None:
    """The rest of a table that a page end cut. Words of a header in its rows are only words, unless its first row
    is made of nothing else, as where the next table begins on a new page."""
    if previous is None or table.width != previous.table.width:
        return None
    header = _understood(table)
    if header is not None and header.header_row == 0 and not header.columns.unknown:
        return None
    return PlanTable(table, previous.columns, 0, 0, continues=True)


def _best_guess(table: Table) -> tuple[int, Columns] | None:
    """The row that most looks like the header of a plan table that is not understood."""
    guesses = [
        (len(columns.roles), -row, columns)
        for row, first_row, columns in _candidates(table)
        if first_row < len(table.rows) and columns.roles & (_TELLING | {Role.TASK})
    ]
    if not guesses:
        return None
    _, row, columns = max(guesses, key=lambda guess: guess[:2])
    return -row, columns


def _list_of_something(table: Table) -> tuple[int, Columns] | None:
    """The header of a numbered list, or one with two known columns, whatever the table is of."""
    for row, first_row, columns in _candidates(table):
        numbered = Role.NUMBER in columns.roles and len(texts_of(table.rows[row])) > 2
        if first_row < len(table.rows) and (numbered or len(columns.roles - {Role.NUMBER, Role.NOTES}) > 1):
            return row, columns
    return None


def _is_surely_task_table(columns: Columns) -> bool:
    """Two columns that only a task table has: reading the rest of the document would lose duties."""
    return len(columns.roles & {*_TELLING, Role.OUTPUT, Role.KPI}) >= 2


def no_task_rows(found: PlanTable) -> errors.Invalid:
    """A header that is understood, and no task under it."""
    place = found.table.place(found.header_row)
    headers = [shortened(header, 40) for header in found.columns.headers if header]
    return errors.Invalid(
        "no-task-table",
        f"Không tìm thấy nhiệm vụ: tiêu đề ở {place} đúng mẫu ({' | '.join(headers)}) nhưng bên dưới không có dòng "
        "nhiệm vụ nào. Hãy kiểm tra đúng tệp, đúng trang tính rồi nhập lại.",
        facts={"tables": [{"table": place.table, "row": place.row, "headers": headers}]},
    )


def _not_read(table: Table, row: int, columns: Columns) -> Issue:
    """A table with a column of tasks holds duties: a person says that they are none, or names its columns."""
    header = shortened(" | ".join(texts_of(table.rows[row])))
    message = f"Bảng {table.index} ({header}) không phải bảng nhiệm vụ hoặc bảng chỉ tiêu nên không được đọc."
    if Role.TASK in columns.roles:
        message = (
            f"Bảng {table.index} ({header}) có cột nhiệm vụ nhưng không nhận ra cột chủ trì, thời hạn nên không được "
            "đọc; hãy bổ sung các nhiệm vụ của bảng này, hoặc đặt lại tên cột rồi nhập lại."
        )
    return Issue(table.place(row), "table-not-read", message, blocking=Role.TASK in columns.roles)


def _hidden(found: PlanTable) -> Issue:
    return Issue(
        found.table.place(found.header_row),
        "hidden-table-not-read",
        f"Trang tính thứ {found.table.index} có bảng nhiệm vụ hoặc chỉ tiêu nhưng đang bị ẩn nên không được đọc; "
        "nếu cần, hãy bỏ ẩn rồi nhập lại.",
    )


def _unread_columns(found: PlanTable) -> Iterator[Issue]:
    notes = found.columns.column(Role.NOTES)
    cells = [row[notes] for row in found.table.rows[found.first_row :]] if notes is not None else []
    noted = sum(1 for cell in cells if cell.text and not cell.across and not cell.down)
    if notes is not None and noted:
        yield Issue(
            found.table.place(found.header_row),
            "column-not-read",
            f"Cột “{shortened(found.columns.headers[notes])}” có chữ ở {noted} dòng nhưng không được đọc; hãy đối "
            "chiếu với tài liệu.",
        )
    if found.continues:
        return
    for column in found.columns.unread:
        yield _unread(found, column)


def _unread(found: PlanTable, column: int) -> Issue:
    columns, header = found.columns, shortened(found.columns.headers[column])
    place = found.table.place(found.header_row)
    role = columns.told(column)
    rival = columns.column(role) if role in _RIVALS else None
    if role is Role.START:
        return Issue(place, "column-not-read", f"Cột “{header}” ghi lúc giao hoặc bắt đầu nên không đọc làm thời hạn.")
    if role is not None and rival is not None:
        return Issue(
            place,
            "columns-rival",
            f"Hai cột cùng nói về {_RIVALS[role]}: đã đọc cột “{shortened(columns.headers[rival])}”, không đọc cột "
            f"“{header}”; hãy đối chiếu.",
        )
    return Issue(place, "column-not-read", f"Cột “{header}” không có trong mẫu nên không được đọc.")
