"""Where the title of a plan ends, and heads written in other ways."""

from datetime import date

import pytest

from services.tasks_api.plan_imports.documents import Document, Paragraph
from services.tasks_api.plan_imports.plan_tables import find_plan_tables
from services.tasks_api.plan_imports.title_block import PlanKind, TitleBlock, read_title_block
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task

TASKS = Grid([HEADER, task("1")])


def block_of(*blocks: Paragraph) -> TitleBlock:
    document = Document((*blocks, *read_docx(TASKS).tables))
    return read_title_block(document, find_plan_tables(document).tasks)[0]


def bold(*texts: str) -> list[Paragraph]:
    return [Paragraph(text, at, bold=True) for at, text in enumerate(texts, start=1)]


@pytest.mark.parametrize(
    "heading",
    [
        "I. CHỈ TIÊU",
        "I- MỤC TIÊU",
        "I – MỤC TIÊU",
        "II. NHIỆM VỤ TRỌNG TÂM",
        "1. Công tác tham mưu",
        "1.1. Hạ tầng",
        "1) Hạ tầng",
        "A. KẾT QUẢ",
        "PHẦN THỨ NHẤT",
        "Phần I",
        "MỤC ĐÍCH, YÊU CẦU",
        "Căn cứ Luật",
        "Kính gửi: Các đơn vị",
    ],
)
def test_a_bold_heading_below_the_title_is_no_part_of_it(heading: str) -> None:
    assert block_of(*bold("KẾ HOẠCH", "Phát triển đô thị", "năm 2026", heading)).title == "Phát triển đô thị năm 2026"


@pytest.mark.parametrize(
    "line", ["Phân công nhiệm vụ năm 2026", "Phấn đấu đạt chuẩn", "V/v giao nhiệm vụ", "giai đoạn 2026 - 2030"]
)
def test_a_bold_line_that_goes_on_with_the_title_belongs_to_it(line: str) -> None:
    assert block_of(*bold("KẾ HOẠCH", "Phát triển đô thị", line)).title == f"Phát triển đô thị {line}"


def test_a_plan_without_a_title_does_not_take_its_first_heading_for_one() -> None:
    assert block_of(*bold("KẾ HOẠCH", "I. MỤC TIÊU")).title is None


@pytest.mark.parametrize(
    "lines",
    [
        ("THÔNG BÁO", "Kết luận của Chủ tịch tại phiên họp tháng 3"),
        ("THÔNG BÁO\nKết luận của Chủ tịch\ntại phiên họp tháng 3",),
        ("THÔNG BÁO", "Kết luận của Chủ tịch", "tại phiên họp tháng 3"),
    ],
)
def test_a_notice_of_a_conclusion_is_one_over_any_number_of_lines(lines: tuple[str, ...]) -> None:
    block = block_of(*bold(*lines, "1. Về thu ngân sách"))
    assert (block.title, block.kind) == ("Kết luận của Chủ tịch tại phiên họp tháng 3", PlanKind.CONCLUSION)


def test_another_notice_has_a_title_and_no_kind() -> None:
    block = block_of(*bold("THÔNG BÁO", "Về việc phân công nhiệm vụ"))
    assert (block.title, block.kind) == ("Về việc phân công nhiệm vụ", None)


def test_a_head_without_marks_is_read() -> None:
    letterhead = Grid(
        [
            ("SO NOI VU", "CONG HOA XA HOI CHU NGHIA VIET NAM\nDoc lap - Tu do - Hanh phuc"),
            ("So: 12/KH-SNV", "Ben Song, ngay 12 thang 3 nam 2026"),
        ]
    )
    document = read_docx(letterhead, "KE HOACH", "Chuyen doi so nam 2026", TASKS)
    block, issues = read_title_block(document, find_plan_tables(document).tasks)
    assert block == TitleBlock("12/KH-SNV", date(2026, 3, 12), "SO NOI VU", "Chuyen doi so nam 2026", PlanKind.PLAN)
    assert not issues


def test_an_appendix_without_marks_names_its_plan() -> None:
    attached = "(Kem theo Ke hoach so 12/KH-UBND ngay 20/01/2026 cua UBND xa Long Thanh)"
    block = block_of(*bold("PHU LUC", "Nhiem vu nam 2026", attached))
    assert block == TitleBlock(
        "12/KH-UBND", date(2026, 1, 20), "UBND xa Long Thanh", "Nhiem vu nam 2026", PlanKind.PLAN
    )
