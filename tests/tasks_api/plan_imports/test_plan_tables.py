from itertools import permutations

import pytest

from services.tasks_api.plan_imports.plan_tables import PlanTables, find_plan_tables
from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.recognition import recognise
from shared.domain import errors
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, read_tasks, task, xlsx_bytes

LAYOUT = Grid([["ỦY BAN NHÂN DÂN\nPHƯỜNG BẾN SÔNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]])
SIGNATURE = Grid([["Nơi nhận:\n- Các đơn vị thực hiện;", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"]])
TASKS = Grid([HEADER, task("1"), task("2")])
INDICATORS = Grid([["STT", "Chỉ tiêu", "Đơn vị tính", "Kết quả"], ["1", "Hồ sơ đúng hạn", "%", "≥ 98"]])


def found_in(*blocks: str | Grid) -> PlanTables:
    return find_plan_tables(read_docx(*blocks))


def test_layout_tables_are_counted_but_are_no_plan_tables() -> None:
    found = found_in(LAYOUT, "KẾ HOẠCH", SIGNATURE, "Phụ lục I", INDICATORS, "Phụ lục II", TASKS)
    assert [table.table.index for table in found.tasks] == [4]
    assert [table.table.index for table in found.indicators] == [3]
    assert not found.issues


@pytest.mark.parametrize("order", list(permutations(range(1, 4))))
def test_columns_are_known_in_any_order(order: tuple[int, ...]) -> None:
    headers = ["STT", "Cơ quan chủ trì", "Nội dung công việc", "Tiến độ"]
    row = ["1", "Sở Nội vụ", "Rà soát", "Quý I/2026"]
    columns = [0, *order]
    document = read_tasks([row[at] for at in columns], header=[headers[at] for at in columns])
    read = recognise(document).tasks[0]
    assert (read.title, read.lead_text, read.deadline_text) == ("Rà soát", "Sở Nội vụ", "Quý I/2026")


TWO_LINES = [
    ["STT", "Nội dung", "Cơ quan thực hiện", "", "Thời hạn"],
    ["", "", "Chủ trì", "Phối hợp", ""],
    ["1", "Rà soát", "Sở Nội vụ", "Sở Y tế", "2026"],
]


def test_a_header_of_two_merged_lines_is_one_header() -> None:
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 4, 1, 4), (0, 2, 0, 3)]
    read = recognise(read_docx(Grid(TWO_LINES, merged))).tasks
    assert [(task.place.row, task.lead_text, task.coordinating_text) for task in read] == [(3, "Sở Nội vụ", "Sở Y tế")]


def test_a_second_header_line_in_parentheses_needs_no_merged_cells() -> None:
    header = ["Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"]
    remarks = ["(Rõ việc)", "(Rõ người)", "(Rõ thời gian)"]
    read = recognise(read_docx(Grid([header, remarks, ["Rà soát", "Sở Nội vụ", "2026"]]))).tasks
    assert [task.title for task in read] == ["Rà soát"]


@pytest.mark.parametrize(
    "noise",
    [
        list(HEADER),
        [text.upper() for text in HEADER],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        ["1", "2", "3", "4", "5", "6"],
        [""] * 6,
    ],
    ids=["repeated header", "repeated in capitals", "numbers in parentheses", "numbers", "blank"],
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_repeated_headers_and_column_numbers_are_no_rows(noise: list[str], at: int) -> None:
    rows = [list(task("1", "Một")), list(task("2", "Hai"))]
    rows.insert(at, noise)
    recognised = recognise(read_tasks(*rows))
    assert [read.title for read in recognised.tasks] == ["Một", "Hai"]
    assert not recognised.issues


def test_rows_above_the_header_belong_to_the_title() -> None:
    content = xlsx_bytes(
        [["PHỤ LỤC"], ["Nhiệm vụ và thời hạn"], [], list(HEADER), list(task("1"))], merged=["A1:F1", "A2:F2"]
    )
    found = find_plan_tables(read_document(content, "bảng.xlsx")).tasks[0]
    assert (found.header_row, found.first_row) == (3, 4)


def test_a_table_split_at_a_page_end_goes_on_without_a_header() -> None:
    rest = Grid([task("3", "Ba"), task("4", "Bốn")])
    recognised = recognise(read_docx("Phụ lục", TASKS, "", rest))
    assert [read.code for read in recognised.tasks] == ["1", "2", "3", "4"]
    assert recognised.tasks[2].place.table == 2


def test_a_table_with_a_header_of_its_own_is_no_continuation() -> None:
    other = Grid([("STT", "Mô tả", "Đơn vị chủ trì", "Thời hạn", "Kinh phí", "Nguồn"), task("3")])
    with pytest.raises(errors.Invalid) as refusal:
        found_in(TASKS, other)
    assert refusal.value.code == "headers-unknown"


def test_text_between_two_tables_ends_the_first() -> None:
    found = found_in(TASKS, "Ghi chú", Grid([task("3"), task("4")]))
    assert len(found.tasks) == 1


def test_an_unread_column_is_reported() -> None:
    issues = found_in(Grid([(*HEADER, "Kinh phí"), (*task("1"), "5 triệu")])).issues
    assert [(issue.code, issue.place and issue.place.row) for issue in issues] == [("column-not-read", 1)]
    assert "Kinh phí" in issues[0].message


@pytest.mark.parametrize(
    ("under", "code"),
    [
        (("Từ", "Đến"), "column-not-read"),
        (("Bắt đầu", "Kết thúc"), "column-not-read"),
        (("Báo cáo", "Thực hiện"), None),
    ],
)
def test_the_end_of_a_task_is_read_and_its_beginning_told(under: tuple[str, str], code: str | None) -> None:
    rows = [
        ["STT", "Việc", "Chủ trì", "Thời gian", ""],
        ["", "", "", *under],
        ["1", "Rà soát", "Sở A", "1/3/2026", "30/6/2026"],
    ]
    read = recognise(read_docx(Grid(rows, [(0, at, 1, at) for at in range(3)] + [(0, 3, 0, 4)])))
    assert [task.deadline_text for task in read.tasks] == ["30/6/2026"]
    assert [issue.code for issue in read.issues] == [code or "columns-rival"]


def test_of_two_columns_for_one_thing_the_one_not_read_is_told() -> None:
    header = ("Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn báo cáo", "Thời gian thực hiện")
    issues = found_in(Grid([header, ("Rà soát", "Sở A", "15/12/2026", "Quý II/2026")])).issues
    assert [issue.code for issue in issues] == ["columns-rival"]
    assert "đã đọc cột “Thời gian thực hiện”, không đọc cột “Thời hạn báo cáo”" in issues[0].message


def test_columns_of_quarters_are_told() -> None:
    header = ("Nhiệm vụ", "Chủ trì", "Quý I", "Quý II")
    issues = found_in(Grid([header, ("Rà soát", "Sở A", "", "x")])).issues
    assert [issue.code for issue in issues] == ["column-not-read"] * 2


def test_notes_are_reported_when_there_are_any() -> None:
    header = (*HEADER, "Ghi chú")
    noted = found_in(Grid([header, (*task("1"), "Chờ kinh phí"), (*task("2"), "")])).issues
    assert [(issue.code, issue.place and issue.place.row) for issue in noted] == [("column-not-read", 1)]
    assert "“Ghi chú” có chữ ở 1 dòng" in noted[0].message
    assert not found_in(Grid([header, (*task("1"), "")])).issues


def test_a_heading_merged_over_the_column_of_notes_is_no_note() -> None:
    rows = [(*HEADER, "Ghi chú"), ("I", "Thể chế", "", "", "", "", ""), (*task("1"), "")]
    assert not found_in(Grid(rows, [(1, 1, 1, 6)])).issues


def test_another_table_of_the_document_is_reported() -> None:
    members = Grid([["STT", "Họ tên", "Đơn vị", "Ghi chú"], ["1", "Nguyễn Văn Mẫu", "Sở Nội vụ", ""]])
    issues = found_in(TASKS, "Danh sách", members).issues
    assert [issue.code for issue in issues] == ["table-not-read"]


@pytest.mark.parametrize(
    ("header", "blocks"),
    [
        (("TT", "Tiêu chí", "Ngưỡng đạt", "Trọng số"), False),
        (("STT", "Đầu việc phải làm", "Ai làm", "Khi nào xong"), True),
    ],
)
def test_no_table_with_a_header_is_left_out_unsaid(header: tuple[str, ...], blocks: bool) -> None:
    issues = found_in(TASKS, "Bảng khác", Grid([header, ("1", "Một", "Hai", "Ba")])).issues
    assert [(issue.code, issue.blocks) for issue in issues] == [("table-not-read", blocks)]


def test_a_list_with_a_header_of_its_own_does_not_go_on_with_the_tasks_before_it() -> None:
    criteria = Grid(
        [("TT", "Tiêu chí", "Ngưỡng đạt", "Trọng số", "Điểm", "Hệ số"), ("1", "Số hóa", "80", "10", "", "")]
    )
    read = recognise(read_docx(TASKS, "", criteria))
    assert (len(read.tasks), [issue.code for issue in read.issues]) == (2, ["table-not-read"])


@pytest.mark.parametrize(
    ("people", "bodies", "lead", "officer"),
    [
        ("Đ/c Nguyễn Văn Minh", "Văn phòng", "Văn phòng", "Đ/c Nguyễn Văn Minh"),
        ("Văn phòng", "Trước pháp luật", "Văn phòng", None),
        ("Đ/c Lê Hải", "Đ/c Phạm Lan", "Đ/c Lê Hải", None),
    ],
)
def test_of_two_columns_for_the_lead_the_one_that_names_bodies_counts(
    people: str, bodies: str, lead: str, officer: str | None
) -> None:
    header = ("TT", "Rõ việc", "Rõ người", "Rõ thời gian", "Rõ trách nhiệm")
    read = recognise(read_tasks(("1", "Rà soát", people, "Quý I/2026", bodies), header=header)).tasks[0]
    assert (read.lead_text, read.officer_text) == (lead, officer)


def test_indicators_and_documents_to_be_written_are_read_beside_tasks() -> None:
    measured = Grid([["STT", "Chỉ số đánh giá", "ĐVT", "KH năm 2026"], ["1", "Thanh toán trực tuyến", "%", "75"]])
    written = Grid([["STT", "Văn bản", "Cơ quan soạn thảo", "Tháng trình"], ["1", "Nghị quyết", "Sở A", "6/2026"]])
    read = recognise(read_docx(TASKS, "Chỉ số", measured, "Văn bản", written))
    assert [(row.text, row.unit, row.target_text, row.year) for row in read.indicators] == [
        ("Thanh toán trực tuyến", "%", "75", 2026)
    ]
    assert (read.tasks[-1].title, read.tasks[-1].lead_text, read.tasks[-1].deadline_text) == (
        "Nghị quyết",
        "Sở A",
        "6/2026",
    )


def test_a_plan_of_indicators_alone_is_read_and_waits_for_a_word() -> None:
    read = recognise(read_docx(INDICATORS))
    assert ([row.text for row in read.indicators], read.tasks) == (["Hồ sơ đúng hạn"], ())
    assert [(issue.code, issue.blocks) for issue in read.issues] == [("no-tasks", True)]


@pytest.mark.parametrize("blocks", [("Kế hoạch",), (LAYOUT, SIGNATURE)])
def test_a_document_without_a_task_table_is_refused(blocks: tuple[str | Grid, ...]) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        found_in(*blocks)
    assert refusal.value.code == "no-task-table"


def test_a_refusal_names_the_tables_and_headers_it_saw() -> None:
    strange = Grid([["Đầu mục", "Ai lo", "Bao giờ"], ["Rà soát", "Ông B", "2026"]])
    with pytest.raises(errors.Invalid) as refusal:
        found_in("KẾ HOẠCH", LAYOUT, strange)
    assert "bảng 2, dòng 1 ghi “Đầu mục | Ai lo | Bao giờ”" in refusal.value.detail
    assert [error.place for error in refusal.value.errors] == ["bảng 2, dòng 1"]
    assert refusal.value.facts == {"tables": [{"table": 2, "row": 1, "headers": ["Đầu mục", "Ai lo", "Bao giờ"]}]}


def test_a_document_without_tables_is_told_so() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        found_in("KẾ HOẠCH", "Các nhiệm vụ: …")
    assert refusal.value.detail.startswith("Tài liệu không có bảng nào")


def test_a_header_without_rows_is_told_so() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        recognise(read_docx(LAYOUT, Grid([HEADER, [""] * 6])))
    assert refusal.value.code == "no-task-table"
    assert "tiêu đề ở bảng 2, dòng 1 đúng mẫu (STT | Nhiệm vụ |" in refusal.value.detail


@pytest.mark.parametrize(
    ("header", "unknown", "missing"),
    [
        (["STT", "Đầu mục", "Thời hạn"], "Đầu mục", "cột nhiệm vụ"),
        (["STT", "Mô tả", "Đơn vị chủ trì", "Thời hạn"], "Mô tả", "cột nhiệm vụ"),
        (["STT", "Nhiệm vụ", "Ai làm"], "Ai làm", "chủ trì hoặc thời hạn"),
    ],
)
def test_a_half_understood_header_is_refused_and_its_words_named(header: list[str], unknown: str, missing: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        found_in(Grid([header, ["1"] * len(header)]))
    assert refusal.value.code == "headers-unknown"
    assert missing in refusal.value.detail
    assert [error.code for error in refusal.value.errors] == ["header-unknown"]
    assert unknown in refusal.value.errors[0].message
    assert refusal.value.errors[0].place.startswith("bảng 1, dòng 1, cột")


def test_a_half_understood_task_table_is_refused_even_beside_a_good_one() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        found_in(TASKS, "Phụ lục III", Grid([["STT", "Mô tả", "Đơn vị chủ trì", "Thời hạn"], ["1"] * 4]))
    assert (refusal.value.code, refusal.value.facts) == ("headers-unknown", {"table": 2, "row": 1})
