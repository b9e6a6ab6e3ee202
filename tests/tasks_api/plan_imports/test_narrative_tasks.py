"""Tasks given in the text of a plan, in the ways offices write them."""

import pytest

from services.tasks_api.plan_imports.recognition import Recognised, recognise
from services.tasks_api.plan_imports.rows import TaskRow
from shared.domain.errors import Invalid
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task


def read(*blocks: str | Grid) -> Recognised:
    return recognise(read_docx(*blocks))


def told(row: TaskRow) -> tuple[str, str, str | None, str | None, str | None]:
    return row.code, row.title, row.lead_text, row.coordinating_text, row.deadline_text


def codes(found: Recognised) -> list[str]:
    return [issue.code for issue in found.issues]


def test_duties_below_each_task_are_its_own() -> None:
    found = read(
        "III. NHIỆM VỤ",
        "1. HẠ TẦNG SỐ",
        "1.1. Rà soát đường truyền tại các nhà văn hóa.",
        "Ưu tiên nơi chưa có cáp quang.",
        "* Cơ quan chủ trì: Phòng Kinh tế.",
        "* Cơ quan phối hợp: Các khu phố, Công an phường.",
        "* Thời gian thực hiện: Quý II/2026.",
        "1.2 Lắp đặt mạng không dây",
        "- Đơn vị chủ trì, thực hiện: Văn phòng",
        "- Thời hạn hoàn thành: Thường xuyên",
        "- Sản phẩm: 10 điểm truy cập",
    )
    assert [told(row) for row in found.tasks] == [
        (
            "1.1",
            "Rà soát đường truyền tại các nhà văn hóa.\nƯu tiên nơi chưa có cáp quang.",
            "Phòng Kinh tế",
            "Các khu phố, Công an phường",
            "Quý II/2026",
        ),
        ("1.2", "Lắp đặt mạng không dây", "Văn phòng", None, "Thường xuyên"),
    ]
    assert found.tasks[1].required_output == "10 điểm truy cập"
    assert {(row.group.no, row.group.title) for row in found.tasks if row.group} == {("1", "HẠ TẦNG SỐ")}
    assert [row.place.address for row in found.tasks] == ["p3", "p8"]


def test_duties_below_a_list_are_those_of_every_item() -> None:
    found = read(
        "IV. NHIỆM VỤ, GIẢI PHÁP",
        "1. Tuyên truyền",
        "- Đăng tin bài trên trang thông tin điện tử.",
        "- Treo băng rôn tại trụ sở.",
        "Chủ trì: Văn phòng Sở. Phối hợp thực hiện: các phòng Nghiệp vụ. Thời gian: Năm 2026.",
        "2. Tập huấn",
        "- Mở lớp kỹ năng số.",
        "Chủ trì: Phòng Tổ chức. Phối hợp thực hiện: Văn phòng Sở.",
    )
    assert [told(row) for row in found.tasks] == [
        ("1.1", "Đăng tin bài trên trang thông tin điện tử.", "Văn phòng Sở", "các phòng Nghiệp vụ", "Năm 2026"),
        ("1.2", "Treo băng rôn tại trụ sở.", "Văn phòng Sở", "các phòng Nghiệp vụ", "Năm 2026"),
        ("2.1", "Mở lớp kỹ năng số.", "Phòng Tổ chức", "Văn phòng Sở", None),
    ]


def test_duties_above_a_list_are_those_of_every_item_until_the_next_heading() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Tuyên truyền",
        "Chủ trì: Văn phòng.",
        "a) Đăng tin bài.",
        "b) Treo băng rôn.",
        "2. Tập huấn",
        "a) Mở lớp. Chủ trì: Phòng Tổ chức.",
    )
    assert [(row.code, row.lead_text) for row in found.tasks] == [
        ("1.a", "Văn phòng"),
        ("1.b", "Văn phòng"),
        ("2.a", "Phòng Tổ chức"),
    ]


def test_duties_may_stand_in_the_same_paragraph() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Xây dựng Đề án (Chủ trì: Phòng Kinh tế; phối hợp: Công an; hoàn thành trong Quý I/2026).",
        "2. Mua máy chủ. Đơn vị chủ trì: Văn phòng; đơn vị phối hợp: Phòng Kinh tế; thời gian: 6/2026; sản phẩm: Máy.",
    )
    assert [told(row) for row in found.tasks] == [
        ("II.1", "Xây dựng Đề án", "Phòng Kinh tế", "Công an", "hoàn thành trong Quý I/2026"),
        ("II.2", "Mua máy chủ.", "Văn phòng", "Phòng Kinh tế", "6/2026"),
    ]
    assert found.tasks[1].required_output == "Máy"


def test_names_listed_below_their_label_belong_to_it() -> None:
    found = read(
        "1. Làm việc A.",
        "Cơ quan chủ trì: Văn phòng",
        "Cơ quan phối hợp:",
        "- Phòng Kinh tế;",
        "- Công an phường.",
        "Thời hạn: Quý I/2026",
    )
    assert [told(row) for row in found.tasks] == [
        ("1", "Làm việc A.", "Văn phòng", "Phòng Kinh tế; Công an phường", "Quý I/2026")
    ]


def test_a_list_inside_a_task_is_part_of_its_words() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Nâng cấp hệ thống, gồm các việc sau.",
        "- Thay máy chủ;",
        "- Cài phần mềm.",
        "Chủ trì: Văn phòng. Thời gian: Năm 2026",
    )
    assert [(row.code, row.title) for row in found.tasks] == [
        ("II.1", "Nâng cấp hệ thống, gồm các việc sau.\n- Thay máy chủ;\n- Cài phần mềm.")
    ]


def test_a_deadline_may_end_the_words_and_the_closing_part_name_the_lead_of_all() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Nâng cao nhận thức",
        "- Tuyên truyền trên hệ thống truyền thanh. Nhiệm vụ thường xuyên, bắt đầu từ năm 2026.",
        "- Tập huấn cho cán bộ. Năm 2026, Năm 2027.",
        "- Khảo sát nhu cầu của người dân (Quý II/2026).",
        "V. TỔ CHỨC THỰC HIỆN",
        "Giao Phòng Văn hóa - Xã hội xã chủ trì, phối hợp chặt chẽ với Ban Xây dựng Đảng, Công an xã xây dựng đề án.",
    )
    lead = ("Phòng Văn hóa - Xã hội xã", "Ban Xây dựng Đảng, Công an xã")
    assert [told(row) for row in found.tasks] == [
        ("1.1", "Tuyên truyền trên hệ thống truyền thanh.", *lead, "Nhiệm vụ thường xuyên, bắt đầu từ năm 2026"),
        ("1.2", "Tập huấn cho cán bộ.", *lead, "Năm 2026, Năm 2027"),
        ("1.3", "Khảo sát nhu cầu của người dân", *lead, "Quý II/2026"),
    ]
    assert codes(found) == ["lead-from-closing-part"] * 3


def test_a_list_of_work_is_read_where_nothing_says_more() -> None:
    lines = (
        "II. NHIỆM VỤ, GIẢI PHÁP",
        "1. Tuyên truyền",
        "- Đăng tin bài.",
        "- Treo băng rôn.",
        "III. KINH PHÍ",
        "- Từ nguồn A.",
    )
    assert [row.code for row in read(*lines).tasks] == ["1.1", "1.2"]
    beside_a_table = read(*lines, Grid([HEADER, task("1")]))
    assert [row.code for row in beside_a_table.tasks] == ["1"]
    assert codes(beside_a_table) == ["narrative-not-read"]


def test_a_duty_outside_the_tasks_is_told() -> None:
    found = read(
        Grid([HEADER, task("1")]),
        "IV. TỔ CHỨC THỰC HIỆN",
        "1. Các cơ quan xây dựng kế hoạch của mình, hoàn thành trước ngày 20/3/2026.",
    )
    assert [row.code for row in found.tasks] == ["1"]
    assert codes(found) == ["duty-outside-tasks"]


def test_tasks_of_the_text_and_of_tables_come_in_the_order_of_the_document_with_codes_of_their_own() -> None:
    found = read(
        "III. NHIỆM VỤ",
        "1. Làm việc A.",
        "Chủ trì: Văn phòng.",
        Grid([HEADER, task("III.1"), task("2")]),
        "2. Làm việc B.",
        "Chủ trì: Văn phòng.",
    )
    assert [(row.code, row.place.address) for row in found.tasks] == [
        ("III.1 (2)", "p2"),
        ("III.1", "1.2"),
        ("2", "1.3"),
        ("III.2", "p4"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Nhiệm vụ, thời gian thực hiện, cơ quan chủ trì, cơ quan phối hợp nêu tại Phụ lục II.",
        "Văn phòng chủ trì, phối hợp với các phòng theo dõi việc thực hiện.",
        "Kết quả: đạt yêu cầu.",
    ],
)
def test_words_that_only_speak_of_duties_make_no_task(text: str) -> None:
    with pytest.raises(Invalid, match="no-task-table"):
        read("I. ĐẶC ĐIỂM TÌNH HÌNH", text)
