"""Small documents for the tests, built with the libraries people's own tools are built on."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import docx
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.reading import read_document

HEADER = ("STT", "Nhiệm vụ", "Sản phẩm", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn hoàn thành")
Value = str | int | float | date | None
Area = tuple[int, int, int, int]
"""Top, left, bottom, right, counted from 0."""


@dataclass(frozen=True)
class Grid:
    """A table: texts by row (None and "" are blank) and the areas to merge."""

    rows: Sequence[Sequence[str]]
    merged: Sequence[Area] = ()


def task(number: str, title: str = "Việc", **cells: str) -> tuple[str, ...]:
    """A row under HEADER; `lead`, `deadline`, `output` and `coordinating` have harmless defaults."""
    return (
        number,
        title,
        cells.get("output", "Báo cáo"),
        cells.get("lead", "Sở Nội vụ"),
        cells.get("coordinating", ""),
        cells.get("deadline", "Năm 2026"),
    )


def group(number: str, title: str) -> tuple[str, ...]:
    """A group row under HEADER; merge columns 1 to 5 to make it span."""
    return (number, title, "", "", "", "")


def docx_bytes(*blocks: str | Grid) -> bytes:
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]))
        for top, left, bottom, right in block.merged:
            table.cell(top, left).merge(table.cell(bottom, right))
        for row, cells in enumerate(block.rows):
            for column, text in enumerate(cells):
                if text:
                    table.cell(row, column).text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx_bytes(
    rows: Iterable[Sequence[Value]],
    merged: Iterable[str] = (),
    finish: Callable[[Workbook, Worksheet], None] | None = None,
) -> bytes:
    """One sheet; `finish` may change the workbook before it is saved."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value is not None and value != "":
                sheet.cell(row, column, value)
    for area in merged:
        sheet.merge_cells(area)
    if finish is not None:
        finish(workbook, sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def read_docx(*blocks: str | Grid) -> Document:
    return read_document(docx_bytes(*blocks), "kế hoạch.docx")


def read_tasks(*rows: Sequence[str], header: Sequence[str] = HEADER, merged: Sequence[Area] = ()) -> Document:
    """A Word document with one task table; row 1 is the header."""
    return read_docx(Grid([header, *rows], merged))


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The package with one part rewritten."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data) if name == part else data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
