from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.targets import Comparator, Target, parse_target

NUMBERS = [
    ("≥ 90", None, ">= 90"),
    ("≥90", "%", ">= 90 %"),
    (">= 90%", None, ">= 90 %"),
    ("≥ 90 (%)", None, ">= 90 %"),
    ("đạt ≥ 90 %", None, ">= 90 %"),
    ("≥ 0,7", "Chỉ số", ">= 0.7 Chỉ số"),
    ("tối thiểu 30%", None, ">= 30 %"),
    ("ít nhất 01 doanh nghiệp", None, ">= 1"),
    ("không dưới 30%", None, ">= 30 %"),
    ("từ 60% dân số trở lên", None, ">= 60 %"),
    ("đạt từ 60% đến số trở lên", None, ">= 60 %"),
    ("đạt từ 60% đến", None, ">= 60 %"),
    ("ĐẠT TỪ 70% TRỞ LÊN.", None, ">= 70 %"),
    ("> 80%", None, "> 80 %"),
    ("đạt > 85%", None, "> 85 %"),
    ("trên 90%", None, "> 90 %"),
    ("tren 90 phần trăm", None, "> 90 %"),
    ("> 2% và tăng dần về sau", None, "> 2 %"),
    ("≤ 10", "giờ", "<= 10 giờ"),
    ("không quá 5", None, "<= 5"),
    ("không để quá 5%", None, "<= 5 %"),
    ("không được dưới 90%", None, ">= 90 %"),
    ("tối đa 5 ngày", None, "<= 5"),
    ("5 trở xuống", None, "<= 5"),
    ("< 5%", None, "< 5 %"),
    ("dưới 5%", None, "< 5 %"),
    ("100%", None, "= 100 %"),
    ("đạt 100%", None, "= 100 %"),
    ("phấn đấu đạt 95,5% số xã", None, "= 95.5 %"),
    ("bảo đảm 100% trạm y tế được kết nối", None, "= 100 %"),
    ("> 90% văn bản được ký số", None, "> 90 %"),
    ("100% công chức thực hiện Kế hoạch số 57/KH-UBND", None, "= 100 %"),
    ("1,5", "% GRDP", "= 1.5 % GRDP"),
    ("99", "% dân số", "= 99 % dân số"),
    ("02 thành phố", "Thành phố", "= 2 Thành phố"),
    ("50%", "Thành phố", "= 50 %"),
    ("70", "-", "= 70"),
    # what is measured names its unit itself
    ("01 Gbps", None, "= 1 Gbps"),
    ("Tối thiểu 01Gbps", None, ">= 1 Gbps"),
    ("2,5 tỷ đồng", None, "= 2.5 tỷ đồng"),
    ("≥ 30 GB", "GB", ">= 30 GB"),
    ("từ 10 đến 20 ha", None, "between 10 20 ha"),
    # how Vietnamese writes numbers
    ("1.000", None, "= 1000"),
    ("1.234.567,5", None, "= 1234567.5"),
    ("12.5", None, "= 12.5"),
    ("0.005", None, "= 0.005"),
]

PROSE = [
    *(None, "", " ", "Hoàn thành", "Đồng bộ, thông suốt", "đạt yêu cầu", "đạt, vượt mức được giao"),
    *("Không thấp hơn mức chi của kỳ trước", "Đạt loại khá; có ít nhất 01 sản phẩm được chứng nhận"),
    # compared with something else, or of another size
    *("tăng 10%", "vượt 5%", "gấp 2 lần", "5 lần", "15 triệu", "2 tỷ", "80% so với năm trước", "80% so với 2024"),
    *("5/10", "hơn 2/3 số xã", "> 2%/năm", "khoảng 30%", "90% (tối thiểu)", "80% hoặc hơn", "từ 60%"),
    # signs and numbers with more than one reading
    *("≠ 5", "≱ 5", "=> 5", "-5", "1,500", "0.123.456", "30-25", "25-25", "5G", "> 5G", "5 sao", "٥", "9" * 400),
]

RANKS = [
    ("Thuộc nhóm 05 tỉnh, thành phố đứng đầu vùng", "Thứ bậc", 5),
    ("Thuộc nhóm 05 tỉnh", None, 5),
    ("trong top 10", None, 10),
    ("thuộc nhóm 05", None, 5),
    ("Trong 10 địa phương dẫn đầu cả nước", None, 10),
    ("Xếp hạng trong số 20 tỉnh, thành phố cao nhất", None, 20),
    ("đứng thứ 5", None, 5),
    ("Xếp hạng từ thứ 10 trở lên", None, 10),
    ("≤ 10", "Thứ bậc", 10),
    ("≤ 10 (thứ bậc)", None, 10),
    ("10", "Xếp hạng", 10),
]

NO_RANK = [
    ("thuộc nhóm 2", None),
    ("nhóm 05 tỉnh cuối", None),
    ("trong 10 địa phương được chọn", None),
    ("hạng 5 từ dưới lên", None),
    ("thứ 10 trở xuống", None),
    ("từ thứ 10", None),
    ("thuộc nhóm 0 tỉnh", None),
    ("≥ 10", "Thứ bậc"),
    ("≤ 2,5", "Thứ bậc"),
    ("5-10", "Thứ bậc"),
    ("Thuộc nhóm địa phương có điểm khá", "Thứ bậc"),
]


def written(target: Target) -> str:
    parts = (target.comparator.value, target.value, target.value_to, target.unit)
    return " ".join(str(part) for part in parts if part is not None)


@pytest.mark.parametrize(("text", "unit", "expected"), NUMBERS)
def test_numbers_to_reach(text: str, unit: str | None, expected: str) -> None:
    assert written(parse_target(text, unit)) == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("25-30", "25", "30"),
        ("25 – 30%", "25", "30"),
        ("từ 25% đến 30%", "25", "30"),
        ("đạt 1-1,5", "1", "1.5"),
    ],
)
def test_numbers_to_stay_between(text: str, low: str, high: str) -> None:
    target = parse_target(text, "%/năm")
    assert target == Target(Comparator.BETWEEN, Decimal(low), Decimal(high), "%/năm")


@pytest.mark.parametrize(("text", "unit", "place"), RANKS)
def test_ranks_to_be_within(text: str, unit: str | None, place: int) -> None:
    target = parse_target(text, unit)
    assert (target.comparator, target.value, target.value_to) == (Comparator.RANK_WITHIN, Decimal(place), None)


@pytest.mark.parametrize(("text", "unit"), NO_RANK)
def test_doubtful_ranks_are_qualitative(text: str, unit: str | None) -> None:
    assert parse_target(text, unit) == Target(Comparator.QUALITATIVE, None, None, unit)


@pytest.mark.parametrize("text", PROSE)
def test_what_is_not_surely_a_number_is_qualitative(text: str | None) -> None:
    assert parse_target(text) == Target(Comparator.QUALITATIVE, None, None, None)


def test_prose_keeps_the_unit_of_its_column() -> None:
    assert parse_target("Hoàn thành", " Trung tâm\u00a0dữ liệu ").unit == "Trung tâm dữ liệu"


@given(
    st.sampled_from(list(Comparator)[:5]),
    st.decimals(0, 999, places=2),
    st.booleans(),
    st.sampled_from(["", " "]),
)
def test_signs_and_decimal_commas_are_read_back(
    comparator: Comparator, value: Decimal, percent: bool, gap: str
) -> None:
    text = f"{comparator.value}{gap}{value}".replace(".", ",") + ("%" if percent else "")
    assert parse_target(text) == Target(comparator, value, None, "%" if percent else None)


SCRAPS = [
    *("≥", "<=", ">", "=", "≠", "%", "1", "90", "1.000", "0,7", "1.5", "2025", "-", "/", ".", ",", "(", ")", " "),
    *("từ", "đến", "trở lên", "trở xuống", "tối thiểu", "không quá", "trên", "đạt", "nhóm", "top", "tỉnh", "triệu"),
]


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(SCRAPS), max_size=7).map("".join)),
    st.sampled_from([None, "%", "Thứ bậc", "xã"]),
)
def test_any_text_gives_a_sane_target(text: str, unit: str | None) -> None:
    target = parse_target(text, unit)
    assert (target.value is None) == (target.comparator is Comparator.QUALITATIVE)
    assert (target.value_to is not None) == (target.comparator is Comparator.BETWEEN)
    if target.value is not None and target.value_to is not None:
        assert target.value < target.value_to
