from datetime import date

import pytest

from services.tasks_api.plan_imports.deadline_cells import said_under
from services.tasks_api.plan_imports.proposal import build_proposal
from tests.tasks_api.plan_imports.building import read_tasks


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("Trước ngày", "31/5/2026", "trước 31/5/2026"),
        ("Hoàn thành trước", "Quý III/2026", "trước Quý III/2026"),
        ("Hoàn thành trước", "Thường xuyên", "Thường xuyên"),
        ("Trước ngày", "Trước 31/5/2026", "Trước 31/5/2026"),
        ("Trước ngày", None, None),
        ("Thời gian (tháng)", "12", "12 tháng"),
        ("Thời gian thực hiện (số ngày)", "30", "30 ngày"),
        ("Thời gian (tháng)", "6/2026", "6/2026"),
        ("Thời gian (năm)", "2026", "2026"),
        ("Thời gian (tháng, năm)", "6", "6"),
        ("Thời hạn", "31/5/2026", "31/5/2026"),
    ],
)
def test_the_header_says_what_its_cells_mean(header: str, cell: str | None, said: str | None) -> None:
    assert said_under(header, cell) == said


def test_a_day_under_before_is_no_day_of_the_deadline() -> None:
    document = read_tasks(("1", "Xây kho", "Sở A", "31/5/2026"), header=("STT", "Nhiệm vụ", "Chủ trì", "Trước ngày"))
    (task,) = build_proposal(document, None, None).tasks
    assert task.deadline.deadline.due == date(2026, 5, 30)


def test_a_bare_number_under_a_unit_waits_for_a_person() -> None:
    header = ("STT", "Nhiệm vụ", "Chủ trì", "Thời gian (tháng)")
    proposal = build_proposal(read_tasks(("1", "Xây kho", "Sở A", "12"), header=header), None, None)
    assert proposal.tasks[0].deadline.deadline.due is None
    assert [(issue.code, issue.blocks) for issue in proposal.tasks[0].issues] == [("deadline-unknown", True)]
