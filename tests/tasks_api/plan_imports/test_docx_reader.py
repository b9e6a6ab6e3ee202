import io

import docx
import pytest

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.proposal import build_proposal
from services.tasks_api.plan_imports.reading import read_document
from tests.tasks_api.plan_imports.building import HEADER, Grid, changed, docx_bytes, read_docx, task

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def read_body(xml: str) -> Document:
    """A document whose body is this WordprocessingML."""
    body = f"<w:document {W} {MC}><w:body>{xml}</w:body></w:document>".encode()
    return read_document(changed(docx_bytes(), "word/document.xml", lambda _: body), "kế hoạch.docx")


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(inner: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(f'<w:t>{text}</w:t>'))}</w:tc>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (run("<w:t>Quý</w:t>") + run("<w:t> I/2026</w:t>"), "Quý I/2026"),
        (run("<w:t>Sở Nội vụ</w:t><w:br/><w:t>Sở Y tế</w:t>"), "Sở Nội vụ\nSở Y tế"),
        (run("<w:t>a</w:t><w:tab/><w:t>b</w:t>"), "a b"),
        (run("<w:t>204</w:t><w:noBreakHyphen/><w:t>QĐ</w:t>"), "204-QĐ"),
        (run('<w:sym w:font="Symbol" w:char="F0B3"/><w:t> 90</w:t>'), "≥ 90"),
        (run("<w:t>Ho\u0300a\u00a0 bi\u0300nh </w:t>"), "Hòa bình"),
        ("<w:del>" + run("<w:delText>cũ</w:delText>") + "</w:del>" + run("<w:t>mới</w:t>"), "mới"),
        ("<w:moveFrom>" + run("<w:t>cũ</w:t>") + "</w:moveFrom>" + run("<w:t>mới</w:t>"), "mới"),
        ("<w:ins>" + run("<w:t>thêm</w:t>") + "</w:ins>", "thêm"),
        (run("<w:t>ẩn</w:t>", "<w:vanish/>") + run("<w:t>hiện</w:t>"), "hiện"),
        (run("<w:t>hiện</w:t>", '<w:vanish w:val="0"/>'), "hiện"),
        ("<w:sdt><w:sdtContent>" + run("<w:t>trong khung</w:t>") + "</w:sdtContent></w:sdt>", "trong khung"),
        (
            run("<mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>hộp</w:t></w:r></w:p>")[:-6]
            + "</w:txbxContent></mc:Choice><mc:Fallback><w:t>hộp</w:t></mc:Fallback></mc:AlternateContent></w:r>",
            "hộp",
        ),
    ],
)
def test_a_paragraph_reads_as_it_is_seen(inner: str, text: str) -> None:
    assert read_body(paragraph(inner)).paragraphs[0].text == text


@pytest.mark.parametrize(
    ("inner", "bold"),
    [
        (run("<w:t>KẾ HOẠCH</w:t>", "<w:b/>"), True),
        (run("<w:t>KẾ HOẠCH</w:t>", '<w:b w:val="false"/>'), False),
        (run("<w:t>KẾ</w:t>", "<w:b/>") + run("<w:t> HOẠCH</w:t>"), False),
        (run("<w:t>KẾ HOẠCH</w:t>", "<w:b/>") + run("<w:t> </w:t>"), True),
        ("", False),
    ],
)
def test_a_paragraph_is_bold_when_all_of_its_text_is(inner: str, bold: bool) -> None:
    assert read_body(paragraph(inner)).paragraphs[0].bold is bold


def test_merged_cells_repeat_the_text_and_tell_where_they_began() -> None:
    table = read_docx(
        Grid(
            [["a", "", "b"], ["", "", "c"], ["d", "e", "f"]],
            merged=[(0, 0, 1, 1)],
        )
    ).tables[0]
    assert [[square.text for square in row] for row in table.rows] == [
        ["a", "a", "b"],
        ["a", "a", "c"],
        ["d", "e", "f"],
    ]
    corner = table.rows[1][1]
    assert (corner.row_span, corner.column_span, corner.down, corner.across) == (2, 2, 1, 1)


def test_cells_of_a_row_may_start_late_and_merge_the_old_way() -> None:
    late = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    merged = cell("d", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>")
    rows = f"<w:tr>{cell('a')}{cell('b')}{cell('c')}</w:tr><w:tr>{late}{merged}</w:tr>"
    table = read_body(f"<w:tbl>{rows}</w:tbl>").tables[0]
    assert [[square.text for square in row] for row in table.rows] == [["a", "b", "c"], ["", "d", "d"]]
    assert table.rows[1][2].across == 1


def test_a_continuation_without_a_beginning_is_a_cell_of_its_own() -> None:
    table = read_body(f"<w:tbl><w:tr>{cell('a', '<w:vMerge/>')}{cell('b')}</w:tr></w:tbl>").tables[0]
    assert [square.text for square in table.rows[0]] == ["a", "b"]


def test_tables_and_rows_in_content_controls_are_found_and_counted() -> None:
    inner = f"<w:sdt><w:sdtContent><w:tr>{cell('hai')}</w:tr></w:sdtContent></w:sdt>"
    second = f"<w:sdt><w:sdtContent><w:tbl>{inner}</w:tbl></w:sdtContent></w:sdt>"
    document = read_body(f"<w:tbl><w:tr>{cell('một')}</w:tr></w:tbl>{second}")
    assert [(table.index, table.rows[0][0].text) for table in document.tables] == [(1, "một"), (2, "hai")]


def test_paragraphs_and_tables_inside_a_cell_read_line_by_line() -> None:
    nested = f"<w:tbl><w:tr>{cell('Sở Nội vụ')}{cell('Sở Y tế')}</w:tr></w:tbl>"
    outer = f"<w:tc>{paragraph(run('<w:t>Chủ trì:</w:t>'))}{paragraph('')}{nested}{paragraph('')}</w:tc>"
    document = read_body(f"<w:tbl><w:tr>{outer}</w:tr></w:tbl>")
    assert [table.rows[0][0].text for table in document.tables] == ["Chủ trì:\nSở Nội vụ\nSở Y tế"]


def test_automatic_numbers_are_part_of_the_text() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
        '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2.%3)"/></w:lvl>'
        '<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl>'
    )
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    ).encode()

    def item(level: int, text: str) -> str:
        reference = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'
        return paragraph(f"<w:pPr>{reference}</w:pPr>{run(f'<w:t>{text}</w:t>')}")

    items = [(0, "A"), (1, "B"), (2, "C"), (2, "D"), (3, "E"), (1, "F"), (0, "G"), (1, "H")]
    body = "".join(item(*one) for one in items)
    content = changed(docx_bytes(), "word/numbering.xml", lambda _: numbering)
    xml = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
    document = read_document(changed(content, "word/document.xml", lambda _: xml), "kế hoạch.docx")
    assert [line.text for line in document.paragraphs] == [
        "I. A",
        "1. B",
        "1.a) C",
        "1.b) D",
        "- E",
        "2. F",
        "II. G",
        "1. H",
    ]


def test_list_styles_number_too() -> None:
    document = docx_bytes()
    styled = '<w:pPr><w:pStyle w:val="ListNumber"/></w:pPr>'
    body = paragraph(styled + run("<w:t>A</w:t>")) + paragraph(styled + run("<w:t>B</w:t>"))
    xml = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
    read = read_document(changed(document, "word/document.xml", lambda _: xml), "kế hoạch.docx")
    assert [line.text for line in read.paragraphs] == ["1. A", "2. B"]


@pytest.mark.parametrize(("inner", "told"), [([["Việc con 1", "30/4/2026"]], True), ([["Việc con"]], False)])
@pytest.mark.parametrize("row", [0, 1])
def test_a_table_inside_a_task_waits_for_a_person(inner: list[list[str]], told: bool, row: int) -> None:
    document = docx.Document()
    layout = document.add_table(rows=2, cols=2)
    table = document.add_table(rows=2, cols=len(HEADER))
    for at, cells in enumerate((HEADER, task("1"))):
        for column, text in enumerate(cells):
            table.cell(at, column).text = text
    cell = (layout if row == 0 else table).cell(1, 1)
    nested = cell.add_table(rows=1, cols=len(inner[0]))
    for column, text in enumerate(inner[0]):
        nested.cell(0, column).text = text
    stream = io.BytesIO()
    document.save(stream)
    proposal = build_proposal(read_document(stream.getvalue(), "kế hoạch.docx"), None, None)
    found = [(str(issue.place), issue.blocks) for issue in proposal.issues if issue.code == "nested-table"]
    assert found == ([("bảng 2, dòng 2", True)] if told and row else [])
