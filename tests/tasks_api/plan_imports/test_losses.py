"""What a document holds and the plan would lose is said."""

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.recognition import Recognised, recognise
from tests.tasks_api.plan_imports.building import HEADER, Grid, group, read_docx, read_tasks, task, xlsx_bytes


def groups(recognised: Recognised) -> list[tuple[str, str, str]]:
    return [(task.code, task.group.no, task.group.title) for task in recognised.tasks if task.group]


def issues(recognised: Recognised) -> list[tuple[str, int]]:
    return [(issue.code, issue.place.row) for issue in recognised.issues if issue.place]


def test_two_groups_with_one_number_stay_two() -> None:
    rows = [
        group("I", "Thể chế"),
        task("1"),
        group("I", "Hạ tầng"),
        task("2"),
        task("3"),
        group("II", "Khác"),
        task("4"),
    ]
    recognised = recognise(read_tasks(*rows))
    assert groups(recognised) == [
        ("1", "I", "Thể chế"),
        ("2", "I (2)", "Hạ tầng"),
        ("3", "I (2)", "Hạ tầng"),
        ("4", "II", "Khác"),
    ]
    assert issues(recognised) == [("duplicate-group", 5)]
    message = recognised.issues[0].message
    assert all(words in message for words in ("“I”", "“Thể chế”", "“Hạ tầng”", "“I (2)”"))


def test_a_group_named_again_on_the_next_page_is_one_group() -> None:
    first = Grid([HEADER, group("I", "Thể chế"), task("1")])
    recognised = recognise(read_docx(first, "Tiếp theo", Grid([HEADER, group("I", "Thể chế"), task("2")])))
    assert groups(recognised) == [("1", "I", "Thể chế"), ("2", "I", "Thể chế")]
    assert not recognised.issues


def test_a_hidden_sheet_with_a_table_of_tasks_is_told_of() -> None:
    def with_hidden(workbook: Workbook, _: Worksheet) -> None:
        for name, rows in (("Phụ lục", [HEADER, task("1")]), ("Danh mục", [("Đơn vị",), ("Sở Nội vụ",)])):
            hidden = workbook.create_sheet(name)
            for row in rows:
                hidden.append(row)
            hidden.sheet_state = "hidden"

    content = xlsx_bytes([HEADER, task("1")], finish=with_hidden)
    recognised = recognise(read_document(content, "kế hoạch.xlsx"))
    assert len(recognised.tasks) == 1
    assert [(issue.code, str(issue.place)) for issue in recognised.issues] == [
        ("hidden-table-not-read", "bảng 2, dòng 1")
    ]
