"""A document as a reader sees it, whatever file it came from: paragraphs and rectangular tables in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.domain import errors
from shared.domain.text import squeeze

# A few bytes of XML may claim a merged area of any size, and its text is read once for every square of it.
# A plan of 2,000 rows has some 20,000 squares and 2 million characters.
MAX_ROWS = 10_000
MAX_SQUARES = 400_000
MAX_CHARACTERS = 4_000_000
HIDDEN_ROWS = 40
NESTED_TABLE = "nested-table"
"""The code of a note: a cell of this row holds a table."""


def visible_lines(text: str) -> str:
    """The text with each line squeezed and empty lines gone; line breaks of the document stay."""
    return "\n".join(line for line in map(squeeze, text.splitlines()) if line)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a row of a table, or a paragraph outside tables; all are counted from 1, 0 is none."""

    table: int = 0
    row: int = 0
    paragraph: int = 0

    def __str__(self) -> str:
        if self.paragraph:
            return f"đoạn {self.paragraph}"
        return f"bảng {self.table}, dòng {self.row}" if self.table else f"dòng bổ sung {self.row}"

    @property
    def address(self) -> str:
        """As it is written in the address of a row: `2.4` or `p17`."""
        return f"p{self.paragraph}" if self.paragraph else f"{self.table}.{self.row}"

    @property
    def order(self) -> tuple[int, int, int]:
        """What lists are sorted by: paragraphs first, then the rows of each table, as printed."""
        return self.table, self.row, self.paragraph

    def as_json(self) -> dict[str, int]:
        """The published shape: `{"table": 2, "row": 4}` or `{"paragraph": 17}`."""
        return {"paragraph": self.paragraph} if self.paragraph else {"table": self.table, "row": self.row}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`index` counts the paragraphs outside tables from 1; `bold` is true when all of its text is bold.

    `page` counts from 1, for documents that are made of pages.
    """

    text: str
    index: int
    bold: bool = False
    page: int | None = None


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
    """A cell as the file states it: top-left square (counted from 0), size and text.

    `above` counts the rows of a merged area that stand on an earlier page, in the table that this one continues.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    above: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangular grid; `index` counts the tables of the document from 1, layout tables included.

    `continues`: the rows of the table before this one, cut off at the end of a page, go on here; a header repeated
    at the top of the page is left out.
    """

    index: int
    rows: tuple[tuple[Cell, ...], ...]
    page: int | None = None
    continues: bool = False

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def place(self, row: int) -> Place:
        """The place of the row with this index (from 0)."""
        return Place(self.index, row + 1)


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of how the document was read; of all of it when `place` is None."""

    code: str
    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """`hidden` are the tops of tables that are not shown to a reader; their rows are no part of the document."""

    blocks: tuple[Paragraph | Table, ...]
    hidden: tuple[Table, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))


class DocumentBuilder:
    """Collects blocks in order, within what any plan can need.

    Raises TooLarge: `table-too-large` before a grid is built, `document-too-long` for too much text.
    """

    def __init__(self) -> None:
        self._blocks: list[Paragraph | Table] = []
        self._hidden: list[Table] = []
        self._notes: list[Note] = []
        self._paragraphs = self._tables = self._squares = self._characters = 0

    def add_paragraph(self, text: str, *, bold: bool, page: int | None = None) -> None:
        self._paragraphs += 1
        self._count(len(text))
        self._blocks.append(Paragraph(text, self._paragraphs, bold, page))

    def add_table(self, areas: Sequence[Area], *, page: int | None = None, continues: bool = False) -> None:
        """The grid covering all areas; squares no area covers are blank."""
        self._tables += 1
        height = max((area.row + area.row_span for area in areas), default=0)
        width = max((area.column + area.column_span for area in areas), default=0)
        stated = sum(area.row_span * area.column_span for area in areas)
        self._squares += max(height * width, stated)
        if height > MAX_ROWS or self._squares > MAX_SQUARES:
            raise errors.TooLarge(
                "table-too-large",
                f"Bảng {self._tables} có {height} dòng × {width} cột, vượt quá {MAX_ROWS} dòng hoặc {MAX_SQUARES} "
                "ô. Hãy xóa các dòng, cột trống hoặc tách tài liệu rồi nhập lại.",
            )
        self._count(sum(area.row_span * area.column_span * len(area.text) for area in areas))
        grid = [[_BLANK] * width for _ in range(height)]
        for area in areas:
            _fill(grid, area)
        self._blocks.append(Table(self._tables, tuple(tuple(row) for row in grid), page, continues))

    def hide_table(self, areas: Sequence[Area]) -> None:
        """Count a table that is not shown to a reader, and keep its first rows to tell what it is."""
        top = [
            replace(area, row_span=min(area.row_span, HIDDEN_ROWS - area.row))
            for area in areas
            if area.row < HIDDEN_ROWS
        ]
        self.add_table(top)
        table = self._blocks.pop()
        assert isinstance(table, Table)
        self._hidden.append(table)

    def note(self, code: str, message: str, row: int | None = None) -> None:
        """Tell something of the document, or of a row (from 0) of the table added last."""
        self._count(len(message))
        self._notes.append(Note(code, message, Place(self._tables, row + 1) if row is not None else None))

    def document(self) -> Document:
        return Document(tuple(self._blocks), tuple(self._hidden), tuple(self._notes))

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MAX_CHARACTERS:
            raise errors.TooLarge(
                "document-too-long",
                f"Tài liệu dài hơn {MAX_CHARACTERS} ký tự. Hãy tách kế hoạch thành nhiều tài liệu rồi nhập lại.",
            )


_BLANK = Cell("")


def _fill(grid: list[list[Cell]], area: Area) -> None:
    for down in range(area.row_span):
        for across in range(area.column_span):
            grid[area.row + down][area.column + across] = Cell(
                area.text, area.above + area.row_span, area.column_span, area.above + down, across
            )


def texts_of(row: Iterable[Cell]) -> list[str]:
    """The texts of the cells that start in this row, left to right, blank ones left out."""
    return [cell.text for cell in row if cell.text and not cell.down and not cell.across]
