"""What is printed on pages, read as a reader reads it."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.pdf.grids import Box, grids_of
from services.tasks_api.plan_imports.pdf.matter import Ruling
from services.tasks_api.plan_imports.proposal import build_proposal
from tests.tasks_api.plan_imports.building import HEADER
from tests.tasks_api.plan_imports.pdf_building import LETTER, PADDING, SIZE, Sheet, read_pdf, texts, wrapped

COLUMNS = (40.0, 80.0, 230.0, 320.0, 410.0, 480.0, 555.0)
HEAD = tuple(wrapped(text, COLUMNS[at + 1] - COLUMNS[at]) for at, text in enumerate(HEADER))
LEADING = 16.0
Rows = list[list[str | None]]
TITLE = "Xây dựng đề án chuyển đổi số trên địa bàn phường giai đoạn mới"


def row(
    number: str, title: str, lead: str = "Sở Nội vụ", deadline: str = "Năm 2026", output: str = "Đề án"
) -> list[str]:
    return [number, wrapped(title, 150), output, lead, "", deadline]


def blocks(document: Document) -> list[str]:
    return [getattr(block, "text", "bảng") for block in document.blocks]


def test_lines_are_joined_into_paragraphs_as_their_author_typed_them() -> None:
    long = "Các cơ quan được giao chủ trì có trách nhiệm báo cáo kết quả thực hiện hằng quý, hằng năm và đột xuất."
    sheet = Sheet().text(60, 60, "I. MỤC TIÊU", bold=True)
    base = 85.0
    for text in (long, "- Ý thứ nhất.", "- Ý thứ hai."):
        for at, line in enumerate(wrapped("xxxx " + text, 470).removeprefix("xxxx ").split("\n")):
            sheet.text(90 if at == 0 else 60, base, line)
            base += LEADING
    found = read_pdf(sheet).paragraphs
    assert [paragraph.text for paragraph in found] == ["I. MỤC TIÊU", long, "- Ý thứ nhất.", "- Ý thứ hai."]
    assert [paragraph.bold for paragraph in found] == [True, False, False, False]
    assert {paragraph.page for paragraph in found} == {1}


def test_a_letterhead_in_two_columns_is_read_one_column_after_the_other() -> None:
    sheet = Sheet().text(60, 50, "ỦY BAN NHÂN DÂN").text(300, 50, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True)
    sheet.text(63, 66, "PHƯỜNG HOA SỮA", bold=True).text(330, 66, "Độc lập - Tự do - Hạnh phúc", bold=True)
    sheet.text(60, 90, "Số: 12/KH-UBND").text(312, 90, "Hoa Sữa, ngày 20 tháng 01 năm 2026")
    sheet.centred(130, "KẾ HOẠCH", bold=True).centred(146, "Cải cách hành chính năm 2026", bold=True)
    sheet.table(200, COLUMNS, [HEAD, row("1", TITLE)])
    block = build_proposal(read_pdf(sheet), None, None).document
    assert (block.number, block.issuer_text) == ("12/KH-UBND", "ỦY BAN NHÂN DÂN PHƯỜNG HOA SỮA")
    assert block.title == "Cải cách hành chính năm 2026"
    assert block.issued_on is not None


def test_text_is_whole_and_in_one_normal_form() -> None:
    words = "Ứng dụng trí tuệ nhân tạo: ợ, ữ, ỹ, ẵ, Đ"
    (paragraph,) = read_pdf(Sheet().text(60, 60, unicodedata.normalize("NFD", words))).paragraphs
    assert paragraph.text == words


def test_merged_cells_are_spans() -> None:
    rows: Rows = [["1", "Nhóm việc", "<"], ["2", "Việc chung", "Sở Y tế"], [None, None, "Sở Nội vụ"]]
    (table,) = read_pdf(Sheet().table(100, (50, 90, 300, 500), rows)).tables
    assert texts(table.rows) == [
        ["1", "Nhóm việc", "Nhóm việc"],
        ["2", "Việc chung", "Sở Y tế"],
        ["2", "Việc chung", "Sở Nội vụ"],
    ]
    assert (table.rows[0][1].column_span, table.rows[0][2].across) == (2, 1)
    assert (table.rows[1][0].row_span, table.rows[2][1].down, table.rows[2][2].down) == (2, 1, 0)


@pytest.mark.parametrize(
    ("letters", "printed", "text"),
    [
        (12, "Phòng Kinh\ntế phường", "Phòng Kinh tế phường"),
        (18, "Sở Y tế\nSở Nội vụ", "Sở Y tế\nSở Nội vụ"),
        (18, "Sở Y tế\ntham mưu", "Sở Y tế tham mưu"),
        (18, "- Sở Y tế\n- Sở Nội vụ", "- Sở Y tế\n- Sở Nội vụ"),
        (16, "Kế hoạch 26/KH-\nUBND tỉnh", "Kế hoạch 26/KH-UBND tỉnh"),
        (13, "Phòng Văn hóa\n- Xã hội", "Phòng Văn hóa - Xã hội"),
    ],
    ids=["a full line", "a short line", "a broken sentence", "a list", "a sign cut at its dash", "a dash in a name"],
)
def test_the_lines_of_a_cell_are_joined_where_the_column_broke_them(letters: int, printed: str, text: str) -> None:
    """The column has room for so many letters."""
    columns = (50, 90, 90 + letters * SIZE * LETTER + 2 * PADDING)
    (table,) = read_pdf(Sheet().table(100, columns, [["1", printed], ["2", "Khác"]])).tables
    assert table.rows[0][1].text == text


def two_pages(first: Sequence[Sequence[str | None]], second: Sequence[Sequence[str | None]], **ends: bool) -> Document:
    """A task table over a page end, between running heads and page numbers."""
    pages = [Sheet().text(40, 30, "Kèm theo Kế hoạch 12").text(290, 830, str(number)) for number in (1, 2)]
    pages[0].table(70, COLUMNS, [HEAD, *first], closed=ends.get("closed", True))
    pages[1].table(70, COLUMNS, second, open_top=not ends.get("closed", True))
    return read_pdf(*pages)


def titles(document: Document) -> list[str]:
    return [task.row.title for task in build_proposal(document, None, None).tasks]


def test_a_table_over_a_page_end_goes_on_with_nothing_between() -> None:
    document = two_pages([row("1", TITLE)], [HEAD, row("2", "Việc hai"), row("3", "Hoạt động của các cơ quan, đơn vị")])
    assert blocks(document) == ["bảng", "bảng"]
    assert [(table.page, table.continues, len(table.rows)) for table in document.tables] == [
        (1, False, 2),
        (2, True, 2),
    ]
    assert titles(document) == [TITLE, "Việc hai", "Hoạt động của các cơ quan, đơn vị"]


def test_a_row_cut_by_the_page_end_is_one_task_where_a_sentence_goes_on() -> None:
    lines = wrapped(TITLE, 150).split("\n")
    above, below = "\n".join(lines[:2]), "\n".join(lines[2:])
    document = two_pages(
        [["1", above, "Đề án", "Sở Nội vụ", "", "Năm 2026"]], [["", below, "", "", "", ""], row("2", "Việc hai")]
    )
    assert titles(document) == [TITLE, "Việc hai"]
    assert not document.notes


def test_a_row_cut_by_the_page_end_is_one_task_where_no_line_is_drawn() -> None:
    document = two_pages(
        [["1", "Việc một.", "Đề án", "Sở Nội vụ", "", "Năm 2026"]],
        [["", "Làm thường xuyên.", "", "", "", ""], row("2", "Việc hai")],
        closed=False,
    )
    assert titles(document) == ["Việc một.\nLàm thường xuyên.", "Việc hai"]


def test_a_row_that_may_have_been_cut_is_pointed_out() -> None:
    document = two_pages([row("1", "Việc một.")], [row("", "Việc không số"), row("2", "Việc hai")])
    issues = [issue for issue in build_proposal(document, None, None).issues if issue.code == "row-may-continue"]
    assert [(str(issue.place), "trang 1" in issue.message) for issue in issues] == [("bảng 2, dòng 1", True)]


def test_rows_without_a_line_between_them_are_pointed_out() -> None:
    document = read_pdf(Sheet().table(70, COLUMNS, [HEAD, ["1\n2", "Việc một\nViệc hai", "", "Sở Y tế", "", "Quý I"]]))
    assert [(note.code, str(note.place)) for note in document.notes] == [("rows-run-together", "bảng 1, dòng 2")]


def test_indicators_over_a_page_end_keep_the_year_of_their_group() -> None:
    columns = (40.0, 80.0, 300.0, 380.0, 460.0, 550.0)
    header: list[str | None] = ["STT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu", "Chủ trì"]
    first: Rows = [header, ["I", "Đến năm 2030", "<", "<", "<"], ["1", "Hồ sơ trực tuyến", "%", "95", "Sở Y tế"]]
    tasks = [HEAD, row("1", TITLE)]
    pages = (
        Sheet().table(70, columns, first),
        Sheet().table(70, columns, [header, ["2", "Hộ có mạng", "%", "90", "Sở Y tế"]]).text(40, 300, "Nhiệm vụ:"),
        Sheet().table(70, COLUMNS, tasks),
    )
    indicators = build_proposal(read_pdf(*pages), None, None).indicators
    assert [(row.no, row.year) for row, _ in indicators] == [("1", 2030), ("2", 2030)]


def test_a_merged_cell_cut_by_the_page_end_is_one_cell() -> None:
    header = ["STT", "Nhiệm vụ chung", "Nhiệm vụ", "Cơ quan\nchủ trì", "Thời hạn"]
    columns = (40.0, 80.0, 200.0, 350.0, 450.0, 550.0)
    first: Rows = [["1", "Việc chung", "Việc a", "Sở Y tế", "Năm 2026"], [None, None, "Việc b", "Sở Y tế", "Năm 2026"]]
    second: Rows = [["", "", "Việc c", "Sở Y tế", "Năm 2026"], [None, None, "Việc d", "Sở Y tế", "Năm 2026"]]
    pages = (Sheet().table(70, columns, [header, *first]), Sheet().table(70, columns, second))
    document = read_pdf(*pages)
    cell = document.tables[1].rows[0][1]
    assert (cell.text, cell.down, cell.row_span) == ("Việc chung", 2, 4)
    tasks = build_proposal(document, None, None).tasks
    assert [(task.row.code, task.row.general_task) for task in tasks] == [
        (f"1.{n}", "Việc chung") for n in (1, 2, 3, 4)
    ]


def test_what_looks_like_a_page_number_but_ends_a_sentence_stays() -> None:
    first = Sheet().text(60, 60, "Tỷ lệ hồ sơ trực tuyến trong năm của các cơ quan, đơn vị trên địa bàn phường đạt")
    pages = (first.text(290, 830, "1"), Sheet().text(60, 60, "95%").text(60, 90, "Hết.").text(290, 830, "2"))
    assert "95%" in " ".join(blocks(read_pdf(*pages)))
    assert blocks(read_pdf(*pages))[-1] == "Hết."


def test_notes_at_the_foot_are_no_text_of_the_plan() -> None:
    sheet = Sheet().text(60, 60, "Căn cứ Nghị quyết của Hội đồng nhân dân tỉnh.").line(60, 760, 200, 760)
    sheet.text(60, 775, "1 Nghị quyết số 1.", size=9).text(60, 787, "2 Nghị quyết số 2.", size=9)
    assert blocks(read_pdf(sheet)) == ["Căn cứ Nghị quyết của Hội đồng nhân dân tỉnh."]


@st.composite
def partitions(draw: st.DrawFn) -> list[Box]:
    """A grid whose squares are merged into rectangles."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    free = {(row, column) for row in range(height) for column in range(width)}
    boxes = []
    for square in sorted(free):
        if square not in free:
            continue
        down, across = draw(st.integers(1, 3)), draw(st.integers(1, 3))
        rows = range(square[0], min(square[0] + down, height))
        columns = range(square[1], min(square[1] + across, width))
        covered = {(row, column) for row in rows for column in columns}
        if not covered <= free:
            rows, columns, covered = range(square[0], square[0] + 1), range(square[1], square[1] + 1), {square}
        free -= covered
        boxes.append(Box(rows.start, columns.start, len(rows), len(columns)))
    return boxes


@given(partitions(), st.floats(-1, 1))
def test_ruling_lines_give_back_the_cells_they_were_drawn_around(partition: list[Box], shake: float) -> None:
    boxes = partition
    rulings = []
    for box in boxes:
        left, right = 50 + 60 * box.column, 50 + 60 * (box.column + box.column_span)
        top, bottom = 70 + 30 * box.row, 70 + 30 * (box.row + box.row_span)
        rulings += [Ruling(True, y + shake, left, right) for y in (top, bottom)]
        rulings += [Ruling(False, x - shake, top, bottom) for x in (left, right)]
    seen_rows = sorted({edge for box in boxes for edge in (box.row, box.row + box.row_span)})
    seen_columns = sorted({edge for box in boxes for edge in (box.column, box.column + box.column_span)})
    expected = [
        Box(
            seen_rows.index(box.row),
            seen_columns.index(box.column),
            seen_rows.index(box.row + box.row_span) - seen_rows.index(box.row),
            seen_columns.index(box.column + box.column_span) - seen_columns.index(box.column),
        )
        for box in boxes
    ]
    grids = grids_of(rulings)
    if len(boxes) == 1:
        assert not grids  # a frame is no table
        return
    assert [sorted(grid.boxes, key=lambda box: (box.row, box.column)) for grid in grids] == [expected]
    assert not grids[0].open_top
    assert not grids[0].open_bottom


def test_a_page_of_text_alone_has_no_table() -> None:
    sheet = Sheet().text(60, 60, "KẾ HOẠCH").line(60, 64, 130, 64)
    assert not read_pdf(sheet).tables
