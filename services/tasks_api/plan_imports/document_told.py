"""A document as another process told it: believed no more than a file."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from services.tasks_api.plan_imports.documents import Area, Document, DocumentBuilder, Note, Place


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Area(_Told):
    row: NonNegativeInt
    column: NonNegativeInt
    row_span: PositiveInt
    column_span: PositiveInt
    text: str
    above: NonNegativeInt = 0


class _Block(_Told):
    """A paragraph has a text, a table has areas."""

    text: str = ""
    bold: bool = False
    page: int | None = None
    areas: list[_Area] | None = None
    continues: bool = False
    hidden: bool = False


class _Note(_Told):
    code: str = Field(pattern=r"^[a-z-]{1,60}$")
    message: str = Field(max_length=2_000)
    table: PositiveInt | None = None
    row: PositiveInt | None = None


class _Document(_Told):
    blocks: list[_Block]
    notes: list[_Note]


def document_of(told: object) -> Document:
    """The document again, within the limits of any document. Raises ValueError for what is none, and TooLarge."""
    read = _Document.model_validate(told)
    builder = DocumentBuilder()
    for block in read.blocks:
        if block.areas is None:
            builder.add_paragraph(block.text, bold=block.bold, page=block.page)
            continue
        areas = [
            Area(area.row, area.column, area.row_span, area.column_span, area.text, area.above) for area in block.areas
        ]
        if block.hidden:
            builder.hide_table(areas)
        else:
            builder.add_table(areas, page=block.page, continues=block.continues)
    notes = tuple(
        Note(note.code, note.message, Place(note.table, note.row) if note.table and note.row else None)
        for note in read.notes
    )
    return replace(builder.document(), notes=notes)
