"""Whose the duties of a text are: labels speak of the task they stand at, sentences and headings of theirs."""

import pytest

from services.tasks_api.plan_imports.duty_fields import Duty
from services.tasks_api.plan_imports.recognition import Recognised, recognise
from services.tasks_api.plan_imports.reporting_rules import read_reporting_rules
from services.tasks_api.plan_imports.spoken_duties import gives_work, led_by_sentence, names_only_a_body
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task

Told = tuple[str, str | None, str | None]


def read(*blocks: str | Grid) -> Recognised:
    return recognise(read_docx(*blocks))


def told(found: Recognised) -> list[Told]:
    return [(row.title, row.lead_text, row.deadline_text) for row in found.tasks]


def codes(found: Recognised) -> list[str]:
    return [issue.code for issue in found.issues]


def test_labels_inside_a_task_do_not_reach_its_neighbour() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Quét vôi nhà văn hóa (Tổ Thiết bị; 15/3/2026).",
        "2. Mua máy in. Chủ trì: Kế toán; Thời gian: 30/9/2026.",
    )
    assert told(found) == [
        ("Quét vôi nhà văn hóa", "Tổ Thiết bị", "15/3/2026"),
        ("Mua máy in.", "Kế toán", "30/9/2026"),
    ]


def test_labels_below_a_task_are_not_those_of_one_that_says_its_own_deadline() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Quét vôi nhà văn hóa, hoàn thành trước 30/4/2026.",
        "2. Mua máy in.",
        "Chủ trì: Kế toán.",
        "Thời gian: 30/9/2026.",
    )
    assert [(lead, when) for _, lead, when in told(found)] == [
        (None, "hoàn thành trước 30/4/2026"),
        ("Kế toán", "30/9/2026"),
    ]


def test_numbered_tasks_that_share_labels_are_pointed_out() -> None:
    found = read("II. NHIỆM VỤ", "1. Việc A.", "2. Việc B.", "Chủ trì: Kế toán. Thời gian: Quý I/2026.")
    assert [(lead, when) for _, lead, when in told(found)] == [("Kế toán", "Quý I/2026")] * 2
    assert codes(found) == ["duty-shared"] * 2


def test_plain_paragraphs_with_labels_below_are_tasks_each() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "Cứng hóa đường nội đồng.",
        "Chủ trì: Phòng A.",
        "Thời gian: 30/6/2026.",
        "Dựng nhà văn hóa.",
        "Chủ trì: Phòng B.",
        "Thời gian: 30/9/2026.",
        "Thu gom rác.",
        "Chủ trì: Phòng C.",
    )
    assert told(found) == [
        ("Cứng hóa đường nội đồng.", "Phòng A", "30/6/2026"),
        ("Dựng nhà văn hóa.", "Phòng B", "30/9/2026"),
        ("Thu gom rác.", "Phòng C", None),
    ]


def test_a_task_by_its_own_word_keeps_its_title_and_its_description() -> None:
    found = read(
        "II. CÁC NHIỆM VỤ",
        "Nhiệm vụ 1: Cứng hóa đường.",
        "Làm 12 km đường trục chính.",
        "Chủ trì: Phòng A.",
        "Nhiệm vụ 2: Dựng nhà văn hóa.",
        "Chủ trì: Phòng B.",
    )
    assert [(row.code, row.title, row.lead_text) for row in found.tasks] == [
        ("II.1", "Cứng hóa đường.\nLàm 12 km đường trục chính.", "Phòng A"),
        ("II.2", "Dựng nhà văn hóa.", "Phòng B"),
    ]


def test_a_paragraph_that_says_by_when_ends_there() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Về giáo dục",
        "- Chuẩn bị kỳ thi; hoàn thành trước ngày 31/5/2026.",
        "Sửa trường học, hoàn thành trong Quý II/2026.",
    )
    assert [when for _, _, when in told(found)] == ["hoàn thành trước ngày 31/5/2026", "hoàn thành trong Quý II/2026"]


def test_a_directive_gives_tasks_in_sentences_and_a_person_is_told() -> None:
    found = read(
        "1. Giao Phòng Tài chính chủ trì, phối hợp với Phòng Xây dựng rà soát vốn, hoàn thành trước ngày 28/02/2026.",
        "2. Yêu cầu Thanh tra tỉnh thanh tra các dự án chậm trong tháng 3/2026.",
    )
    assert [(row.lead_text, row.coordinating_text, row.deadline_text) for row in found.tasks] == [
        ("Phòng Tài chính", "Phòng Xây dựng", "hoàn thành trước ngày 28/02/2026"),
        ("Thanh tra tỉnh", None, "trong tháng 3/2026"),
    ]
    assert codes(found).count("lead-from-sentence") == 2
    assert codes(found).count("deadline-from-sentence") == 1


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("Phòng A rà soát hồ sơ trước ngày 30/6/2026; Phòng B tổng hợp trước ngày 15/7/2026.", True),
        ("Lập đề án, xong trong quý II. Trình Ủy ban nhân dân, xong trong quý III.", True),
        ("Rà soát hồ sơ trước ngày 30/6/2026; tổng hợp số liệu trước ngày 30/6/2026.", False),
        ("Rà soát hộ, hoàn thành trước 15/5/2026; báo cáo kết quả trước ngày 20/5/2026.", False),
        ("Rà soát theo Kế hoạch số 5 ngày 01/3/2026; hoàn thành trước ngày 20/5/2026.", False),
        ("Phòng A lập đề án, trình Ủy ban nhân dân trước 15/5/2026 và ban hành trong tháng 6/2026.", True),
        ("Phòng A lập đề án trong quý II năm 2026 theo chỉ đạo tại Công điện trước ngày 20/3/2026.", True),
        ("Phòng A trước ngày 30/6/2026 hoàn thành giai đoạn 1 và đến 30/10/2026 hoàn thành giai đoạn 2.", True),
        ("Phòng A thay hệ thống đã hết hạn trước ngày 31/12/2025, hoàn thành trong năm 2026.", False),
        ("Phòng A tập huấn 03 lớp trong tháng 4, tháng 5 và tháng 6/2026.", False),
        ("Phòng A hoàn thành đề án trước ngày 30/6/2026, xong trước ngày 30/6/2026.", False),
    ],
)
def test_a_paragraph_with_several_deadlines_waits_for_a_person(text: str, *, several: bool) -> None:
    found = read("II. NHIỆM VỤ", f"1. {text}", "2. Mua máy in; hoàn thành trước ngày 30/9/2026.")
    waiting = [issue.place for issue in found.issues if issue.code == "several-deadlines" and issue.blocks]
    assert waiting == [found.tasks[0].place] * several


@pytest.mark.parametrize(
    "text",
    [
        "Căn cứ Kế hoạch này, các đơn vị báo cáo Ủy ban nhân dân xã (qua Văn phòng) trước ngày 25 hàng tháng.",
        "Các phòng, Công an xã gửi báo cáo về Văn phòng trước ngày 25 hằng tháng",
        "Định kỳ hằng tháng, trước ngày 25, các đơn vị báo cáo kết quả về Văn phòng.",
    ],
)
def test_what_all_report_is_a_rule_and_no_part_of_the_last_task(text: str) -> None:
    found = read("II. NHIỆM VỤ", "1. Công an xã", "- Lắp camera trước ngày 02/9/2026.", "- Tuần tra.", text)
    assert [(row.title, row.deadline_text) for row in found.tasks] == [
        ("Lắp camera trước ngày 02/9/2026.", "trước ngày 02/9/2026"),
        ("Tuần tra.", None),
    ]
    rules, _ = read_reporting_rules(read_docx(text))
    assert [(rule.period, rule.due) for rule in rules] == [("monthly", "24")]


def test_work_that_ends_in_a_report_is_still_a_task() -> None:
    found = read("II. NHIỆM VỤ", "1. Công an xã", "- Tuần tra.", "Các tổ rà soát hộ, báo cáo trước ngày 25 hằng tháng.")
    assert "rà soát hộ" in "".join(row.title for row in found.tasks)


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("Phòng A rà soát các dự án được phê duyệt trước ngày 01/3/2026; báo cáo trước ngày 15/4/2026.", True),
        ("Phòng A kiểm tra việc chấp hành của các đơn vị hoàn thành sáp nhập trước ngày 01/7/2026.", True),
        ("Phòng A chỉ đạo các thôn hoàn thành rà soát trước ngày 01/7/2026.", False),
        ("Phòng A rà soát các dự án được phê duyệt, hoàn thành trước ngày 01/7/2026.", False),
    ],
)
def test_a_day_that_may_only_say_what_is_meant_waits_for_a_person(text: str, *, waits: bool) -> None:
    found = read("II. NHIỆM VỤ", f"1. {text}", "2. Mua máy in; hoàn thành trước ngày 30/9/2026.")
    waiting = [issue.place for issue in found.issues if issue.code == "deadline-of-condition" and issue.blocks]
    assert waiting == [found.tasks[0].place] * waits


def test_a_line_of_a_directive_that_says_neither_who_nor_when_is_a_task_beside_those_that_do() -> None:
    found = read("1. Về hồ sơ", "- Giao Văn phòng lập danh mục trước ngày 28/02/2026.", "- Ký số mọi văn bản.")
    assert [(row.code, row.lead_text) for row in found.tasks] == [("1.1", "Văn phòng"), ("1.2", None)]


def test_a_goal_with_a_year_is_no_duty() -> None:
    found = read("I. MỤC TIÊU", "- 100% hồ sơ đúng hạn trong năm 2026.", "II. BẢNG", Grid([HEADER, task("1")]))
    assert codes(found) == []
    assert [row.year for row in found.indicators] == [2026]


def test_a_heading_that_is_a_body_leads_the_list_below_it() -> None:
    found = read("II. NHIỆM VỤ", "1. Công an xã:", "- Lắp camera trước ngày 02/9/2026.", "- Tuần tra thường xuyên.")
    assert [(lead, when) for _, lead, when in told(found)] == [
        ("Công an xã", "trước ngày 02/9/2026"),
        ("Công an xã", "thường xuyên"),
    ]
    assert codes(found).count("lead-from-heading") == 2


def test_beside_a_table_only_labels_make_tasks() -> None:
    found = read(
        "II. NHIỆM VỤ", "1. Giao Văn phòng lập đề án trước ngày 30/6/2026.", "III. BẢNG", Grid([HEADER, task("1")])
    )
    assert [row.place.table for row in found.tasks] == [1]
    assert codes(found) == ["narrative-not-read"]


def test_a_line_that_became_no_task_is_told() -> None:
    found = read("II. NHIỆM VỤ", "1. Việc A.", "Chủ trì: Kế toán.", "Các việc trên rất quan trọng.", "2. Việc B.")
    assert codes(found).count("narrative-line-not-read") == 1


@pytest.mark.parametrize(
    ("text", "lead", "helpers"),
    [
        ("Giao Văn phòng chủ trì, phối hợp với Công an xã xây dựng quy chế.", "Văn phòng", "Công an xã"),
        ("Sở Y tế chủ trì, phối hợp với Ban Xây dựng Đảng rà soát.", "Sở Y tế", "Ban Xây dựng Đảng"),
        ("Yêu cầu Ban Quản lý dự án đầu tư xây dựng tỉnh khởi công.", "Ban Quản lý dự án đầu tư xây dựng tỉnh", None),
        ("Công an tỉnh phải bàn giao dữ liệu.", "Công an tỉnh", None),
        (
            "Đề nghị Bộ Công an, Bộ Tư pháp phối hợp; Công an tỉnh chủ trì; hoàn thành trước 30/6/2026.",
            "Công an tỉnh",
            "Bộ Công an, Bộ Tư pháp",
        ),
        ("Đề nghị Sở Tư pháp phối hợp thực hiện.", None, None),
        ("Giao Công an xã phối hợp với Hội Phụ nữ xã tuần tra.", "Công an xã", None),
        ("Tổ chức hội nghị chủ trì.", None, None),
        ("Rà soát các văn bản.", None, None),
    ],
)
def test_who_leads_by_the_words_of_a_sentence(text: str, lead: str | None, helpers: str | None) -> None:
    found = led_by_sentence(text)
    assert (found.get(Duty.LEAD), found.get(Duty.COORDINATING)) == (lead, helpers)


def test_a_sentence_behind_a_lead_is_no_part_of_its_name() -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Lập kho dữ liệu. Thời gian: 2026-2027. Chủ trì: Sở Y tế. Hoàn thành phân hệ một trước 30/9/2026.",
        "2. Mua máy in.",
        "Phối hợp: Sở Tài chính. Chủ trì: Sở Y tế TP. Hồ Chí Minh. Hoàn thành trước 30/9/2026.",
        "3. Mua máy chiếu.",
        "Chủ trì: Sở Y tế. Bàn giao đợt một trước 30/6/2026.",
        "Thời hạn: năm 2026.",
    )
    assert told(found) == [
        ("Lập kho dữ liệu.\nHoàn thành phân hệ một trước 30/9/2026", "Sở Y tế", "2026-2027"),
        ("Mua máy in.", "Sở Y tế TP. Hồ Chí Minh", "Hoàn thành trước 30/9/2026"),
        ("Mua máy chiếu.\nBàn giao đợt một trước 30/6/2026", "Sở Y tế", "năm 2026"),
    ]
    assert codes(found).count("several-deadlines") == 2


@pytest.mark.parametrize("when", ["; hoàn thành trước ngày 30/9/2026", ""])
def test_a_title_keeps_to_the_sentence_below_it_and_not_to_the_labels_of_the_next(when: str) -> None:
    found = read(
        "II. NHIỆM VỤ",
        "1. Xây dựng Trung tâm dữ liệu",
        f"Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh tổ chức thực hiện{when}.",
        "2. Ban hành danh mục dữ liệu",
        "Đơn vị chủ trì: Sở Tư pháp.",
        "Thời hạn: Trong tháng 8 năm 2026.",
    )
    assert [(row.title.splitlines()[0], row.lead_text, row.deadline_text) for row in found.tasks] == [
        ("Xây dựng Trung tâm dữ liệu", "Sở Y tế", when.removeprefix("; ") or None),
        ("Ban hành danh mục dữ liệu", "Sở Tư pháp", "Trong tháng 8 năm 2026"),
    ]


def test_who_leads_beside_a_deadline_in_parentheses_is_a_name_alone() -> None:
    found = read("II. NHIỆM VỤ", "1. Lắp camera (Công an xã chủ trì, Văn phòng phối hợp; quý III/2026).")
    (row,) = found.tasks
    assert (row.title, row.lead_text, row.coordinating_text) == ("Lắp camera", "Công an xã", "Văn phòng")
    assert row.deadline_text == "quý III/2026"


def test_what_gives_work_and_what_only_names_a_body() -> None:
    assert gives_work("Đề nghị Mặt trận giám sát.")
    assert not gives_work("Xây dựng đề án.")
    assert names_only_a_body("2. Công an xã:".partition(". ")[2])
    assert not names_only_a_body("Các nhiệm vụ khác")
    assert not names_only_a_body("Văn phòng rà soát hồ sơ")
