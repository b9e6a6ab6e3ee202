import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks_api.plan_imports.printed_numbers import Printed, Style, parse_number, split_number
from services.tasks_api.plan_imports.recognition import recognise
from shared.domain import errors
from tests.tasks_api.plan_imports.building import Grid, group, read_docx, read_tasks, task


def codes(*rows: tuple[str, ...], merged: tuple[tuple[int, int, int, int], ...] = ()) -> list[str]:
    return [read.code for read in recognise(read_tasks(*rows, merged=merged)).tasks]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1.", "2.", "3."], ["1", "2", "3"]),
        (["(1)", "2)", "03"], ["1", "2", "03"]),
        (["", "", ""], ["1", "2", "3"]),
        (["NV-01", "NV-02"], ["NV-01", "NV-02"]),
        (["1", "1.1", "1.2", "2"], ["1", "1.1", "1.2", "2"]),
        (["1", "-", "-", "2"], ["1", "1.1", "1.2", "2"]),
        (["5", "", "7"], ["5", "6", "7"]),
        (["5", "", "6"], ["5", "7", "6"]),
    ],
)
def test_codes_are_the_printed_numbers(numbers: list[str], expected: list[str]) -> None:
    assert codes(*(task(number) for number in numbers)) == expected


def test_a_row_without_a_number_among_numbered_ones_is_reported() -> None:
    recognised = recognise(read_tasks(task("1"), task("")))
    assert [(issue.code, str(issue.place)) for issue in recognised.issues] == [("number-missing", "bảng 1, dòng 3")]


def test_numbers_that_run_through_the_groups_are_the_codes() -> None:
    rows = [group("I", "Thể chế"), task("1"), task("2"), group("II", "Hạ tầng"), task("3"), task("4")]
    assert codes(*rows) == ["1", "2", "3", "4"]


def test_numbers_that_start_again_are_qualified_by_the_group() -> None:
    rows = [group("I", "Thể chế"), task("1"), task("2"), group("II", "Hạ tầng"), task("1"), task("1.1")]
    assert codes(*rows) == ["I.1", "I.2", "II.1", "II.1.1"]


def test_an_arabic_group_is_not_repeated_in_front_of_its_own_numbers() -> None:
    rows = [group("1", "Thể chế"), task("1.1"), task("1.2"), group("2", "Hạ tầng"), task("2.1")]
    assert codes(*rows, merged=((1, 1, 1, 5), (4, 1, 4, 5))) == ["1.1", "1.2", "2.1"]


def test_rows_that_share_a_merged_number_are_counted_under_it() -> None:
    rows = [task("1"), ("", "Hai", "", "Sở Y tế", "", "2026"), task("2")]
    assert codes(*rows, merged=((1, 0, 2, 0),)) == ["1.1", "1.2", "2"]


@pytest.mark.parametrize(
    ("rows", "expected", "place"),
    [
        ([task("1"), task("2"), task("2")], ["1", "2", "3"], "bảng 1, dòng 4"),
        ([task("1"), task("2"), task("2"), task("3")], ["1", "2", "4", "3"], "bảng 1, dòng 4"),
        ([task("1"), task("1.1"), task("1.1")], ["1", "1.1", "1.1 (2)"], "bảng 1, dòng 4"),
        ([task("1"), task("a)"), task("a)")], ["1", "1.a", "1.a (2)"], "bảng 1, dòng 4"),
        ([task("NV-01"), task("NV-01")], ["NV-01", "1"], "bảng 1, dòng 3"),
        (
            [group("I", "A"), task("1"), group("II", "B"), task("1"), task("1")],
            ["I.1", "II.1", "II.2"],
            "bảng 1, dòng 6",
        ),
    ],
)
def test_a_number_printed_twice_waits_for_a_person(
    rows: list[tuple[str, ...]], expected: list[str], place: str
) -> None:
    recognised = recognise(read_tasks(*rows))
    assert [read.code for read in recognised.tasks] == expected
    told = [issue for issue in recognised.issues if issue.code == "duplicate-code"]
    assert [(str(issue.place), issue.blocks) for issue in told] == [(place, True)]


def test_a_list_number_repeated_by_mistake_takes_the_next_free_one_and_is_reported() -> None:
    header = ("Nhiệm vụ", "Đơn vị chủ trì", "Thời hạn")
    titles = ["1. Một", "1. Hai", "2. Ba", "4. Bốn"]
    recognised = recognise(read_docx(Grid([header, *((title, "Sở Nội vụ", "2026") for title in titles)])))
    assert [(read.code, read.title) for read in recognised.tasks] == [
        ("1", "Một"),
        ("3", "Hai"),
        ("2", "Ba"),
        ("4", "Bốn"),
    ]
    assert [(issue.code, str(issue.place)) for issue in recognised.issues] == [("duplicate-code", "bảng 1, dòng 3")]
    assert "bảng 1, dòng 2" in recognised.issues[0].message


def test_a_second_table_with_its_own_numbering_carries_its_table_number() -> None:
    header = ("STT", "Nhiệm vụ", "Đơn vị chủ trì")
    first = Grid([header, ("I", "Thể chế", ""), ("1", "Một", "Sở Nội vụ"), ("2", "Hai", "Sở Nội vụ")])
    second = Grid([header, ("I", "Hạ tầng", ""), ("1", "Ba", "Sở Y tế")])
    tasks = recognise(read_docx(first, "Phụ lục II", second)).tasks
    assert [(task.code, task.group and task.group.no) for task in tasks] == [
        ("1", "I"),
        ("2", "I"),
        ("B2-1", "B2-I"),
    ]


def test_a_second_table_that_counts_on_goes_on() -> None:
    header = ("STT", "Nhiệm vụ", "Đơn vị chủ trì")
    first = Grid([header, ("I", "Thể chế", ""), ("1", "Một", "Sở Nội vụ")])
    second = Grid([header, ("2", "Hai", "Sở Y tế")])
    tasks = recognise(read_docx(first, "(tiếp theo)", second)).tasks
    assert [(task.code, task.group and task.group.no) for task in tasks] == [("1", "I"), ("2", "I")]


NUMBERS = st.sampled_from(["", "1", "2", "3", "7", "1.1", "1.2", "a)", "b)", "-", "I", "II", "A", "B", "X1"])


@settings(max_examples=60)
def assert_there_is_no_task(code: str, rows: list[tuple[str, bool]]) -> None:
    assert code == "no-task-table"
    assert all(alone for _, alone in rows)


@given(st.lists(st.tuples(NUMBERS, st.booleans()), min_size=1, max_size=9))
def test_every_row_becomes_a_task_with_a_code_of_its_own(
    rows: list[tuple[str, bool]],
) -> None:
    document = read_tasks(
        *(group(number, "Nhóm") if alone else task(number, f"Việc {at}") for at, (number, alone) in enumerate(rows))
    )
    try:
        recognised = recognise(document)
    except errors.Invalid as refusal:
        assert_there_is_no_task(refusal.code, rows)
        return
    taken = [read.code for read in recognised.tasks]
    assert len(set(taken)) == len(taken)
    read = {task.title.splitlines()[0] for task in recognised.tasks}
    assert {f"Việc {at}" for at, (_, alone) in enumerate(rows) if not alone} <= read


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.", Printed(Style.DECIMAL, "1")),
        ("(12)", Printed(Style.DECIMAL, "12")),
        ("1.1.", Printed(Style.DOTTED, "1.1")),
        ("1,1", Printed(Style.DOTTED, "1.1")),
        ("IV", Printed(Style.ROMAN, "IV")),
        ("V.", Printed(Style.ROMAN, "V")),
        ("C", Printed(Style.UPPER, "C")),
        ("đ)", Printed(Style.LOWER, "đ")),
        ("-", Printed(Style.BULLET, "-")),
        ("NV-01", Printed(Style.OTHER, "NV-01")),
        (" ", None),
        ("1" * 5000, None),
        ("Nhiệm vụ trọng tâm của năm", None),
    ],
)
def test_a_number_cell_is_read(text: str, number: Printed | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("1. Xây dựng", "1", "Xây dựng"),
        ("10.Xây dựng", "10", "Xây dựng"),
        ("1.1 Triển khai", "1.1", "Triển khai"),
        ("1.1. Triển khai", "1.1", "Triển khai"),
        ("2) “Học tập số”", "2", "“Học tập số”"),
        ("3. 100% hồ sơ", "3", "100% hồ sơ"),
        ("a) Xây dựng", "a", "Xây dựng"),
        ("IV. Nhân lực", "IV", "Nhân lực"),
        ("I- Mục tiêu", "I", "Mục tiêu"),
        ("A. Khối Đảng", "A", "Khối Đảng"),
        ("06 nhiệm vụ trọng tâm", None, "06 nhiệm vụ trọng tâm"),
        ("1.000 hộ dân được hỗ trợ", None, "1.000 hộ dân được hỗ trợ"),
        ("100% hồ sơ được số hóa", None, "100% hồ sơ được số hóa"),
        ("5G phủ sóng toàn phường", None, "5G phủ sóng toàn phường"),
        ("2026: xây dựng", None, "2026: xây dựng"),
        ("Xây dựng 1. đề án", None, "Xây dựng 1. đề án"),
        ("Vận hành", None, "Vận hành"),
        ("1.", None, "1."),
    ],
)
def test_a_number_before_words_is_taken_off(text: str, number: str | None, rest: str) -> None:
    found, words = split_number(text)
    assert (found.text if found else None, words) == (number, rest)
