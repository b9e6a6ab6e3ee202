"""A document as JSON, to leave the process that read it; `document_told` is the other side."""

from collections.abc import Iterator
from typing import Any

from services.tasks_api.plan_imports.documents import Document, Paragraph, Table


def document_json(document: Document) -> dict[str, Any]:
    """Tables as their areas: a merged text is written once."""
    return {
        "blocks": list(_blocks(document)),
        "notes": [
            {"code": note.code, "message": note.message}
            | ({"table": note.place.table, "row": note.place.row} if note.place is not None else {})
            for note in document.notes
        ],
    }


def _blocks(document: Document) -> Iterator[dict[str, Any]]:
    """In order; tables are numbered by it, so hidden ones stand in their place."""
    hidden = list(document.hidden)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield {"text": block.text, "bold": block.bold, "page": block.page}
            continue
        while hidden and hidden[0].index < block.index:
            yield _table(hidden.pop(0)) | {"hidden": True}
        yield _table(block)
    for table in hidden:
        yield _table(table) | {"hidden": True}


def _table(table: Table) -> dict[str, Any]:
    areas = [
        {
            "row": row,
            "column": column,
            "row_span": cell.row_span - cell.down,
            "column_span": cell.column_span,
            "text": cell.text,
            "above": cell.down,
        }
        for row, cells in enumerate(table.rows)
        for column, cell in enumerate(cells)
        if not cell.across and (not cell.down or not row)
    ]
    return {"areas": areas, "page": table.page, "continues": table.continues}
