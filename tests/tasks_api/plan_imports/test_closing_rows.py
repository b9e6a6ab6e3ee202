import pytest

from services.tasks_api.plan_imports.recognition import Recognised, recognise
from tests.tasks_api.plan_imports.building import read_tasks, task


def issues(recognised: Recognised) -> list[tuple[str, int]]:
    return [(issue.code, issue.place.row) for issue in recognised.issues if issue.place]


@pytest.mark.parametrize(
    "below",
    [
        [("Nơi nhận:", "", "", "TM. ỦY BAN NHÂN DÂN", "", ""), ("- Như trên;", "Nguyễn Văn Mẫu", "", "", "", "")],
        [("", "", "", "KT. CHỦ TỊCH", "", ""), ("", "", "", "PHÓ CHỦ TỊCH", "", "")],
        [("", "", "", "", "GIÁM ĐỐC", ""), ("", "", "", "", "Nguyễn Văn A", "")],
        [("", "Người lập biểu", "", "", "", "Giám đốc Sở"), ("", "Trần B", "", "", "", "Lê C")],
    ],
)
def test_who_signs_below_the_tasks_is_told_and_stops_nothing(below: list[tuple[str, ...]]) -> None:
    recognised = recognise(read_tasks(task("1"), *below))
    assert [read.code for read in recognised.tasks] == ["1"]
    assert issues(recognised) == [("closing-not-read", 3), ("closing-not-read", 4)]
    assert not any(issue.blocks for issue in recognised.issues)


@pytest.mark.parametrize(
    "row", [task("2"), task("", deadline="Thường xuyên"), ("", "Rà soát", "", "", "", "30/6/2026")]
)
def test_what_may_be_a_task_below_the_signature_waits_for_a_person(row: tuple[str, ...]) -> None:
    recognised = recognise(read_tasks(task("1"), ("Nơi nhận:", "", "", "", "", ""), row))
    assert issues(recognised) == [("closing-not-read", 3), ("row-not-understood", 4)]


def test_a_title_between_tasks_is_no_signature() -> None:
    recognised = recognise(read_tasks(task("1"), ("", "", "", "Chủ tịch", "", ""), task("2")))
    assert [read.code for read in recognised.tasks] == ["1", "2"]
    assert issues(recognised) == [("row-not-understood", 3)]
