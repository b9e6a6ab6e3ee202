"""A document as a reader sees it, whatever file it came from: paragraphs and rectangular tables in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.domain import errors
from shared.domain.text import squeeze

# A merged area may claim any size in a few bytes of XML; a plan of 2,000 rows has some 20,000 cells.
MAX_TABLE_CELLS = 400_000


def visible_lines(text: str) -> str:
    """The text with each line squeezed and empty lines gone; line breaks of the document stay."""
    return "\n".join(line for line in map(squeeze, text.splitlines()) if line)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: tables of the document and rows of the table, both counted from 1."""

    table: int
    row: int

    def __str__(self) -> str:
        return f"bảng {self.table}, dòng {self.row}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`index` counts the paragraphs outside tables from 1; `bold` is true when all of its text is bold."""

    text: str
    index: int
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of the grid.

    Squares covered by a merged area repeat the text of its first square, as a reader reads them, and tell
    by `down` and `across` how far below and right of that first square they are.
    """

    text: str
    row_span: int = 1
    column_span: int = 1
    down: int = 0
    across: int = 0


@dataclass(frozen=True, slots=True)
class Area:
    """A cell as the file states it: top-left square (counted from 0), size and text."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangular grid; `index` counts the tables of the document from 1, layout tables included."""

    index: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def place(self, row: int) -> Place:
        """The place of the row with this index (from 0)."""
        return Place(self.index, row + 1)


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Paragraph | Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))


_BLANK = Cell("")


def table_of(index: int, areas: Sequence[Area]) -> Table:
    """The grid covering all areas; squares no area covers are blank.

    Raises TooLarge (`table-too-large`) for a grid no plan can need.
    """
    height = max((area.row + area.row_span for area in areas), default=0)
    width = max((area.column + area.column_span for area in areas), default=0)
    stated = sum(area.row_span * area.column_span for area in areas)
    if max(height * width, stated) > MAX_TABLE_CELLS:
        raise errors.TooLarge(
            "table-too-large",
            f"Bảng {index} có {height} dòng × {width} cột, vượt quá {MAX_TABLE_CELLS} ô. "
            "Hãy xóa các dòng, cột trống hoặc tách tài liệu rồi nhập lại.",
        )
    grid = [[_BLANK] * width for _ in range(height)]
    for area in areas:
        _fill(grid, area)
    return Table(index, tuple(tuple(row) for row in grid))


def _fill(grid: list[list[Cell]], area: Area) -> None:
    for down in range(area.row_span):
        for across in range(area.column_span):
            grid[area.row + down][area.column + across] = Cell(area.text, area.row_span, area.column_span, down, across)


def texts_of(row: Iterable[Cell]) -> list[str]:
    """The texts of the cells that start in this row, left to right, blank ones left out."""
    return [cell.text for cell in row if cell.text and not cell.down and not cell.across]
