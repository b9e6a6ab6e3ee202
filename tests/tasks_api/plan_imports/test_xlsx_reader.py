from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.tasks_api.plan_imports.documents import HIDDEN_ROWS, Document
from services.tasks_api.plan_imports.reading import read_document
from shared.domain import errors
from tests.tasks_api.plan_imports.building import Value, changed, xlsx_bytes

SHEET = "xl/worksheets/sheet1.xml"


def read(content: bytes) -> Document:
    return read_document(content, "bảng.xlsx")


def texts(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row] for row in document.tables[0].rows]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        ("Hằng năm", None, "Hằng năm"),
        ("Sở Nội vụ\nSở Y tế", None, "Sở Nội vụ\nSở Y tế"),
        ("Ho\u0300a  bi\u0300nh", None, "Hòa bình"),
        ("_x000D_a", None, "a"),
        (date(2026, 3, 9), None, "09/03/2026"),
        (datetime(2026, 3, 9, 17, 30), None, "17:30 09/03/2026"),  # noqa: DTZ001 - cells have no zone
        (date(2026, 12, 1), "mm/yyyy", "12/2026"),
        (date(2026, 12, 1), "mmm-yy", "12/2026"),
        (date(2026, 12, 1), "yyyy", "2026"),
        (date(2026, 12, 1), '"Tháng" mm/yyyy', "12/2026"),
        (2026, None, "2026"),
        (2026.0, None, "2026"),
        (0.7, None, "0,7"),
        (0.9, "0%", "90%"),
        (0.125, "0.0%", "12,5%"),
        (1.1, None, "1,1"),
        (1.1, "0.00", "1,10"),
        (-3, None, "-3"),
        (True, None, "TRUE"),
    ],
)
def test_a_cell_reads_as_it_is_shown(value: Value, form: str | None, text: str) -> None:
    def shown(_: Workbook, sheet: Worksheet) -> None:
        if form is not None:
            sheet["A1"].number_format = form

    assert texts(read(xlsx_bytes([[value]], finish=shown))) == [[text]]


def test_a_formula_reads_as_its_last_value() -> None:
    formula = b'<c r="A1"><f>DATE(2026,1,1)</f><v>46023</v></c>'
    content = xlsx_bytes([["x"]])

    def with_formula(sheet: bytes) -> bytes:
        start = sheet.index(b'<c r="A1"')
        return sheet[:start] + formula + sheet[sheet.index(b"</c>", start) + 4 :]

    assert texts(read(changed(content, SHEET, with_formula))) == [["46023"]]


def test_a_formula_that_nobody_calculated_is_blank_and_pointed_out() -> None:
    document = read(xlsx_bytes([["STT", "Thời hạn"], ["1", "=DATE(2026,1,1)"]]))
    assert texts(document) == [["STT", "Thời hạn"], ["1", ""]]
    assert [(note.code, str(note.place)) for note in document.notes] == [("formula-not-calculated", "bảng 1, dòng 2")]
    assert "B2" in document.notes[0].message


def test_rich_text_is_joined() -> None:
    rich = b"<is><r><t>Qu\xc3\xbd </t></r><r><rPr><b/></rPr><t>I/2026</t></r><rPh><t>x</t></rPh></is>"
    content = xlsx_bytes([["x"]])

    def with_rich_text(sheet: bytes) -> bytes:
        start = sheet.index(b'<c r="A1"')
        cell = b'<c r="A1" t="inlineStr">' + rich + b"</c>"
        return sheet[:start] + cell + sheet[sheet.index(b"</c>", start) + 4 :]

    assert texts(read(changed(content, SHEET, with_rich_text))) == [["Quý I/2026"]]


def test_merged_ranges_are_cut_to_the_part_in_use() -> None:
    table = read(xlsx_bytes([["a", "b"], ["", "c"], ["d", "e"]], merged=["A1:A2", "A4:B9"])).tables[0]
    assert [[cell.text for cell in row] for row in table.rows] == [["a", "b"], ["a", "c"], ["d", "e"]]
    assert table.rows[1][0].down == 1


def test_formatted_but_empty_rows_do_not_count() -> None:
    def far_away(_: Workbook, sheet: Worksheet) -> None:
        sheet.cell(1_000_000, 3).number_format = "0.00"

    assert texts(read(xlsx_bytes([["a"]], finish=far_away))) == [["a"]]


def test_rows_keep_their_numbers() -> None:
    assert read(xlsx_bytes([[], [], ["a"]])).tables[0].place(2).row == 3


def test_every_visible_sheet_is_a_table_with_the_number_of_its_position() -> None:
    def with_sheets(workbook: Workbook, _: Worksheet) -> None:
        hidden = workbook.create_sheet("Danh mục")
        hidden["A1"] = "ẩn"
        hidden.sheet_state = "hidden"
        workbook.create_sheet("Chỉ tiêu")["A1"] = "hiện"

    tables = read(xlsx_bytes([["a"]], finish=with_sheets)).tables
    assert [(table.index, table.rows[0][0].text) for table in tables] == [(1, "a"), (3, "hiện")]


def test_of_a_hidden_sheet_the_top_is_known_whatever_its_size() -> None:
    def with_long_list(workbook: Workbook, _: Worksheet) -> None:
        hidden = workbook.create_sheet("Danh mục")
        hidden["A1"], hidden["B20000"] = "đầu", "cuối"
        hidden.merge_cells("A1:A20000")
        hidden.sheet_state = "hidden"

    (hidden,) = read(xlsx_bytes([["a"]], finish=with_long_list)).hidden
    assert (hidden.index, hidden.rows[0][0].text) == (2, "đầu")
    assert len(hidden.rows) == HIDDEN_ROWS


def test_a_table_larger_than_any_plan_is_refused() -> None:
    def two_corners(_: Workbook, sheet: Worksheet) -> None:
        sheet.cell(20_000, 30, "x")

    with pytest.raises(errors.TooLarge) as refusal:
        read(xlsx_bytes([["a"]], finish=two_corners))
    assert refusal.value.code == "table-too-large"


def test_the_calendar_of_1904_is_known() -> None:
    content = changed(
        xlsx_bytes([[date(2026, 3, 9)]]),
        "xl/workbook.xml",
        lambda data: data.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'),
    )
    assert texts(read(content)) == [["10/03/2030"]]
