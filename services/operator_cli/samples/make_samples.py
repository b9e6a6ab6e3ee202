"""Writes `ke-hoach-mau.docx` and `.xlsx`, and the neighbour's `ke-hoach-lang-gieng.xlsx`, always the same bytes:

python -m services.operator_cli.samples.make_samples [FOLDER]
"""

import io
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.table import _Cell
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from services.operator_cli.samples import neighbour_plan as neighbour
from services.operator_cli.samples import sample_plan as plan

DOCX_NAME = "ke-hoach-mau.docx"
XLSX_NAME = "ke-hoach-mau.xlsx"
NEIGHBOUR_NAME = "ke-hoach-lang-gieng.xlsx"

_WIDTH = len(plan.TASK_HEADER[0])
_FIXED_TIME = (2026, 1, 20, 8, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
Area = tuple[int, int, int, int]
"""Top, left, bottom, right, counted from 0."""

_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    (folder / DOCX_NAME).write_bytes(docx_bytes())
    (folder / XLSX_NAME).write_bytes(xlsx_bytes())
    (folder / NEIGHBOUR_NAME).write_bytes(neighbour_bytes())


def docx_bytes() -> bytes:
    """The whole plan: title block, text, signature, indicator table, task table."""
    document = docx.Document()
    head = document.add_table(rows=2, cols=2)
    _write(head.cell(0, 0), *plan.ISSUER)
    _write(head.cell(0, 1), *plan.NATION)
    _write(head.cell(1, 0), plan.NUMBER, bold=False)
    _write(head.cell(1, 1), plan.PLACE_AND_DATE, bold=False)
    for text in ("KẾ HOẠCH", plan.TITLE):
        _paragraph(document, text)
    for text in plan.BASIS:
        document.add_paragraph(text)
    for heading, texts in plan.SECTIONS:
        document.add_paragraph().add_run(heading).bold = True
        for text in texts:
            document.add_paragraph(text)
    foot = document.add_table(rows=1, cols=2)
    _write(foot.cell(0, 0), *plan.RECIPIENTS, bold=False)
    _write(foot.cell(0, 1), *plan.SIGNATURE)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for text in ("PHỤ LỤC I", "CHỈ TIÊU NĂM 2026", plan.ATTACHED):
        _paragraph(document, text)
    _grid(document, [plan.INDICATOR_HEADER, *plan.INDICATORS], header=1, merged=())
    for text in ("PHỤ LỤC II", "NHIỆM VỤ NĂM 2026", plan.ATTACHED):
        _paragraph(document, text)
    rows = [*plan.TASK_HEADER, *_task_rows()]
    _grid(document, rows, header=len(plan.TASK_HEADER), merged=tuple(_merged_areas(rows)))
    stream = io.BytesIO()
    document.save(stream)
    return _with_fixed_times(stream.getvalue())


def xlsx_bytes() -> bytes:
    """The task table alone, as an appendix, with the indicators on a second sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Nhiệm vụ"
    titles = (" ".join(plan.ISSUER), "PHỤ LỤC", plan.TITLE, plan.ATTACHED)
    for row, text in enumerate(titles, start=1):
        sheet.cell(row, 1, text).font = Font(bold=True)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=_WIDTH)
    first = len(titles) + 2
    rows = [*plan.TASK_HEADER, *_task_rows()]
    for row, cells in enumerate(rows, start=first):
        for column, text in enumerate(cells, start=1):
            sheet.cell(row, column, text or None).alignment = Alignment(wrap_text=True, vertical="top")
    for top, left, bottom, right in _merged_areas(rows):
        sheet.merge_cells(start_row=first + top, end_row=first + bottom, start_column=1 + left, end_column=1 + right)
    for letter in "ABCDEFG":
        sheet.column_dimensions[letter].width = 28
    indicators = workbook.create_sheet("Chỉ tiêu")
    for cells in (plan.INDICATOR_HEADER, *plan.INDICATORS):
        indicators.append(cells)
    stream = io.BytesIO()
    workbook.save(stream)
    return _with_fixed_times(stream.getvalue())


def neighbour_bytes() -> bytes:
    """Another ward's plan: three tasks under a plain header."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Nhiệm vụ"
    width = len(neighbour.HEADER)
    for row, text in enumerate((neighbour.ISSUER, "PHỤ LỤC", neighbour.TITLE, neighbour.ATTACHED), start=1):
        sheet.cell(row, 1, text).font = Font(bold=True)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    for row, cells in enumerate((neighbour.HEADER, *neighbour.TASKS), start=6):
        for column, text in enumerate(cells, start=1):
            sheet.cell(row, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    for letter in "BCDEF":
        sheet.column_dimensions[letter].width = 28
    stream = io.BytesIO()
    workbook.save(stream)
    return _with_fixed_times(stream.getvalue())


def _task_rows() -> Iterator[tuple[str, ...]]:
    for title, tasks in plan.GROUPS:
        yield (title, *[""] * (_WIDTH - 1))
        for task in tasks:
            yield task.cells


def _merged_areas(rows: Sequence[Sequence[str]]) -> Iterator[Area]:
    """The header's titles, the group rows and the general tasks that have several parts."""
    yield from ((0, left, 0, left + 1) for left in (0, 2, 4))
    yield (0, _WIDTH - 1, 1, _WIDTH - 1)
    top = 0
    for at in range(len(plan.TASK_HEADER), len(rows)):
        if not any(rows[at][1:]):
            yield (at, 0, at, _WIDTH - 1)
        if rows[at][0]:
            top = at
        elif at + 1 == len(rows) or rows[at + 1][0]:
            yield (top, 0, at, 0)


def _grid(document: Document, rows: Sequence[Sequence[str]], *, header: int, merged: Sequence[Area]) -> None:
    """A table with borders; cells are merged while empty, so that no empty paragraphs are left in them."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for top, left, bottom, right in merged:
        table.cell(top, left).merge(table.cell(bottom, right))
    across = {(top, left) for top, left, _, right in merged if right > left}
    for at, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if text:
                bold = at < header or (at, column) in across
                table.cell(at, column).paragraphs[0].add_run(text).bold = bold


def _write(cell: _Cell, *lines: str, bold: bool = True) -> None:
    cell.paragraphs[0].alignment = _CENTRE
    cell.paragraphs[0].add_run(lines[0]).bold = bold
    for line in lines[1:]:
        paragraph = cell.add_paragraph()
        paragraph.alignment = _CENTRE
        paragraph.add_run(line).bold = bold


def _paragraph(document: Document, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = _CENTRE
    paragraph.add_run(text).bold = True


def _with_fixed_times(content: bytes) -> bytes:
    """The same package without the moment it was written: in the zip entries and in the core properties."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>2026-01-20T01:00:00Z", part)
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return stream.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
