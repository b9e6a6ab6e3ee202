"""P6: from the bytes of a plan to its proposal, names looked up in a province's tree; and whether that is linear."""

import asyncio
import io
from collections.abc import Sequence
from statistics import median
from time import perf_counter

import docx
from openpyxl import Workbook

from bench.accuracy.trees import ward_tree
from services.tasks_api.plan_imports.proposal import build_proposal, proposal_json
from services.tasks_api.plan_imports.reading_apart import read_apart

ROWS = 71
MANY = (500, 1_000, 2_000)
ROUNDS = 5
HEADER = ("STT", "Nhiệm vụ", "Sản phẩm", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn hoàn thành")
_DEADLINES = ("Quý I/2026", "Thường xuyên", "Trước 15/12 hằng năm", "30/6/2026")


def measure() -> str:
    """One line: seconds for a Word document of 71 rows (median), and what a row costs in larger workbooks."""
    small = [_seconds(_word(_rows(ROWS))) for _ in range(ROUNDS)]
    sizes = {count: median(_seconds(_workbook(_rows(count))) for _ in range(3)) for count in (ROWS, *MANY)}
    early = (sizes[MANY[1]] - sizes[ROWS]) / (MANY[1] - ROWS)
    late = (sizes[MANY[-1]] - sizes[MANY[1]]) / (MANY[-1] - MANY[1])
    told = ", ".join(f"{count} rows {seconds:.2f} s" for count, seconds in sizes.items())
    return (
        f"P6 import of a Word plan of {ROWS} rows {median(small):.2f} s (goal 1.0 s); workbooks: {told}; "
        f"a row costs {late / early:.2f} times as much beyond {MANY[1]} rows as before (1 is linear)"
    )


def _rows(count: int) -> list[Sequence[str]]:
    return [
        HEADER,
        *(
            (
                str(number),
                f"Rà soát, chuẩn hóa dữ liệu số lĩnh vực thứ {number} được giao trên địa bàn phường",
                "Báo cáo kết quả",
                "Phòng Văn hóa - Xã hội phường; Công an phường",
                "Các cơ quan, đơn vị có liên quan",
                _DEADLINES[number % len(_DEADLINES)],
            )
            for number in range(1, count + 1)
        ),
    ]


def _word(rows: Sequence[Sequence[str]]) -> bytes:
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=len(HEADER))
    cells = iter(table._cells)  # noqa: SLF001 # the public way to a cell is quadratic
    for row in rows:
        for text in row:
            next(cells).text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _seconds(content: bytes) -> float:
    index, ward = ward_tree()
    started = perf_counter()
    document = asyncio.run(read_apart(content, "ke-hoach"))
    proposal_json(build_proposal(document, index, ward))
    return perf_counter() - started
