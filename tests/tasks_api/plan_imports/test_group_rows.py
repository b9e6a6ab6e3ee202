import pytest

from services.tasks_api.plan_imports.recognition import Recognised, recognise
from tests.tasks_api.plan_imports.building import HEADER, group, read_tasks, task


def codes(recognised: Recognised) -> list[str]:
    return [issue.code for issue in recognised.issues]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ([group("", "- Qua loa"), group("", "- Qua mạng")], "Tuyên truyền\n- Qua loa\n- Qua mạng"),
        ([group("-", "Qua loa")], "Tuyên truyền\n- Qua loa"),
        ([group("", "trên loa của thôn")], "Tuyên truyền trên loa của thôn"),
    ],
)
@pytest.mark.parametrize("trailing", [True, False])
def test_a_line_alone_in_its_row_goes_on_with_the_task_above(
    lines: list[tuple[str, ...]], title: str, trailing: bool
) -> None:
    below = [] if trailing else [task("2", "Xây cầu")]
    found = recognise(read_tasks(task("1", "Tuyên truyền"), *lines, *below))
    assert [row.title for row in found.tasks] == [title, *(["Xây cầu"] if below else [])]
    assert all(row.group is None for row in found.tasks)
    assert not found.issues


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Lĩnh vực hạ tầng", []),
        ("HẠ TẦNG", []),
        ("Hạ tầng:", []),
        ("Xây cầu", ["row-taken-as-group"]),
    ],
)
def test_a_group_without_number_and_merged_cells_is_told_unless_its_words_say_so(words: str, told: list[str]) -> None:
    found = recognise(read_tasks(task("1"), group("", words), task("2")))
    assert [row.group.title if row.group else None for row in found.tasks] == [None, words]
    assert codes(found) == told
    assert all(issue.blocks for issue in found.issues)


def test_groups_numbered_alike_stand_beside_each_other() -> None:
    rows = [group("1", "Pháp lý"), task("1.1"), group("2", "Dữ liệu"), task("2.1"), group("3", "Hạ tầng"), task("3.1")]
    found = recognise(read_tasks(*rows, merged=[(row, 1, row, 5) for row in (1, 3, 5)]))
    assert [(row.code, row.group and (row.group.no, row.group.title)) for row in found.tasks] == [
        ("1.1", ("1", "Pháp lý")),
        ("2.1", ("2", "Dữ liệu")),
        ("3.1", ("3", "Hạ tầng")),
    ]
    assert not found.issues


def test_a_group_may_stand_with_its_number_in_the_column_of_numbers() -> None:
    rows = [group("1. Pháp lý", ""), task("1.1"), group("2. Dữ liệu", ""), task("2.1")]
    found = recognise(read_tasks(*rows))
    assert [(row.code, row.group and row.group.title) for row in found.tasks] == [
        ("1.1", "Pháp lý"),
        ("2.1", "Dữ liệu"),
    ]
    assert not found.issues


@pytest.mark.parametrize("repeated", [True, False])
def test_a_row_cut_off_at_a_page_end_goes_on_under_the_repeated_header(repeated: bool) -> None:
    cut = ("", "và mạng xã hội", "tổng hợp", "", "", "")
    rows = [task("1", "Tuyên truyền trên loa"), *([HEADER] if repeated else []), cut, task("2", "Xây cầu")]
    found = recognise(read_tasks(*rows))
    titles = [(row.title, row.required_output) for row in found.tasks]
    if repeated:
        assert titles == [("Tuyên truyền trên loa và mạng xã hội", "Báo cáo tổng hợp"), ("Xây cầu", "Báo cáo")]
        assert not found.issues
    else:
        assert len(titles) == 3


@pytest.mark.parametrize("words", [("", "Xây chợ", "", "Sở A", "", "Quý I/2026"), ("2", "xây chợ", "", "", "", "")])
def test_a_task_of_its_own_under_a_repeated_header_stays_one(words: tuple[str, ...]) -> None:
    assert len(recognise(read_tasks(task("1"), HEADER, words)).tasks) == 2


def test_a_dash_before_the_words_makes_a_part_of_the_numbered_task_above() -> None:
    rows = [task("1", "Hóa đơn điện tử"), task("", "- Tập huấn"), task("", "- Kiểm tra"), task("2", "Số hóa")]
    found = recognise(read_tasks(*rows))
    assert [(row.code, row.title, row.general_task) for row in found.tasks] == [
        ("1", "Hóa đơn điện tử", None),
        ("1.1", "Tập huấn", "Hóa đơn điện tử"),
        ("1.2", "Kiểm tra", "Hóa đơn điện tử"),
        ("2", "Số hóa", None),
    ]
    assert not found.issues


@pytest.mark.parametrize(
    ("heading", "own", "lead"),
    [
        ("Sở Y tế", "", "Sở Y tế"),
        ("Sở Y tế:", "", "Sở Y tế"),
        ("Sở Y tế", "Sở Nội vụ", "Sở Nội vụ"),
        ("Hạ tầng số", "", None),
        ("Nhiệm vụ của Sở Y tế", "", None),
    ],
)
def test_a_group_that_only_names_a_body_leads_rows_that_name_nobody(heading: str, own: str, lead: str | None) -> None:
    found = recognise(read_tasks(group("I", heading), task("1", lead=own), merged=[(1, 1, 1, 5)]))
    assert found.tasks[0].lead_text == lead
    assert codes(found) == (["lead-from-heading"] if lead and not own else [])


@pytest.mark.parametrize(
    "row", [("Tổng cộng", "", "46.000.000", "", "32 triệu đồng", ""), ("", "Cộng:", "2.400", "", "", "")]
)
def test_a_sum_is_no_row(row: tuple[str, ...]) -> None:
    found = recognise(read_tasks(task("1"), row, task("2")))
    assert ([read.code for read in found.tasks], codes(found)) == (["1", "2"], [])
