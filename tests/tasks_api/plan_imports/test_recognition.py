import pytest

from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.recognition import Recognised, recognise
from shared.domain import errors
from tests.tasks_api.plan_imports.building import (
    HEADER,
    Grid,
    Value,
    group,
    read_docx,
    read_tasks,
    task,
    xlsx_bytes,
)

GENERAL_HEADER = ("Nhiệm vụ tổng quát", "Tiểu nhiệm vụ", "Sản phẩm", "Đơn vị chủ trì", "Thời hạn")


def general(words: str, part: str, lead: str = "Sở Nội vụ") -> tuple[str, ...]:
    return (words, part, "Báo cáo", lead, "Năm 2026")


def heading(words: str) -> tuple[str, ...]:
    return (words, "", "", "", "")


def under_general(*rows: tuple[str, ...], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Recognised:
    return recognise(read_docx(Grid([GENERAL_HEADER, *rows], merged)))


def outline(recognised: Recognised) -> list[tuple[str, str, str | None]]:
    return [(task.code, task.title, task.general_task) for task in recognised.tasks]


def groups(recognised: Recognised) -> list[tuple[str, str | None]]:
    return [(task.code, task.group.no if task.group else None) for task in recognised.tasks]


def issues(recognised: Recognised) -> list[tuple[str, int]]:
    return [(issue.code, issue.place.row if issue.place else 0) for issue in recognised.issues]


def test_texts_are_kept_as_printed_and_blank_is_none() -> None:
    row = ("1.", "Rà soát", "-", "Sở Nội vụ\nSở Y tế", "", " Quý I/2026 ")
    read = recognise(read_tasks(row)).tasks[0]
    assert read.required_output == "-"
    assert read.lead_text == "Sở Nội vụ\nSở Y tế"
    assert read.coordinating_text is None
    assert read.deadline_text == "Quý I/2026"
    assert read.kpi is None
    assert str(read.place) == "bảng 1, dòng 2"


@pytest.mark.parametrize(
    ("row", "merged"),
    [
        (group("II.", "Hạ tầng"), [(1, 1, 1, 5)]),
        (group("II", "Hạ tầng"), []),
        (group("II. Hạ tầng", ""), [(1, 0, 1, 5)]),
        (group("II. Hạ tầng", ""), []),
        (group("", "II. Hạ tầng"), [(1, 1, 1, 5)]),
        (group("II- Hạ tầng", ""), [(1, 0, 1, 5)]),
    ],
    ids=["number apart", "not merged", "one cell", "one cell not merged", "in the words", "dash"],
)
def test_a_group_row_is_known_however_it_is_typed(
    row: tuple[str, ...], merged: list[tuple[int, int, int, int]]
) -> None:
    recognised = recognise(read_tasks(row, task("1"), merged=merged))
    found = recognised.tasks[0].group
    assert found is not None
    assert (found.no, found.title) == ("II", "Hạ tầng")
    assert not recognised.issues


def test_groups_inside_groups_keep_both_titles() -> None:
    rows = [group("A", "Khối Đảng"), group("I", "Thể chế"), task("1"), group("II", "Hạ tầng"), task("2")]
    rows += [group("B", "Khối chính quyền"), group("I", "Nhân lực"), task("3")]
    recognised = recognise(read_tasks(*rows))
    assert groups(recognised) == [("1", "A.I"), ("2", "A.II"), ("3", "B.I")]
    last = recognised.tasks[-1].group
    assert last is not None
    assert last.title == "Khối chính quyền / Nhân lực"


def test_a_heading_without_a_number_is_a_group_with_the_next_roman_one() -> None:
    rows = [group("Thể chế", ""), task("1"), group("Hạ tầng", ""), task("2")]
    recognised = recognise(read_tasks(*rows, merged=[(1, 0, 1, 5), (3, 0, 3, 5)]))
    assert groups(recognised) == [("1", "I"), ("2", "II")]


def test_a_group_that_is_given_to_somebody_is_a_task_too() -> None:
    rows = [("I", "Thể chế", "", "Sở Tư pháp", "", ""), task("1"), ("II", "Hạ tầng", "", "Sở Xây dựng", "", "")]
    recognised = recognise(read_tasks(*rows, task("1")))
    assert groups(recognised) == [("I", None), ("I.1", "I"), ("II", None), ("II.1", "II")]


@pytest.mark.parametrize(
    ("row", "merged"),
    [
        (("Ghi chú: số liệu đến 31/12", "", "", "", "", ""), [(2, 0, 2, 5)]),
        (("Tổng cộng", "", "1 nhiệm vụ", "", "", ""), []),
        (("", "", "", "Sở Y tế", "", ""), []),
        (("3", "", "", "", "", ""), []),
        (("III", "Nhóm không có nhiệm vụ", "", "", "", ""), [(2, 1, 2, 5)]),
        (("", "Một dòng lẻ", "", "", "", ""), []),
    ],
    ids=["note", "sum", "lead alone", "number alone", "empty group", "stray"],
)
def test_what_is_no_task_is_reported_and_not_lost(
    row: tuple[str, ...], merged: list[tuple[int, int, int, int]]
) -> None:
    recognised = recognise(read_tasks(task("1"), row, merged=merged))
    assert [read.code for read in recognised.tasks] == ["1"]
    assert issues(recognised) == [("row-not-understood", 3)]
    assert next(text for text in reversed(row) if text) in recognised.issues[0].message or row[0] == "3"


def test_an_empty_group_is_reported_when_the_next_one_begins() -> None:
    rows = [group("I", "Trống"), group("II", "Hạ tầng"), task("1")]
    assert issues(recognise(read_tasks(*rows))) == [("row-not-understood", 2)]


def test_a_general_task_without_parts_is_reported_when_the_next_one_begins() -> None:
    rows = [group("I", "Hạ tầng"), group("1", "Trống"), group("2", "Xây dựng"), task("2.1")]
    recognised = recognise(read_tasks(*rows, merged=[(row, 1, row, 5) for row in (1, 2, 3)]))
    assert issues(recognised) == [("row-not-understood", 3)]


def test_merged_cells_hold_for_every_row_they_cover() -> None:
    rows = [task("1", "Một"), ("2", "Hai", "Đề án", "", "", "")]
    read = recognise(read_tasks(*rows, merged=[(1, 3, 2, 3), (1, 5, 2, 5)])).tasks
    assert [(task.lead_text, task.deadline_text) for task in read] == [("Sở Nội vụ", "Năm 2026")] * 2


def test_a_cell_merged_over_two_columns_is_read_in_the_first() -> None:
    row = ("1", "Một", "Báo cáo", "Sở Nội vụ", "", "Năm 2026")
    read = recognise(read_tasks(row, merged=[(1, 3, 1, 4)])).tasks[0]
    assert (read.lead_text, read.coordinating_text) == ("Sở Nội vụ", None)


@pytest.mark.parametrize("how", ["merged", "blank", "repeated"])
def test_parts_share_their_general_task(how: str) -> None:
    words = "1. Xây dựng nền tảng"
    later = words if how == "repeated" else ""
    rows = (general(words, "1.1 Khảo sát"), general(later, "1.2 Lắp đặt"), general("2. Vận hành", "Trực hệ thống"))
    read = under_general(*rows, merged=((1, 0, 2, 0),) if how == "merged" else ())
    assert outline(read) == [
        ("1.1", "Khảo sát", "Xây dựng nền tảng"),
        ("1.2", "Lắp đặt", "Xây dựng nền tảng"),
        ("2", "Trực hệ thống", "Vận hành"),
    ]
    assert not read.issues


def test_a_general_task_may_stand_in_a_row_of_its_own() -> None:
    rows = (heading("1. Xây dựng nền tảng"), general("", "1.1 Khảo sát"), general("", "1.2 Lắp đặt"))
    assert outline(under_general(*rows)) == [
        ("1.1", "Khảo sát", "Xây dựng nền tảng"),
        ("1.2", "Lắp đặt", "Xây dựng nền tảng"),
    ]


def test_a_number_printed_before_the_general_task_and_its_only_part_counts_once() -> None:
    rows = (general("1. Xây dựng", "1. Khảo sát"), general("2. Vận hành", "2. Trực hệ thống"))
    assert [code for code, _, _ in outline(under_general(*rows))] == ["1", "2"]


def test_a_general_task_ends_with_its_group() -> None:
    header = ("STT", *GENERAL_HEADER)
    rows = [("1", *general("Xây dựng", "Khảo sát")), ("2", *general("", "Lắp đặt"))]
    rows += [("II", "Vận hành", "", "", "", ""), ("3", *general("", "Trực hệ thống"))]
    recognised = recognise(read_docx(Grid([header, *rows], [(3, 1, 3, 5)])))
    assert [task.general_task for task in recognised.tasks] == ["Xây dựng", "Xây dựng", None]


def test_a_general_task_without_parts_is_the_task() -> None:
    assert outline(under_general(general("1. Xây dựng nền tảng", ""))) == [("1", "Xây dựng nền tảng", None)]


def test_a_numbered_heading_over_the_row_under_a_group_is_a_general_task() -> None:
    rows = [group("I", "Hạ tầng"), group("1", "Xây dựng nền tảng"), task("1.1", "Khảo sát"), task("1.2", "Lắp đặt")]
    recognised = recognise(read_tasks(*rows, merged=[(1, 1, 1, 5), (2, 1, 2, 5)]))
    assert outline(recognised) == [
        ("1.1", "Khảo sát", "Xây dựng nền tảng"),
        ("1.2", "Lắp đặt", "Xây dựng nền tảng"),
    ]
    assert [code for _, code in groups(recognised)] == ["I", "I"]


def test_a_lone_numbered_row_without_parts_is_a_task() -> None:
    recognised = recognise(read_tasks(("1", "Rà soát", "", "", "", ""), task("2")))
    assert [read.title for read in recognised.tasks] == ["Rà soát", "Việc"]


def test_parts_of_a_task_have_it_as_general_task() -> None:
    rows = [task("1", "Đề án"), task("1.1", "Khảo sát"), task("a)", "Hỏi dân"), task("b)", "Hỏi cán bộ")]
    rows += [task("1.2", "Trình"), task("a)", "Sửa"), task("2", "Vận hành"), task("a", "Trực")]
    assert outline(recognise(read_tasks(*rows))) == [
        ("1", "Đề án", None),
        ("1.1", "Khảo sát", "Đề án"),
        ("1.1.a", "Hỏi dân", "Khảo sát"),
        ("1.1.b", "Hỏi cán bộ", "Khảo sát"),
        ("1.2", "Trình", "Đề án"),
        ("1.2.a", "Sửa", "Trình"),
        ("2", "Vận hành", None),
        ("2.a", "Trực", "Vận hành"),
    ]


def test_a_task_table_without_rows_is_no_task_table() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        recognise(read_docx(Grid([HEADER, group("I", "Hạ tầng")])))
    assert refusal.value.code == "no-task-table"


def test_a_sheet_reads_like_a_document() -> None:
    rows: list[list[Value]] = [["Phụ lục"], [], [*HEADER], ["I", "Hạ tầng"]]
    rows += [[1, "Khảo sát", "", "Sở Nội vụ", "", 2026], [2.0, "Lắp đặt", "", "Sở Nội vụ", "", 2027.0]]
    recognised = recognise(read_document(xlsx_bytes(rows, merged=["B4:F4"]), "bảng.xlsx"))
    assert [(task.code, task.deadline_text, task.place.row) for task in recognised.tasks] == [
        ("1", "2026", 5),
        ("2", "2027", 6),
    ]


INDICATOR_HEADER = ("STT", "Chỉ tiêu", "Đơn vị tính", "Kết quả", "Cơ quan chủ trì")


def test_indicators_have_the_year_of_their_group_and_numbers_that_never_repeat() -> None:
    rows = [
        ("I", "Đến năm 2030", "", "", ""),
        ("1.", "Hồ sơ đúng hạn", "%", "≥ 98", "Sở Nội vụ"),
        ("2.", "Quy mô", "-", "2-5", ""),
        ("II", "Đến năm 2045", "", "", ""),
        ("1.", "Hồ sơ đúng hạn", "%", "100", "Sở Nội vụ"),
        ("", "Không số", "", "Đạt", ""),
        ("Ghi chú: tạm tính", "", "", "", ""),
    ]
    table = Grid([INDICATOR_HEADER, *rows], [(1, 1, 1, 4), (4, 1, 4, 4), (7, 0, 7, 4)])
    recognised = recognise(read_docx(table, "Phụ lục", Grid([HEADER, task("1")])))
    assert [(row.no, row.text, row.unit, row.target_text, row.year) for row in recognised.indicators] == [
        ("1", "Hồ sơ đúng hạn", "%", "≥ 98", 2030),
        ("2", "Quy mô", "-", "2-5", 2030),
        ("3", "Hồ sơ đúng hạn", "%", "100", 2045),
        ("4", "Không số", None, "Đạt", 2045),
    ]
    assert issues(recognised) == [("row-not-understood", 8)]


def test_an_indicator_with_targets_for_several_years_has_a_row_for_each() -> None:
    header = ("STT", "Chỉ tiêu", "ĐVT", "Năm 2026", "Năm 2030")
    table = Grid([header, ("1", "Hồ sơ đúng hạn", "%", "95", "99")])
    recognised = recognise(read_docx(table, "Phụ lục", Grid([HEADER, task("1")])))
    assert [(row.no, row.target_text, row.year) for row in recognised.indicators] == [
        ("1", "95", 2026),
        ("1", "99", 2030),
    ]


def test_one_column_may_hold_who_leads_and_who_coordinates() -> None:
    header = ("STT", "Nhiệm vụ", "Cơ quan chủ trì, phối hợp", "Thời hạn")
    found = recognise(
        read_docx(
            Grid(
                [
                    header,
                    ("1", "Việc một", "Chủ trì: Sở Nội vụ\nPhối hợp: Sở Tài chính, Công an tỉnh", "2026"),
                    ("2", "Việc hai", "Sở Y tế", "2026"),
                ]
            )
        )
    )
    assert [(row.lead_text, row.coordinating_text) for row in found.tasks] == [
        ("Sở Nội vụ", "Sở Tài chính, Công an tỉnh"),
        ("Sở Y tế", None),
    ]
