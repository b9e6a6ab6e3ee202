"""Numbers that are no level to reach are never read as one, and the same words without marks say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.target_phrases import find_targets
from shared.domain.targets import Comparator, parse_target
from shared.domain.text import fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tăng thêm 10% số hộ.", "Tăng thêm 10%"),
        ("Giảm 5% so với năm 2025.", "Giảm 5% so với năm 2025"),
        ("Số vụ giảm tối thiểu 5%.", "giảm tối thiểu 5%"),
        ("Thu ngân sách tăng từ 10% trở lên.", "tăng từ 10% trở lên"),
        ("Ít nhất 10% so với cùng kỳ, có kiểm tra.", "Ít nhất 10% so với cùng kỳ"),
        ("Tỷ lệ hài lòng đạt và vượt 95%.", "đạt và vượt 95%"),
        ("Thu nhập tăng thêm 5 triệu đồng.", "tăng thêm 5 triệu đồng"),
    ],
)
def test_a_change_keeps_its_words_and_has_no_value(text: str, words: str) -> None:
    assert find_targets(text) == (words,)
    assert parse_target(words).comparator is Comparator.QUALITATIVE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nâng tỷ lệ từ 20% lên 40%.", "40%"),
        ("Giảm tỷ lệ hộ nghèo từ 5% xuống dưới 2%.", "dưới 2%"),
        ("Tỷ lệ hộ nghèo giảm còn 2%.", "2%"),
        ("Thu ngân sách đạt 1.200 tỷ đồng, tăng 10%.", "đạt 1.200 tỷ đồng"),
        ("Thu nhập bình quân đạt 75 triệu đồng.", "đạt 75 triệu đồng"),
        ("Tốc độ tăng trưởng đạt 9%.", "đạt 9%"),
        ("Một trăm phần trăm hồ sơ được số hóa.", "100%"),
        ("100 phần trăm hồ sơ được số hóa.", "100 phần trăm"),
    ],
)
def test_a_level_is_still_a_target(text: str, words: str) -> None:
    assert find_targets(text) == (words,)
    assert parse_target(words).comparator is not Comparator.QUALITATIVE


@pytest.mark.parametrize("opening", ["Toàn bộ", "Tất cả", "Mọi"])
def test_all_of_something_is_no_share(opening: str) -> None:
    assert find_targets(f"{opening} thủ tục được thực hiện trực tuyến.") == ()


def test_an_average_a_year_and_two_levels_are_left_to_a_person() -> None:
    assert find_targets("Tăng trưởng bình quân 15%/năm.") == ()
    assert find_targets("Trên 90% hộ dân hài lòng, dưới 2% hộ nghèo.") == ("Trên 90%", "dưới 2%")


@pytest.mark.parametrize(
    "text",
    [
        "Trên 90% hộ dân có tài khoản.",
        "Kinh tế số tối thiểu 30% GRDP.",
        "Hồ sơ quá hạn không quá 2%.",
        "Tỷ lệ phủ sóng đạt từ 60% dân số trở lên.",
        "Số vụ giảm ít nhất 5%.",
        "Tỷ lệ hài lòng đạt và vượt 95%.",
    ],
)
def test_a_text_without_marks_means_the_same(text: str) -> None:
    (marked,), (plain,) = find_targets(text), find_targets(fold(text))
    assert parse_target(plain) == parse_target(marked)


_WORDS = "tăng giảm thêm 10% 20 từ lên đạt và vượt trên so với năm 2025 một trăm phần trăm triệu đồng / ( ) . , -"
_SENTENCES = st.lists(st.sampled_from(_WORDS.split()), max_size=25).map(" ".join)


@given(st.one_of(_SENTENCES, st.text(max_size=80)))
def test_any_text_gives_targets(text: str) -> None:
    assert all(find_targets(text))
