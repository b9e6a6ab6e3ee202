"""Indicators given in the text of a plan."""

import pytest

from services.tasks_api.plan_imports.recognition import Recognised, recognise
from services.tasks_api.plan_imports.target_phrases import find_targets
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task

TABLE = Grid([HEADER, task("1")])


def read(*lines: str) -> Recognised:
    return recognise(read_docx(*lines, TABLE))


def test_items_under_goals_are_indicators_with_the_year_of_their_heading() -> None:
    found = read(
        "I. MỤC TIÊU, YÊU CẦU",
        "1. Mục tiêu tổng quát",
        "- Phường trở thành phường số.",
        "2. Mục tiêu cụ thể",
        "2.1. Đến năm 2030",
        "(1) Tỷ lệ hộ có cáp quang > 95%.",
        "(2) Trong năm 2027, 100% trường học có mạng không dây.",
        "2.2. Năm 2026",
        "- Xây dựng văn hóa số trong cơ quan.",
        "3. Yêu cầu",
        "- 100% cơ quan báo cáo đúng hạn.",
    )
    assert [(row.no, row.target_text, row.year, row.group) for row in found.indicators] == [
        ("2.1(1)", "> 95%", 2030, "Đến năm 2030"),
        ("2.1(2)", "100%", 2027, "Đến năm 2030"),
        ("2.2(1)", None, 2026, "Năm 2026"),
    ]
    assert [row.place.address for row in found.indicators] == ["p6", "p7", "p9"]


def test_an_indicator_that_repeats_another_is_told_once() -> None:
    found = read("II. CHỈ TIÊU", "1. Hồ sơ đúng hạn đạt 98%.", "2. Hồ sơ  đúng hạn đạt 98%.")
    assert [row.no for row in found.indicators] == ["II(1)"]
    assert [issue.code for issue in found.issues] == ["indicator-repeated"]


def test_several_targets_in_one_sentence_are_for_a_person_to_settle() -> None:
    found = read("II. CHỈ TIÊU", "1. Tỷ lệ hồ sơ trực tuyến đạt 80%, hồ sơ số hóa đạt 90%.")
    assert [row.target_text for row in found.indicators] == ["đạt 80%; đạt 90%"]
    assert [issue.code for issue in found.issues] == ["target-ambiguous"]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("Tỷ lệ phủ sóng đạt từ 60% dân số trở lên.", ("đạt từ 60% dân số trở lên",)),
        ("Hộ gia đình có tốc độ 01 Gbps đạt từ 70% trở lên.", ("đạt từ 70% trở lên",)),
        ("100% học sinh được học kỹ năng số.", ("100%",)),
        ("Người dân từ 15 tuổi trở lên có tài khoản > 95%.", ("> 95%",)),
        ("Tỷ lệ người dân có chữ ký số > 50%.", ("> 50%",)),
        ("Chi cho nghiên cứu đạt 1,5% GRDP (trong đó ngoài ngân sách từ 60% trở lên).", ("đạt 1,5%",)),
        ("Kinh tế số tối thiểu 30% GRDP.", ("tối thiểu 30%",)),
        ("Phản ánh trả lời quá hạn không quá 2%.", ("không quá 2%",)),
        ("Chỉ số chuyển đổi số thuộc nhóm 05 tỉnh dẫn đầu.", ("thuộc nhóm 05 tỉnh dẫn đầu",)),
        ("Tăng trung bình 02 - 05%/năm.", ()),
        ("Có ít nhất 03 mô hình điểm.", ("ít nhất 03",)),
        ("Triển khai Nghị quyết số 57-NQ/TW trong năm 2026.", ()),
        ("Hệ thống đạt cấp độ 3 về an toàn thông tin.", ()),
        ("Xây dựng 3 nhà văn hóa.", ()),
        ("", ()),
    ],
)
def test_the_target_is_found_in_the_words(text: str, targets: tuple[str, ...]) -> None:
    assert find_targets(text) == targets
