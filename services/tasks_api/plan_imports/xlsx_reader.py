"""Excel workbooks: every visible sheet is one table, with its merged ranges.

The parts are read directly: `openpyxl.load_workbook` builds every square of a merged range, so one hostile
`A1:XFD1048576` would hang it. Its tables of formats and calendars are used.
"""

import posixpath
import re
from collections.abc import Iterator

from openpyxl.utils import range_boundaries

from services.tasks_api.plan_imports.documents import Area, Document, DocumentBuilder, visible_lines
from services.tasks_api.plan_imports.packages import Package
from services.tasks_api.plan_imports.refusals import unreadable
from services.tasks_api.plan_imports.xlsx_values import CellValues
from services.tasks_api.plan_imports.xml_names import (
    Element,
    attribute,
    child,
    children,
    local_name,
    number_attribute,
)

_WORKBOOK = "xl/workbook.xml"
_CELLS_TOLD = 5
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")

Square = tuple[int, int]
"""Row and column, counted from 0."""


def read_xlsx(package: Package) -> Document:
    """One table per sheet, numbered by the sheet's position; hidden sheets and charts are not shown to a reader."""
    workbook = package.xml(_WORKBOOK)
    targets = _targets(package)
    strings = next((name for name in targets.values() if name.endswith("sharedStrings.xml")), "")
    values = CellValues(workbook, package.optional_xml(strings), package.optional_xml("xl/styles.xml"))
    builder = DocumentBuilder()
    for sheet in children(child(workbook, "sheets"), "sheet"):
        part = targets.get(attribute(sheet, "id") or "", "")
        sheet_xml = package.xml(part) if "worksheet" in part else None
        areas = _areas(sheet_xml, values) if sheet_xml is not None else []
        if (attribute(sheet, "state") or "visible") != "visible" or "worksheet" not in part:
            builder.hide_table(areas)
        else:
            builder.add_table(areas)
            _note_formulas(builder, sheet_xml)
    document = builder.document()
    if not document.tables:
        raise unreadable("không có trang tính nào nhìn thấy được")
    return document


def _targets(package: Package) -> dict[str, str]:
    """Part names by relationship id."""
    relationships = package.xml("xl/_rels/workbook.xml.rels")
    return {
        attribute(item, "Id") or "": posixpath.normpath(posixpath.join("/xl", attribute(item, "Target") or "")).lstrip(
            "/"
        )
        for item in children(relationships, "Relationship")
    }


def _areas(sheet: Element, values: CellValues) -> list[Area]:
    texts = dict(_texts(sheet, values))
    height = max((row for row, _ in texts), default=-1) + 1
    width = max((column for _, column in texts), default=-1) + 1
    merged = [
        area
        for reference in _merged_references(sheet)
        if (area := _merged_area(reference, texts, height, width)) is not None
    ]
    inside = {(area.row, area.column) for area in merged}
    single = [Area(row, column, 1, 1, text) for (row, column), text in texts.items() if (row, column) not in inside]
    return single + merged


def _note_formulas(builder: DocumentBuilder, sheet: Element) -> None:
    """Point out the rows with formulas that no program has calculated: their cells read as blank."""
    for row_index, row in _rows(sheet):
        cells = [
            attribute(cell, "r") or "?"
            for cell in children(row, "c")
            if child(cell, "f") is not None and not _has_value(cell)
        ]
        if cells:
            told = ", ".join(reference[:10] for reference in cells[:_CELLS_TOLD])
            builder.note(
                "formula-not-calculated",
                f"Ô {told}{'…' if len(cells) > _CELLS_TOLD else ''} chứa công thức chưa có kết quả nên được đọc là "
                "trống. Hãy mở tệp bằng Excel, lưu lại rồi nhập lại.",
                row=row_index,
            )


def _has_value(cell: Element) -> bool:
    """A text may be calculated to be empty; a cell that was never calculated has no type either."""
    value = child(cell, "v")
    return value is not None and (bool(value.text) or attribute(cell, "t") == "str")


def _rows(sheet: Element) -> Iterator[tuple[int, Element]]:
    """Every row with its index."""
    row_index = -1
    for row in children(child(sheet, "sheetData"), "row"):
        row_index = number_attribute(row, "r", row_index + 2) - 1
        yield row_index, row


def _texts(sheet: Element, values: CellValues) -> Iterator[tuple[Square, str]]:
    """Squares that hold a text; sizes of rows and columns that are only formatted do not count."""
    for row_index, row in _rows(sheet):
        column = -1
        for cell in children(row, "c"):
            reference = _REFERENCE.fullmatch(attribute(cell, "r") or "")
            column = _column_number(reference[1]) if reference else column + 1
            text = visible_lines(values.text(cell))
            if text:
                yield (row_index, column), text


def _column_number(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _merged_references(sheet: Element) -> Iterator[str]:
    for part in sheet:
        if local_name(part) == "mergeCells":
            yield from (attribute(item, "ref") or "" for item in children(part, "mergeCell"))


def _merged_area(reference: str, texts: dict[Square, str], height: int, width: int) -> Area | None:
    """The merged range cut to the part of the sheet that holds text, or None when nothing of it is left."""
    try:
        left, top, right, bottom = range_boundaries(reference)
    except (TypeError, ValueError) as error:
        raise unreadable(f"vùng gộp ô “{reference[:40]}” không hợp lệ") from error
    if left is None or top is None or right is None or bottom is None:
        raise unreadable(f"vùng gộp ô “{reference[:40]}” không hợp lệ")
    row_span, column_span = min(bottom, height) - top + 1, min(right, width) - left + 1
    if row_span < 1 or column_span < 1:
        return None
    return Area(top - 1, left - 1, row_span, column_span, texts.get((top - 1, left - 1), ""))
