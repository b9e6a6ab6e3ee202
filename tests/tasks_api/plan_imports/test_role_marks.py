import pytest

from services.tasks_api.plan_imports.recognition import recognise
from services.tasks_api.plan_imports.role_marks import Bodies, read_bodies
from tests.tasks_api.plan_imports.building import Grid, read_docx


@pytest.mark.parametrize(
    ("cell", "lead", "coordinating"),
    [
        (None, None, None),
        ("Sở Nội vụ", "Sở Nội vụ", None),
        ("Sở Nội vụ, Sở Y tế", "Sở Nội vụ, Sở Y tế", None),
        ("Sở Y tế (chủ trì), Công an tỉnh, BHXH tỉnh (phối hợp)", "Sở Y tế", "Công an tỉnh, BHXH tỉnh"),
        ("Sở Y tế [chủ trì]; Công an tỉnh [phối hợp]", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế (CT)\nCông an tỉnh (PH)\nSở Xây dựng (PH)", "Sở Y tế", "Công an tỉnh; Sở Xây dựng"),
        ("Sở Y tế chủ trì; Công an tỉnh phối hợp", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế chủ trì, phối hợp với Công an tỉnh, Sở Nội vụ", "Sở Y tế", "Công an tỉnh, Sở Nội vụ"),
        ("Sở Y tế chủ trì phối hợp với Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Giao Sở Y tế phối hợp với Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Chủ trì: Sở Y tế; Công an tỉnh phối hợp", "Sở Y tế", "Công an tỉnh"),
        ("CT: Sở Y tế; PH: Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế chủ trì", "Sở Y tế", None),
        ("Chủ trì Sở Y tế; phối hợp Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("(CT) Sở Y tế; (PH) Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế; Công an tỉnh (phối hợp)", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế; phối hợp: Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Chủ trì: Sở Y tế. Phối hợp: Công an tỉnh", "Sở Y tế", "Công an tỉnh"),
        ("Sở Y tế (Trung tâm Y tế)", "Sở Y tế (Trung tâm Y tế)", None),
        ("Sở Y tế (chủ trì, phối hợp)", "Sở Y tế (chủ trì, phối hợp)", None),
        ("Ban Chỉ đạo phối hợp liên ngành", "Ban Chỉ đạo phối hợp liên ngành", None),
    ],
)
def test_words_about_parts_tell_who_leads_and_who_coordinates(
    cell: str | None, lead: str | None, coordinating: str | None
) -> None:
    assert read_bodies(cell) == Bodies(lead, coordinating)


@pytest.mark.parametrize(
    ("cell", "lead", "coordinating"),
    [
        ("Sở Y tế (chủ trì), Công an tỉnh, Sở Nội vụ", "Sở Y tế", "Công an tỉnh, Sở Nội vụ"),
        ("Sở Y tế, Công an tỉnh, Sở Nội vụ (phối hợp)", "Sở Y tế", "Công an tỉnh; Sở Nội vụ"),
    ],
)
def test_what_a_mark_leaves_open_is_unclear(cell: str, lead: str, coordinating: str) -> None:
    assert read_bodies(cell) == Bodies(lead, coordinating, unclear=True)


def test_names_without_marks_under_a_header_for_both_are_told() -> None:
    header = ("Nhiệm vụ", "Chủ trì, phối hợp", "Thời hạn")
    rows = [
        ("Một", "Sở Y tế, Công an tỉnh", "2026"),
        ("Hai", "Sở Y tế", "2026"),
        ("Ba", "Sở A chủ trì; B phối hợp", "2026"),
    ]
    found = recognise(read_docx(Grid([header, *rows])))
    assert [(issue.code, issue.blocks, issue.place and issue.place.row) for issue in found.issues] == [
        ("lead-and-coordinating-together", True, 2)
    ]
    assert found.tasks[2].coordinating_text == "B"


def test_other_labels_of_a_cell_are_no_part_of_a_name_and_told() -> None:
    cell = "Chủ trì: Sở A; Kinh phí: 2 tỷ đồng; Hoàn thành: 30/6/2026; Địa điểm: xã B"
    found = recognise(read_docx(Grid([("Nhiệm vụ", "Đơn vị thực hiện"), ("Một", cell)])))
    assert [(row.lead_text, row.deadline_text) for row in found.tasks] == [("Sở A", "30/6/2026")]
    assert [issue.code for issue in found.issues] == ["label-not-read"] * 2


def test_other_labels_of_the_text_are_told_where_they_stand() -> None:
    found = recognise(
        read_docx("II. NHIỆM VỤ", "1. Sửa đường. Chủ trì: Sở A; Kinh phí: 2 tỷ đồng; Thời hạn: 30/6/2026.")
    )
    assert [row.lead_text for row in found.tasks] == ["Sở A"]
    assert [(issue.code, issue.place and issue.place.paragraph) for issue in found.issues] == [("label-not-read", 2)]


def test_a_label_that_repeats_the_header_of_those_who_coordinate_is_no_name() -> None:
    header = ("Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn")
    found = recognise(read_docx(Grid([header, ("Một", "Sở A", "Phối hợp: Sở B, Sở C", "2026")])))
    assert found.tasks[0].coordinating_text == "Sở B, Sở C"
