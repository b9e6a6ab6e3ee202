"""“6 rõ”: which questions a task answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.clarity import SIX, Clarity, Lead, TaskFacts, shares, speaks_of_approval, unclear

C = Clarity
WHOLE: dict[str, Any] = {
    "title": "Xây dựng quy chế",
    "product": "Quyết định ban hành quy chế",
    "deadline_known": True,
    "leads": (Lead(known=True, officer="Chánh Văn phòng"),),
    "reviewed": True,
}


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({}, ()),
        ({"title": " - "}, (C.WORK,)),
        ({"product": None}, (C.PRODUCT,)),
        ({"product": "…"}, (C.PRODUCT,)),
        ({"deadline_known": False}, (C.TIME,)),
        ({"leads": ()}, (C.PERSON, C.RESPONSIBILITY)),
        ({"leads": (Lead(known=True),)}, (C.PERSON,)),
        ({"leads": (Lead(known=True, officer=" - "),)}, (C.PERSON,)),
        ({"leads": (*WHOLE["leads"], Lead(known=True))}, (C.PERSON,)),
        ({"leads": (*WHOLE["leads"], Lead(known=False, officer="Ai đó"))}, (C.RESPONSIBILITY,)),
        ({"reviewed": False}, (C.AUTHORITY,)),
        ({"reviewed": False, "texts": ("Trình UBND phường phê duyệt",)}, ()),
    ],
    ids=str,
)
def test_a_task_lacks(said: dict[str, Any], missing: tuple[Clarity, ...]) -> None:
    assert unclear(TaskFacts(**WHOLE | said)) == missing


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Trình UBND tỉnh phê duyệt Đề án", True),
        ("Tham mưu Đảng ủy ban hành nghị quyết", True),
        ("Báo cáo cấp có thẩm quyền", True),
        ("HĐND phường thông qua", True),
        ("Tổ chức hội nghị tuyên truyền", False),
        ("Thực hiện quy chế đã ban hành", False),
        (None, False),
    ],
)
def test_an_approval_is_spoken_of(text: str | None, speaks: bool) -> None:
    assert speaks_of_approval(text) is speaks


FACTS = st.builds(
    TaskFacts,
    title=st.sampled_from(["", "Việc"]),
    product=st.sampled_from([None, "-", "Báo cáo"]),
    deadline_known=st.booleans(),
    leads=st.lists(st.builds(Lead, known=st.booleans(), officer=st.sampled_from([None, "Ai"])), max_size=2),
    reviewed=st.booleans(),
)
ASKED = st.lists(st.sampled_from(SIX), min_size=1, unique=True)


@given(FACTS, ASKED)
def test_a_plan_that_asks_less_finds_no_more_missing(task: TaskFacts, asked: list[Clarity]) -> None:
    assert unclear(task, asked) == tuple(question for question in asked if question in unclear(task))


@given(st.lists(FACTS, max_size=6), ASKED)
def test_clear_and_unclear_add_up(tasks: list[TaskFacts], asked: list[Clarity]) -> None:
    missing = [unclear(task, asked) for task in tasks]
    told = shares(missing, asked)
    assert [share.question for share in told] == asked
    assert sum(share.tasks - share.clear for share in told) == sum(map(len, missing))
    assert all(0 <= share.percent <= 100 for share in told)


def test_a_plan_without_tasks_leaves_nothing_open() -> None:
    assert [share.percent for share in shares([])] == [100.0] * 6
