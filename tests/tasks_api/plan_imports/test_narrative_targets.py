"""Indicators given in the text of a plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.recognition import Recognised, recognise
from services.tasks_api.plan_imports.target_phrases import find_targets
from shared.domain.targets import parse_target
from shared.domain.text import squeeze
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
        # of how many is counted is not how many there are to be
        ("Bình quân 12 cán bộ nghiên cứu trên 1 vạn dân.", ()),
        ("1/3 số cán bộ đạt trên 80 điểm.", ("1/3 số cán bộ đạt trên 80",)),
        ("Ít nhất 2/3 tổng số xã đạt trên 80%.", ("2/3 tổng số xã đạt trên 80%",)),
        ("Mật độ thuê bao trên 100 dân.", ()),
        ("Số thuê bao trên 100 dân đạt 110.", ("đạt 110",)),
        # another number before it leaves open which one is the target
        ("Thu hút 05 dự án trên 1.000 tỷ đồng.", ("05 dự án trên 1.000 tỷ đồng",)),
        ("Đến năm 2030: 20 sản phẩm OCOP 4 sao trở lên.", ("20 sản phẩm OCOP 4 sao trở lên",)),
        ("Camera AI lắp tại 100 điểm trên 20 tuyến.", ("100 điểm trên 20",)),
        ("Trong 5 năm, có ít nhất 03 mô hình.", ("ít nhất 03",)),
        # what is close, denied, compared or of another size
        ("Khoảng 80% hộ có cáp quang.", ("Khoảng 80%",)),
        ("Tỷ lệ hộ có mạng đạt gần 100%.", ("gần 100%",)),
        ("gan 100% ho co mang", ("gan 100%",)),
        ("Không để quá 5% hồ sơ trễ hạn.", ("Không để quá 5%",)),
        ("Không để 5% hồ sơ trễ hạn.", ("Không để 5%",)),
        ("Không thấp hơn mức bình quân cả nước 80%.", ("Không thấp hơn mức bình quân cả nước 80%",)),
        ("Thanh toán không dùng tiền mặt đạt 80%.", ("đạt 80%",)),
        ("Số người dùng đạt 1,2 triệu.", ("đạt 1,2 triệu",)),
        ("Doanh thu đạt 1,2 triệu đồng.", ("đạt 1,2 triệu đồng",)),
        # a place among others
        ("Xếp hạng từ thứ 10 trở lên trong 34 tỉnh.", ("Xếp hạng từ thứ 10 trở lên",)),
        ("Đứng thứ 5 cả nước.", ("Đứng thứ 5",)),
        # a second goal beside the first
        ("Chi 2% ngân sách, tối thiểu 3% từ năm 2028.", ("2%", "tối thiểu 3%")),
        ("Tỷ trọng bán lẻ đạt trên 10%, phấn đấu 12%.", ("đạt trên 10%",)),
        (
            "Kinh tế số tối thiểu 30% GRDP; năng suất tăng bình quân trên 8,5%/năm.",
            ("tối thiểu 30%", "tăng bình quân trên 8,5%/năm"),
        ),
        (
            "Kinh tế số tối thiểu 30% GRDP; tăng trưởng đạt trên 8,5%/năm.",
            ("tối thiểu 30%", "đạt trên 8,5%/năm"),
        ),
        ("Số hộ có thu nhập trên 5 triệu đồng/tháng đạt 70%.", ("đạt 70%",)),
        ("Tỷ lệ hộ nghèo dưới 1%, giảm 2% so với năm 2025.", ("dưới 1%",)),
        ("", ()),
    ],
)
def test_the_target_is_found_in_the_words(text: str, targets: tuple[str, ...]) -> None:
    assert find_targets(text) == targets


@pytest.mark.parametrize(
    ("text", "comparator", "value"),
    [
        ("Không để quá 5% hồ sơ trễ hạn.", "<=", 5),
        ("Không được dưới 90% hồ sơ đúng hạn.", ">=", 90),
        ("Xếp hạng từ thứ 10 trở lên trong 34 tỉnh.", "rank_within", 10),
        ("Số bác sĩ đạt 15 người trên 10.000 dân.", "=", 15),
        ("Khoảng 80% hộ có cáp quang.", "qualitative", None),
        ("Không thấp hơn mức bình quân cả nước 80%.", "qualitative", None),
        ("Số người dùng đạt 1,2 triệu.", "qualitative", None),
        ("Thu hút 05 dự án trên 1.000 tỷ đồng.", "qualitative", None),
        ("Có 20 sản phẩm 4 sao trở lên.", "qualitative", None),
        ("Không để 5% hồ sơ trễ hạn.", "qualitative", None),
    ],
)
def test_the_words_found_say_what_is_meant_or_no_number(text: str, comparator: str, value: int | None) -> None:
    (phrase,) = find_targets(text)
    target = parse_target(phrase)
    assert (target.comparator, target.value) == (comparator, value)


_SCRAPS = (
    "trên dưới 5 100 1.000 80% 20% đạt tối thiểu không để quá khoảng gần trở lên triệu đồng sao dân hộ , ; . vạn "
    "xếp hạng thứ 10 từ tăng giảm /năm so với năm 2025 mức bình quân thấp hơn"
)


@given(st.one_of(st.text(), st.lists(st.sampled_from(_SCRAPS.split()), max_size=14).map(" ".join)))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    plain = squeeze(text)
    assert all(phrase in plain for phrase in find_targets(text))
