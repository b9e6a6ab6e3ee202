"""Word documents: body blocks in order, merged cells, line breaks, content controls, tracked changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks_api.plan_imports.documents import (
    NESTED_TABLE,
    Area,
    Document,
    DocumentBuilder,
    Paragraph,
    visible_lines,
)
from services.tasks_api.plan_imports.docx_numbering import ListNumbering
from services.tasks_api.plan_imports.packages import Package
from services.tasks_api.plan_imports.refusals import only_pictures, unreadable
from services.tasks_api.plan_imports.xml_names import (
    Element,
    attribute,
    child,
    children,
    local_name,
    number_attribute,
)

# Not part of what is read: properties, text removed by tracked changes, field instructions, and the second
# copy of a drawing kept for old programs.
_UNSEEN = {"pPr", "rPr", "tcPr", "trPr", "del", "moveFrom", "delText", "instrText", "fldData", "Fallback"}
_PICTURES = {"blip", "imagedata"}
_LINE_BREAKS = {"br", "cr"}
_OFF = {"0", "false", "off", "none"}
# Word stores signs picked from the Symbol font as private characters.
_SYMBOLS = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F02D": "-", "F02B": "+", "F0B7": "•"}
_MAX_COLUMNS = 200


def read_docx(package: Package) -> Document:
    """Paragraphs and tables of the body in order; headers, footers and footnotes are not plan text."""
    body = child(package.xml("word/document.xml"), "body")
    if body is None:
        raise unreadable("thân văn bản trống")
    numbering = ListNumbering(package.optional_xml("word/numbering.xml"), package.optional_xml("word/styles.xml"))
    builder = DocumentBuilder()
    for block in _blocks(body):
        if local_name(block) == "p":
            text = visible_lines(_paragraph_text(block, numbering))
            builder.add_paragraph(text, bold=_is_bold(block))
        else:
            builder.add_table(_areas(block, numbering))
            _note_inner_tables(builder, block)
    document = builder.document()
    if not _says_anything(document) and any(local_name(part) in _PICTURES for part in body.iter()):
        raise only_pictures()
    return document


def _says_anything(document: Document) -> bool:
    return any(
        block.text if isinstance(block, Paragraph) else any(cell.text for row in block.rows for cell in row)
        for block in document.blocks
    )


def _blocks(container: Element) -> Iterator[Element]:
    """Paragraphs and tables, also those inside content controls and insertions."""
    for element in container:
        name = local_name(element)
        if name in {"p", "tbl"}:
            yield element
        elif name not in _UNSEEN:
            yield from _blocks(element)


def _paragraph_text(paragraph: Element, numbering: ListNumbering) -> str:
    label = numbering.label(paragraph)
    text = "".join(_pieces(paragraph))
    return f"{label} {text}" if label else text


def _pieces(element: Element) -> Iterator[str]:
    for part in element:
        name = local_name(part)
        if name == "t":
            yield part.text or ""
        elif name in {"tab", "ptab"}:
            yield "\t"
        elif name in _LINE_BREAKS:
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name == "sym":
            yield _SYMBOLS.get((attribute(part, "char") or "").upper(), "")
        elif name not in _UNSEEN and not _is_hidden_run(part, name):
            if name == "p":  # a paragraph inside a text box
                yield "\n"
            yield from _pieces(part)


def _is_hidden_run(part: Element, name: str) -> bool:
    return name == "r" and _is_on(child(part, "rPr", "vanish"))


def _is_on(switch: Element | None) -> bool:
    return switch is not None and attribute(switch, "val") not in _OFF


def _is_bold(paragraph: Element) -> bool:
    runs = [run for run in children(paragraph, "r") if "".join(_pieces(run)).strip()]
    return bool(runs) and all(_is_on(child(run, "rPr", "b")) for run in runs)


@dataclass(slots=True)
class _OpenArea:
    """A vertically merged cell that rows below may still lengthen."""

    row: int
    column: int
    column_span: int
    text: str
    row_span: int = 1

    def close(self) -> Area:
        return Area(self.row, self.column, self.row_span, self.column_span, self.text)


def _areas(table: Element, numbering: ListNumbering) -> list[Area]:
    areas: list[_OpenArea] = []
    above: dict[int, _OpenArea] = {}
    for row_index, row in enumerate(_inner(table, "tr")):
        current: dict[int, _OpenArea] = {}
        column = number_attribute(child(row, "trPr", "gridBefore"), "val", 0)
        last: _OpenArea | None = None
        for cell in _inner(row, "tc"):
            properties = child(cell, "tcPr")
            span = max(1, number_attribute(child(properties, "gridSpan"), "val", 1))
            if column + span > _MAX_COLUMNS:
                raise unreadable(f"bảng có hơn {_MAX_COLUMNS} cột")
            continued = above.get(column) if _continues(child(properties, "vMerge")) else None
            if last is not None and _continues(child(properties, "hMerge")):
                last.column_span += span
            elif continued is not None:
                continued.row_span += 1
                current[column] = last = continued
            else:
                last = _OpenArea(row_index, column, span, _cell_text(cell, numbering))
                areas.append(last)
                current[column] = last
            column += span
        above = current
    return [area.close() for area in areas]


def _note_inner_tables(builder: DocumentBuilder, table: Element) -> None:
    """Point out the rows with a table inside a cell: a list of its own, which reads as one text."""
    for row_index, row in enumerate(_inner(table, "tr")):
        if any(_holds_a_list(cell) for cell in _inner(row, "tc")):
            message = (
                "Trong ô của dòng này có một bảng khác: nội dung bảng đó được đọc liền thành một đoạn; hãy tách thành "
                "các nhiệm vụ riêng nếu cần."
            )
            builder.note(NESTED_TABLE, message, row=row_index)


def _holds_a_list(cell: Element) -> bool:
    """Whether a table inside the cell has several cells with text; one alone is only a frame."""
    return any(
        sum(1 for inner in block.iter() if local_name(inner) == "tc" and "".join(_pieces(inner)).strip()) > 1
        for block in _blocks(cell)
        if local_name(block) == "tbl"
    )


def _continues(merge: Element | None) -> bool:
    """A `vMerge` or `hMerge` without a value continues the cell before it; `restart` begins one."""
    return merge is not None and attribute(merge, "val") != "restart"


def _inner(container: Element, name: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those wrapped in content controls."""
    for element in container:
        if local_name(element) == name:
            yield element
        elif local_name(element) in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _inner(element, name)


def _cell_text(cell: Element, numbering: ListNumbering) -> str:
    lines: list[str] = []
    for block in _blocks(cell):
        if local_name(block) == "p":
            lines.append(_paragraph_text(block, numbering))
        else:  # a table inside the cell reads as its cells one below the other
            lines.extend(_cell_text(inner, numbering) for row in _inner(block, "tr") for inner in _inner(row, "tc"))
    return visible_lines("\n".join(lines))
