"""A table of one page with the texts of its cells, before it is known what it continues."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from services.tasks_api.plan_imports.pdf.grids import Grid
from services.tasks_api.plan_imports.pdf.lines import Line, Measure, joined, lines_of
from services.tasks_api.plan_imports.pdf.matter import Glyph, Page

_NUMBER = re.compile(r"\(?\d{1,3}[.)]?")
_LEAST_PADDING, _MOST_PADDING = 1.0, 8.0


@dataclass(slots=True)
class Words:
    """The text of a cell; the parts of a cell that a page end cuts share one."""

    text: str
    lines: list[Line]
    measure: Measure


@dataclass(slots=True, eq=False)
class PlacedCell:
    """`above` counts the rows of the cell on earlier pages."""

    row: int
    column: int
    row_span: int
    column_span: int
    words: Words
    above: int = 0

    @property
    def text(self) -> str:
        return self.words.text


@dataclass(slots=True, eq=False)
class Piece:
    """What one page shows of a table."""

    page: int
    columns: list[float]
    height: int
    cells: list[PlacedCell]
    open_top: bool
    open_bottom: bool
    recognised: bool = False
    continues: bool = False
    doubtful: bool = False
    """Its first row may belong to the last row of the piece before."""

    def starting_in(self, row: int) -> list[PlacedCell]:
        return [cell for cell in self.cells if cell.row == row]

    def run_together(self) -> list[int]:
        """Rows whose first cell holds several numbers: the lines between them were not drawn."""
        return [
            cell.row
            for cell in self.cells
            if cell.column == 0
            and len(cell.words.lines) > 1
            and all(_NUMBER.fullmatch(line.text) for line in cell.words.lines)
        ]

    def last_row(self) -> list[PlacedCell]:
        return [cell for cell in self.cells if cell.row + cell.row_span == self.height]


def pieces_of(page: Page, grids: Sequence[Grid]) -> tuple[list[Piece], list[Glyph]]:
    """The tables of a page with their texts, and the glyphs that stand in none of them."""
    inside: list[list[Glyph]] = [[] for _ in grids]
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        at = next((at for at, grid in enumerate(grids) if grid.holds(*glyph.center)), None)
        (outside if at is None else inside[at]).append(glyph)
    return [_piece(page, grid, held) for grid, held in zip(grids, inside, strict=True)], outside


def _piece(page: Page, grid: Grid, glyphs: Sequence[Glyph]) -> Piece:
    owners = {
        (row, column): at
        for at, box in enumerate(grid.boxes)
        for row in range(box.row, box.row + box.row_span)
        for column in range(box.column, box.column + box.column_span)
    }
    held: list[list[Glyph]] = [[] for _ in grid.boxes]
    for glyph in glyphs:
        x, y = glyph.center
        row, column = bisect_right(grid.rows, y) - 1, bisect_right(grid.columns, x) - 1
        square = min(row, len(grid.rows) - 2), min(column, len(grid.columns) - 2)
        held[owners[square]].append(glyph)
    lines = [lines_of(each) for each in held]
    padding = _padding(grid, lines)
    cells = []
    for box, printed in zip(grid.boxes, lines, strict=True):
        left, right = grid.columns[box.column], grid.columns[box.column + box.column_span]
        measure = Measure(left + padding, right - padding)
        words = Words(joined(printed, measure), printed, measure)
        cells.append(PlacedCell(box.row, box.column, box.row_span, box.column_span, words))
    return Piece(
        page.number, list(grid.columns), len(grid.rows) - 1, cells, grid.open_top, grid.open_bottom, page.recognised
    )


def _padding(grid: Grid, lines: Sequence[Sequence[Line]]) -> float:
    """How near to the side of its cell a line comes: authors use one distance for a whole table."""
    gaps = [
        line.x0 - grid.columns[box.column] for box, printed in zip(grid.boxes, lines, strict=True) for line in printed
    ]
    return min(max(min(gaps, default=_MOST_PADDING), _LEAST_PADDING), _MOST_PADDING)
