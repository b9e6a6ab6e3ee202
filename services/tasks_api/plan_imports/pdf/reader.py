"""PDF: what is printed on its pages, in reading order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.tasks_api.plan_imports.documents import Area, Document, DocumentBuilder
from services.tasks_api.plan_imports.pdf.continuing import chains_of, put_together
from services.tasks_api.plan_imports.pdf.grids import grids_of
from services.tasks_api.plan_imports.pdf.lines import Line, Measure, lines_of, spliced
from services.tasks_api.plan_imports.pdf.matter import Page
from services.tasks_api.plan_imports.pdf.passages import GUTTER, Passage, goes_on_over_page, passages_of
from services.tasks_api.plan_imports.pdf.pieces import Piece, pieces_of
from services.tasks_api.plan_imports.pdf.running_heads import text_size, without_footnotes, without_running
from services.tasks_api.plan_imports.pdf.scans import read_scans
from services.tasks_api.plan_imports.pdf.text_layer import opened, pages_of

Block = tuple[int, Passage | Piece, Measure]
"""The page something begins on, what it is, and how wide lines are there."""


@dataclass(slots=True)
class Sheet:
    """A page taken apart: its tables, each with the height it begins at, and the lines outside them."""

    page: Page
    tables: list[tuple[float, Piece]]
    lines: list[Line]


def read_pdf(content: bytes, recogniser: str | None) -> Document:
    """Paragraphs and ruled tables; heads, feet and page numbers are not plan text.

    Raises what `text_layer.opened` raises, and Invalid `document-needs-ocr` for pictures that nothing can read.
    """
    with opened(content) as pdf:
        pages = list(pages_of(pdf))
    builder = DocumentBuilder()
    read_scans(content, pages, recogniser, builder)
    for number, block, _ in _joined(_blocks([_taken_apart(page) for page in pages])):
        _add(builder, number, block)
    return builder.document()


def _taken_apart(page: Page) -> Sheet:
    grids = grids_of(page.rulings)
    pieces, outside = pieces_of(page, grids)
    page.glyphs = []
    tables = [(grid.top, piece) for grid, piece in zip(grids, pieces, strict=True)]
    return Sheet(page, tables, lines_of(outside, gutter=GUTTER))


def _blocks(sheets: Sequence[Sheet]) -> Iterator[Block]:
    """Everything in reading order, paragraphs not yet joined over page ends."""
    body = text_size(line for sheet in sheets for line in sheet.lines)
    for sheet, lines in zip(sheets, without_running([(sheet.page, sheet.lines) for sheet in sheets]), strict=True):
        sheet.lines = without_footnotes(sheet.page, lines, body)
    measures = _measures(sheets)
    for sheet in sheets:
        number, lines = sheet.page.number, sheet.lines
        measure = measures[_size(sheet)]
        for top, piece in sheet.tables:
            above = [line for line in lines if line.base < top]
            lines = lines[len(above) :]
            yield from ((number, passage, measure) for passage in passages_of(above, measure))
            yield number, piece, measure
        yield from ((number, passage, measure) for passage in passages_of(lines, measure))


def _size(sheet: Sheet) -> tuple[int, int]:
    return round(sheet.page.width), round(sheet.page.height)


def _measures(sheets: Sequence[Sheet]) -> dict[tuple[int, int], Measure]:
    """The edges of the text, for each size of page: a page with few lines does not show them."""
    edges: dict[tuple[int, int], list[float]] = defaultdict(list)
    for sheet in sheets:
        edges[_size(sheet)] += [edge for line in sheet.lines for edge in (line.x0, line.x1)]
        edges[_size(sheet)] += [edge for _, piece in sheet.tables for edge in (piece.columns[0], piece.columns[-1])]
    return {size: Measure(min(found, default=0.0), max(found, default=0.0)) for size, found in edges.items()}


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with what page ends cut put together again."""
    for is_table, run in groupby(blocks, key=lambda block: isinstance(block[1], Piece)):
        if is_table:
            yield from _whole_tables(list(run))
        else:
            yield from _whole_passages(list(run))


def _whole_tables(run: Sequence[Block]) -> Iterator[Block]:
    measures = {number: measure for number, _, measure in run}
    for chain in chains_of(piece for _, piece, _ in run if isinstance(piece, Piece)):
        yield from ((piece.page, piece, measures[piece.page]) for piece in put_together(chain))


def _whole_passages(run: Sequence[Block]) -> Iterator[Block]:
    held: tuple[int, Passage, Measure] | None = None
    page = 0
    for number, passage, measure in run:
        assert isinstance(passage, Passage)
        if held is not None and number > page and goes_on_over_page(held[1], passage, held[2], measure):
            held[1].text = spliced(held[1].text, passage.text)
            held[1].lines.extend(passage.lines)
        else:
            if held is not None:
                yield held
            held = number, passage, measure
        page = number
    if held is not None:
        yield held


def _add(builder: DocumentBuilder, page: int, block: Passage | Piece) -> None:
    if isinstance(block, Passage):
        builder.add_paragraph(block.text, bold=block.bold, page=page)
        return
    areas = [
        Area(cell.row, cell.column, cell.row_span, cell.column_span, cell.text, cell.above) for cell in block.cells
    ]
    builder.add_table(areas, page=page, continues=block.continues)
    for row in block.run_together():
        builder.note(
            "rows-run-together",
            f"Dòng này ở trang {page} có nhiều số thứ tự vì bảng không kẻ đường ngang giữa các dòng: nhiều nhiệm vụ có "
            "thể bị đọc thành một. Hãy kẻ đủ đường bảng hoặc nhập bản .docx.",
            row=row,
        )
    if block.doubtful:
        builder.note(
            "row-may-continue",
            f"Dòng đầu bảng ở trang {page} không có số thứ tự: có thể là phần tiếp theo của dòng cuối trang "
            f"{page - 1}. Hãy đối chiếu với tài liệu.",
            row=0,
        )
