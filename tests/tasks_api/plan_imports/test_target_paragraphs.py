"""Goals that a plain paragraph lists, and the year each indicator is to be reached in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.documents import Document, Paragraph
from services.tasks_api.plan_imports.narrative_targets import NarrativeTargets, read_narrative_targets
from services.tasks_api.plan_imports.outline import read_outline


def read(*lines: str, heading: str = "I. MỤC TIÊU") -> NarrativeTargets:
    paragraphs = (Paragraph(line, at) for at, line in enumerate(lines, start=2))
    return read_narrative_targets(read_outline(Document((Paragraph(heading, 1, bold=True), *paragraphs))))


def test_a_plain_paragraph_is_taken_apart_with_the_year_at_its_head() -> None:
    found = read(
        "Đến cuối năm 2028: tỷ lệ đô thị hóa đạt 75%; tỷ lệ hộ nghèo dưới 1%; có ít nhất 03 mô hình (mới; hay)."
    )
    assert [(row.no, row.text, row.target_text, row.year) for row in found.indicators] == [
        ("I(1)", "tỷ lệ đô thị hóa đạt 75%", "đạt 75%", 2028),
        ("I(2)", "tỷ lệ hộ nghèo dưới 1%", "dưới 1%", 2028),
        ("I(3)", "có ít nhất 03 mô hình (mới; hay).", "ít nhất 03", 2028),
    ]
    assert {row.place.address for row in found.indicators} == {"p2"}
    assert found.issues == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Đến năm 2028, tỷ lệ hộ nghèo dưới 1%; tỷ lệ đô thị hóa đạt 75%.", [2028, 2028]),
        ("Phấn đấu đến hết năm 2028: hộ nghèo dưới 1%; đến năm 2030 đô thị hóa đạt 75%.", [2028, 2030]),
        ("Năm 2026: hộ nghèo dưới 1%.", [2026]),
        ("Tỷ lệ hộ nghèo dưới 1%.", [None]),
        ("Duy trì ở mức 80%.", [None]),
    ],
)
def test_a_part_with_a_year_of_its_own_keeps_it(text: str, years: list[int | None]) -> None:
    assert [row.year for row in read(text).indicators] == years


@pytest.mark.parametrize(
    "text",
    [
        "Phường trở thành phường số.",
        "Thực hiện Nghị quyết số 57-NQ/TW, đến năm 2030 phường là đô thị thông minh.",
        "Triển khai Quyết định số 12/QĐ-UBND ngày 15/3/2026.",
        "Phấn đấu đạt 10 chỉ tiêu sau:",
    ],
)
def test_a_paragraph_without_a_figure_is_a_general_goal(text: str) -> None:
    assert read(text).indicators == ()


def test_a_general_goal_in_a_list_is_still_an_indicator() -> None:
    assert [row.text for row in read("- Không để xảy ra cháy rừng.").indicators] == ["Không để xảy ra cháy rừng."]


def test_paragraphs_elsewhere_are_not_read() -> None:
    assert read("Tỷ lệ hộ nghèo dưới 1%.", heading="I. MỤC ĐÍCH").indicators == ()
    assert read("Tỷ lệ hộ nghèo dưới 1%.", heading="1. Mục tiêu tổng quát").indicators == ()


def test_counted_numbers_pass_over_printed_ones() -> None:
    found = read("Hộ nghèo dưới 1%; đô thị hóa đạt 75%.", "1) Hồ sơ đúng hạn đạt 98%.", "- Trồng 50 cây.")
    numbers = [row.no for row in found.indicators]
    assert len(set(numbers)) == 4
    assert numbers[2] == "I(1)"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("100% hồ sơ được số hóa trong năm 2026.", 2026),
        ("Ít nhất 90% chi bộ dùng sổ tay vào cuối năm 2026.", 2026),
        ("90% người dân hài lòng vào năm 2027.", 2027),
        ("90% chi bộ dùng sổ điện tử vào cuối năm 2026.", 2026),
        ("Giữ 90% đạt được từ cuối năm 2025.", None),
        ("90% người dân hài lòng đến hết năm 2027.", 2027),
        ("90% nguoi dan hai long den het nam 2027.", 2027),
        ("Số vụ giảm 5% so với năm 2025.", None),
        ("Số vụ giảm 5% so với cuối năm 2025.", None),
        ("Đạt 95% (năm 2025 đạt 90%).", None),
        ("Trong năm 2026, giảm 5% so với năm 2025.", 2026),
        ("Từ năm 2026 đến năm 2030, 80% hộ có cáp quang.", 2030),
    ],
)
def test_the_year_is_read_wherever_it_stands(text: str, year: int | None) -> None:
    found = read(f"- {text}")
    assert [row.year for row in found.indicators] == [year]
    assert "target-year-ambiguous" not in {issue.code for issue in found.issues}


def test_of_several_years_none_is_chosen_and_a_person_is_told() -> None:
    found = read(
        "- Đến năm 2026, 80% hồ sơ trực tuyến; đến năm 2030, 100% hồ sơ trực tuyến.", heading="I. CHỈ TIÊU 2026"
    )
    assert [row.year for row in found.indicators] == [None]
    assert {issue.code for issue in found.issues} == {"target-ambiguous", "target-year-ambiguous"}
    assert [issue.place.address for issue in found.issues if issue.place] == ["p2", "p2"]


def test_a_plain_line_above_a_list_gives_its_year() -> None:
    lines = ("Phấn đấu đến cuối năm 2027:", "- Hộ nghèo dưới 1%.", "- Trong năm 2026, 80% hộ có mạng.")
    found = read(*lines, "Về lâu dài:", "- Hộ nghèo dưới 0,5%.", heading="I. MỤC TIÊU NĂM 2030")
    assert [row.year for row in found.indicators] == [2027, 2026, 2030]


def test_the_heading_gives_the_year_where_the_words_name_none() -> None:
    (row,) = read("- Giảm 5% so với năm 2025.", heading="I. MỤC TIÊU NĂM 2026").indicators
    assert row.year == 2026


_WORDS = "Đến cuối năm 2028 : ; , . ( ) 75% dưới 1% trong vào hết 2030 so với 1) - hộ nghèo đạt Chủ trì"
_PARAGRAPHS = st.lists(st.sampled_from(_WORDS.split()), min_size=1, max_size=20).map(" ".join)


@given(st.lists(st.one_of(_PARAGRAPHS, st.text(max_size=60)), max_size=4))
def test_any_paragraphs_give_indicators_with_words(lines: list[str]) -> None:
    assert all(row.text for row in read(*lines).indicators)
