"""What a document changes in a plan: told cell by cell, and never guessed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks_api.plan_imports.diffing import (
    Difference,
    Proposed,
    Standing,
    compare_indicators,
    compare_tasks,
)

Cells = dict[str, Any]
UNKNOWN = {"kind": "unknown", "start": None, "due": None, "recurrence": None}
BY_HAND = {"kind": "date", "start": None, "due": "2026-05-30", "recurrence": None}


def named(text: str | None, *codes: str) -> Cells:
    return {"text": text, "names": [{"text": code, "organization": code, "group": None} for code in codes]}


def task(code: str, title: str, **cells: Any) -> Cells:
    return {
        "code": code,
        "group": {"no": "I", "title": "Nhóm một"},
        "general_task": None,
        "title": title,
        "required_output": None,
        "kpi": None,
        "leads": named("Văn phòng", "H1.VP"),
        "coordinating": named(None),
        "deadline": {"text": "Khi có kinh phí", "deadline": UNKNOWN, "milestones": []},
    } | cells


def difference(old: list[Cells], new: list[Cells]) -> Difference:
    return compare_tasks([Standing(cells) for cells in old], [Proposed(cells) for cells in new])


def told(old: list[Cells], new: list[Cells]) -> tuple[list[str], list[str], dict[str, list[str]], list[str]]:
    """Codes added and removed, fields changed by new code, codes of issues."""
    found = difference(old, new)
    return (
        [new[at]["code"] for at in found.added],
        [old[at]["code"] for at in found.removed],
        {new[after]["code"]: [change.field for change in changes] for _, after, changes in found.changed},
        [code for _, code, _ in found.issues],
    )


ONE = task("1", "Xây dựng đề án chuyển đổi số của phường")
TWO = task("2", "Tập huấn kỹ năng số cho cán bộ, công chức")
THREE = task("3", "Rà soát, cập nhật dữ liệu đất đai")
NEW = task("2", "Lắp đặt điểm truy cập mạng công cộng")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param([ONE, TWO], [ONE, TWO], ([], [], {}, []), id="nothing"),
        pytest.param([ONE], [ONE, TWO], (["2"], [], {}, []), id="added"),
        pytest.param([ONE, TWO], [ONE], ([], ["2"], {}, []), id="removed"),
        pytest.param([ONE], [ONE | {"kpi": "90%"}], ([], [], {"1": ["kpi"]}, []), id="a cell"),
        pytest.param(
            [ONE, TWO, THREE],
            [ONE, NEW, TWO | {"code": "3"}, THREE | {"code": "4"}],
            (["2"], [], {"3": ["code"], "4": ["code"]}, []),
            id="a row put in shifts the codes behind it",
        ),
        pytest.param(
            [ONE, TWO],
            [ONE | {"title": "Xây dựng Đề án chuyển đổi số của phường năm 2026"}, TWO],
            ([], [], {"1": ["title"]}, []),
            id="a title reworded under its code",
        ),
        pytest.param(
            [ONE, TWO],
            [TWO | {"code": "1"}, ONE | {"code": "2", "title": "Xây dựng Đề án chuyển đổi số của phường ta"}],
            ([], [], {"1": ["code"], "2": ["code", "title"]}, []),
            id="two that changed places",
        ),
        pytest.param([TWO], [NEW], (["2"], ["2"], {}, ["code-reused"]), id="another duty under the code"),
        pytest.param(
            [task("1", "Báo cáo kết quả quý I gửi cấp trên"), task("2", "Báo cáo kết quả quý II gửi cấp trên")],
            [task("7", "Báo cáo kết quả quý IV gửi cấp trên")],
            (["7"], ["1", "2"], {}, ["match-ambiguous"]),
            id="like two of them",
        ),
        pytest.param(
            [task("1", "Báo cáo kết quả quý I gửi cấp trên"), task("2", "Báo cáo kết quả quý II gửi cấp trên")],
            [task("1", "Báo cáo kết quả quý IV gửi cấp trên")],
            ([], ["2"], {"1": ["title"]}, []),
            id="like two of them, under the code of one",
        ),
        pytest.param(
            [task("1", "Báo cáo kết quả quý I gửi cấp trên"), task("2", "Báo cáo kết quả quý II gửi cấp trên")],
            [task("2", "Báo cáo kết quả quý I gửi cơ quan cấp trên"), task("3", "Báo cáo quý II")],
            (["2", "3"], ["1", "2"], {}, ["match-ambiguous"]),
            id="a code that speaks for one and a title for another",
        ),
        pytest.param(
            [ONE],
            [ONE | {"title": "Xây  dựng đề án\nchuyển đổi số của phường", "leads": named(" Văn  phòng", "H1.VP")}],
            ([], [], {}, []),
            id="spaces are no words",
        ),
        pytest.param(
            [ONE],
            [ONE | {"leads": named("VP phường", "H1.VP")}],
            ([], [], {}, []),
            id="the same body, called otherwise",
        ),
        pytest.param(
            [ONE], [ONE | {"leads": named("Công an", "H1.CA")}], ([], [], {"1": ["leads"]}, []), id="another body"
        ),
        pytest.param(
            [ONE | {"deadline": ONE["deadline"] | {"deadline": BY_HAND}}],
            [ONE],
            ([], [], {}, []),
            id="a deadline that a person gave stays while its text does",
        ),
        pytest.param(
            [ONE],
            [ONE | {"deadline": {"text": "30/5/2026", "deadline": BY_HAND, "milestones": []}}],
            ([], [], {"1": ["deadline"]}, []),
            id="another deadline",
        ),
    ],
)
def test_what_a_document_changes(
    old: list[Cells], new: list[Cells], expected: tuple[list[str], list[str], dict[str, list[str]], list[str]]
) -> None:
    assert told(old, new) == expected


def test_what_was_read_before_a_correction_is_no_change() -> None:
    standing = Standing(ONE | {"title": "Tên đã sửa"}, read={"title": ONE["title"]})
    assert compare_tasks([standing], [Proposed(ONE)]).changed == ()


def test_a_correction_made_now_is_a_change() -> None:
    corrected = ONE | {"deadline": ONE["deadline"] | {"deadline": BY_HAND}}
    ((_, _, changes),) = compare_tasks([Standing(ONE)], [Proposed(corrected, frozenset({"deadline"}))]).changed
    assert [(change.field, change.after["deadline"]) for change in changes] == [("deadline", BY_HAND)]


LATER = BY_HAND | {"due": "2027-05-30"}


def deadline(value: Cells) -> Cells:
    return {"text": "Khi có kinh phí", "deadline": value, "milestones": []}


@pytest.mark.parametrize(
    ("stands", "readings", "said", "changed"),
    [
        pytest.param(BY_HAND, [BY_HAND], LATER, True, id="as it was read, and now of another year"),
        pytest.param(BY_HAND, [UNKNOWN], LATER, False, id="as a person said"),
        pytest.param(BY_HAND, [LATER, BY_HAND], LATER, True, id="as an amending document was read"),
        pytest.param(BY_HAND, [BY_HAND], UNKNOWN, False, id="no longer understood"),
        pytest.param(BY_HAND, [BY_HAND], BY_HAND, False, id="the same"),
    ],
)
def test_the_same_words_are_a_change_when_they_were_read_as_other_days(
    stands: Cells, readings: list[Cells], said: Cells, *, changed: bool
) -> None:
    standing = Standing(ONE | {"deadline": deadline(stands)}, readings=[deadline(each) for each in readings])
    found = compare_tasks([standing], [Proposed(ONE | {"deadline": deadline(said)})])
    assert [change.field for _, _, changes in found.changed for change in changes] == ["deadline"] * changed


def test_indicators_are_compared_alike() -> None:
    target = {"comparator": ">=", "value": 90, "value_to": None, "year": 2026}
    old: Cells = {"no": "1", "text": "Tỷ lệ hồ sơ trực tuyến", "unit": "%", "target_text": "≥ 90", "target": target}
    old = old | {"lead_text": None}
    new = old | {"target_text": "≥ 95", "target": target | {"value": 95}}
    found = compare_indicators([Standing(old)], [Proposed(new), Proposed(old | {"no": "2", "text": "Khác hẳn"})])
    assert found.added == (1,)
    assert [change.field for change in found.changed[0][2]] == ["target_text", "target"]


WORDS = ["Báo cáo", "Kế hoạch", "quý I", "quý II", "năm 2026", "đất đai", "chuyển đổi số", "tập huấn"]
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
TEXTS = st.none() | st.sampled_from(["A", "B"])


@st.composite
def tasks(draw: st.DrawFn) -> Cells:
    lead = draw(st.sampled_from(["H1.A", "H1.B"]))
    deadline = draw(st.sampled_from(["Quý I/2026", "Quý II/2026"]))
    group = draw(st.sampled_from([None, {"no": "I", "title": "Một"}, {"no": "II", "title": "Hai"}]))
    return task(
        draw(st.sampled_from([str(number) for number in range(1, 9)])),
        draw(TITLES),
        group=group,
        kpi=draw(TEXTS),
        leads=named(lead, lead),
        deadline={"text": deadline, "deadline": UNKNOWN, "milestones": []},
    )


TABLES = st.lists(tasks(), max_size=8, unique_by=lambda cells: str(cells["code"]))


def amended(old: list[Cells], new: list[Cells]) -> dict[str, Cells]:
    """The old table with the difference carried out, by code."""
    found = difference(old, new)
    rows = [dict(cells) for cells in old]
    for before, _, changes in found.changed:
        for change in changes:
            assert rows[before][change.field] == change.before
            rows[before][change.field] = change.after
    kept = [cells for at, cells in enumerate(rows) if at not in found.removed]
    return {cells["code"]: cells for cells in [*kept, *(new[at] for at in found.added)]}


@given(table=TABLES)
def test_a_table_does_not_differ_from_itself(table: list[Cells]) -> None:
    assert told(table, table) == ([], [], {}, [])


@settings(max_examples=300)
@given(old=TABLES, new=TABLES)
def test_the_difference_carried_out_gives_the_new_table(old: list[Cells], new: list[Cells]) -> None:
    assert amended(old, new) == {cells["code"]: cells for cells in new}


@given(old=TABLES, new=TABLES, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(old: list[Cells], new: list[Cells], order: Any) -> None:
    shuffled = list(old)
    order.shuffle(shuffled)
    first, second = told(old, new), told(shuffled, new)
    assert (first[0], sorted(first[1]), first[2], first[3]) == (second[0], sorted(second[1]), second[2], second[3])
