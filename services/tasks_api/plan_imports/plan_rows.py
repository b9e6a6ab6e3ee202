"""The rows of a plan table, one by one: headings, tasks under them, and what is neither."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from services.tasks_api.plan_imports.columns import Columns, Role
from services.tasks_api.plan_imports.documents import Cell, Place, texts_of
from services.tasks_api.plan_imports.plan_tables import PlanTable
from services.tasks_api.plan_imports.printed_numbers import Printed, Style, parse_number, split_number
from shared.domain.text import fold

_SUM_OR_NOTE = re.compile(r"^(?:ghi chu|chu thich|luu y|tong cong|tong so|cong\s*:|cong$|nguoi lap|\(?\*)")
_SUM = re.compile(r"(?:tong|tong cong|tong so|cong)\s*:?")
_AMOUNT = re.compile(r"[\d.,\s%-]+(?:(?:nghin|trieu|ty) ?)?(?:dong|d)?")
_SIGNER = re.compile(
    r"(?:q\. ?|quyen |pho )?(?:(?:tong )?giam doc|chu tich|bi thu|thu truong|truong (?:phong|ban)|chanh van phong"
    r"|hieu truong|(?:chi )?cuc truong|nguoi lap(?: bieu)?|ke toan(?: truong)?)(?: .{1,60})?"
)
_CLOSING = re.compile(r"^(?:noi nhan\s*:?$|noi nhan\s*:|(?:tm|kt|tl|tuq)\.)")


class RowKind(Enum):
    HEADING = auto()
    """One text over the whole row: the title of a group, or of a general task."""
    ENTRY = auto()
    """A task or an indicator."""
    CLOSING = auto()
    """Who signed, who receives: below the tasks, and surely none."""
    NOT_UNDERSTOOD = auto()


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row with its cells sorted by role.

    `number` is what the number column prints, or the number the heading begins with. `number_goes_on` and
    `general_goes_on` are true when that cell belongs to a merged cell that began in a row above.
    `spanned`: a heading merged over other columns, not merely alone in its row.
    """

    place: Place
    kind: RowKind
    text: str
    number: Printed | None
    cells: dict[Role, str]
    targets: dict[int, str]
    spanned: bool = False
    number_goes_on: bool = False
    general_goes_on: bool = False

    def get(self, role: Role) -> str | None:
        """The cell's text; None when it is blank or the table has no such column."""
        return self.cells.get(role) or None


def rows_of(found: PlanTable) -> Iterator[PlanRow]:
    """Every row that says something; repeated headers, column numbers and sums of money are no rows."""
    lines = found.header_lines()
    closed = False
    last_numbered = _last_numbered(found)
    above: PlanRow | None = None
    page_begins = False
    for index in range(found.first_row, len(found.table.rows)):
        row = found.table.rows[index]
        texts = texts_of(row)
        if not texts or found.is_header_line(row, lines) or _is_sum(row):
            page_begins = page_begins or _is_header(found, row, lines)
            continue
        closed = closed or any(_CLOSING.match(fold(text)) for text in texts)
        closed = closed or (index > last_numbered and all(_SIGNER.fullmatch(fold(text)) for text in texts))
        read = _row(found.columns, row, found.table.place(index), closed)
        if page_begins and above is not None and _is_cut_off(read, above, texts):
            above = _joined(above, read)
            continue
        if above is not None:
            yield above
        above, page_begins = read, False
    if above is not None:
        yield above


def _is_header(found: PlanTable, row: Sequence[Cell], lines: frozenset[tuple[str, ...]]) -> bool:
    return bool(texts_of(row)) and found.is_header_line(row, lines)


def _is_cut_off(row: PlanRow, above: PlanRow, texts: Sequence[str]) -> bool:
    """Whether a row right below a repeated header is the rest of the row above it: without a number, and each of its
    texts goes on in small letters.
    """
    both = above.kind is RowKind.ENTRY and row.kind in {RowKind.ENTRY, RowKind.HEADING, RowKind.NOT_UNDERSTOOD}
    return both and above.number is not None and row.number is None and all(text[:1].islower() for text in texts)


def _joined(above: PlanRow, row: PlanRow) -> PlanRow:
    cells = {role: " ".join(filter(None, (text, row.cells.get(role)))) for role, text in above.cells.items()}
    targets = {
        column: " ".join(filter(None, (above.targets.get(column), row.targets.get(column))))
        for column in {*above.targets, *row.targets}
    }
    return replace(above, text=cells.get(Role.TASK) or cells.get(Role.INDICATOR) or "", cells=cells, targets=targets)


def _last_numbered(found: PlanTable) -> int:
    """The last row with a number of its own: whoever signs stands below it."""
    column = found.columns.column(Role.NUMBER)
    if column is None:
        return len(found.table.rows)
    rows = range(len(found.table.rows) - 1, found.first_row - 1, -1)
    return next((at for at in rows if _is_numbered(found.table.rows[at][column])), found.first_row)


def _is_numbered(cell: Cell) -> bool:
    number = parse_number(cell.text)
    return number is not None and number.style is not Style.OTHER


def _row(columns: Columns, row: Sequence[Cell], place: Place, closed: bool) -> PlanRow:
    cells = {role: _text(columns, row, role) for role in Role if columns.column(role) is not None}
    targets = {column: row[column].text for column in columns.targets if row[column].text}
    number_column = columns.column(Role.NUMBER)
    number_cell = row[number_column] if number_column is not None else Cell("")
    is_number = number_cell.column_span == 1
    number = parse_number(number_cell.text) if is_number and not number_cell.down else None
    starts = [cell for cell in row if cell.text and not cell.down and not cell.across]
    own = [cell for cell in starts if not (is_number and cell is number_cell)]
    whole = " ".join(texts_of(row))
    if closed and _says_no_duty(cells, number):
        return PlanRow(place, RowKind.CLOSING, whole, None, cells, targets)
    if closed or (own and _SUM_OR_NOTE.match(fold(own[0].text)) and len(own) < 3):
        return PlanRow(place, RowKind.NOT_UNDERSTOOD, whole, None, cells, targets)
    if not own:
        return _number_only(place, whole, cells, targets)
    alone = len(own) == 1 and not any(cell.down and cell.text for cell in row)
    spanned = alone and own[0].column_span > 1 and own[0].column_span * 2 >= len(row) - 1
    if alone and (spanned or _stands_alone(columns, row, own[0], number)):
        heading = own[0].text
        if number is None:
            number, heading = split_number(heading)
        return PlanRow(place, RowKind.HEADING, heading, number, cells, targets, spanned)
    if not cells.get(Role.TASK) and not cells.get(Role.GENERAL_TASK) and not cells.get(Role.INDICATOR):
        return PlanRow(place, RowKind.NOT_UNDERSTOOD, whole, None, cells, targets)
    return PlanRow(
        place,
        RowKind.ENTRY,
        cells.get(Role.TASK) or cells.get(Role.INDICATOR) or "",
        number,
        cells,
        targets,
        number_goes_on=bool(is_number and number_cell.text and number_cell.down),
        general_goes_on=_goes_on(columns, row),
    )


def _says_no_duty(cells: dict[Role, str], number: Printed | None) -> bool:
    """Below a signature: a row without a number, a day, or everything that a task has."""
    if number is not None and number.style is not Style.OTHER:
        return False
    day = re.search(r"\d", cells.get(Role.DEADLINE, ""))
    return not day and not all(cells.get(role) for role in (Role.TASK, Role.LEAD, Role.DEADLINE))


def _is_sum(row: Sequence[Cell]) -> bool:
    """`Tổng cộng` with nothing but amounts behind it: no duty is lost with it."""
    label, *others = [fold(text) for text in texts_of(row)]
    return _SUM.fullmatch(label) is not None and all(_AMOUNT.fullmatch(text) for text in others)


def _number_only(place: Place, whole: str, cells: dict[Role, str], targets: dict[int, str]) -> PlanRow:
    """Text in the number column alone: a heading such as `II. Hạ tầng` typed there, else unclear."""
    number, heading = split_number(whole)
    is_heading = number is not None and number.style in {Style.UPPER, Style.ROMAN, Style.DECIMAL}
    kind = RowKind.HEADING if is_heading else RowKind.NOT_UNDERSTOOD
    spanned = is_heading and number is not None and number.style is Style.DECIMAL
    return PlanRow(place, kind, heading, number, cells, targets, spanned)


def _stands_alone(columns: Columns, row: Sequence[Cell], cell: Cell, number: Printed | None) -> bool:
    """Whether the only text of a row, not merged over others, stands where a task's words would stand."""
    standing = [columns.column(role) for role in (Role.TASK, Role.GENERAL_TASK, Role.INDICATOR)]
    if not any(column is not None and row[column] is cell for column in standing):
        return number is not None and number.style in {Style.UPPER, Style.ROMAN}
    return True


def _text(columns: Columns, row: Sequence[Cell], role: Role) -> str:
    """The cell of this role; one merged with a column to its left is read there only."""
    column = columns.column(role)
    assert column is not None
    cell = row[column]
    left = column - cell.across
    return "" if cell.across and any(columns.column(other) == left for other in Role) else cell.text


def _goes_on(columns: Columns, row: Sequence[Cell]) -> bool:
    column = columns.column(Role.GENERAL_TASK)
    return column is not None and bool(row[column].text and row[column].down)
