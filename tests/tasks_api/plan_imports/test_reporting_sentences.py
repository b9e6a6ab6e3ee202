"""Sentences of other plans: how they say when to report, and what is told where they leave it open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.documents import Document, Paragraph
from services.tasks_api.plan_imports.reporting_rules import ReportingRule, read_reporting_rules

Found = list[tuple[str, str | None]]


def read(text: str) -> tuple[list[ReportingRule], list[str]]:
    rules, issues = read_reporting_rules(Document((Paragraph(text, 1),)))
    return rules, [issue.code for issue in issues]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Các đơn vị báo cáo kết quả quý trước ngày 20 tháng cuối quý; báo cáo năm gửi trước ngày 10/12.",
            [("quarterly", None), ("annual", "12-09")],
        ),
        ("Định kỳ vào ngày 20 của tháng cuối quý, các phòng báo cáo kết quả về Văn phòng.", [("quarterly", None)]),
        ("Chậm nhất ngày 05 của tháng đầu quý sau, các xã gửi báo cáo quý.", [("quarterly", None)]),
        ("Gửi báo cáo vào cuối mỗi quý.", [("quarterly", None)]),
        ("Căn cứ Kế hoạch này, các đơn vị báo cáo UBND xã trước ngày 25 hàng tháng.", [("monthly", "24")]),
        ("Căn cứ Báo cáo tháng 6 của Sở Nội vụ, báo cáo hằng năm của các xã.", []),
        (
            "Các tổ báo cáo về Ban Giám hiệu 02 lần trong năm: lần 1 trước 30/5, lần 2 trước 30/11.",
            [("half_year", "05-29"), ("half_year", "11-29")],
        ),
        (
            "Các tổ báo cáo 02 lần/năm: lần 1 trước 30/5; lần 2 trước 30/11.",
            [("half_year", "05-29"), ("half_year", "11-29")],
        ),
        ("Hai lần/năm (tháng 6 và tháng 12) báo cáo Thường trực.", [("half_year", "06-30"), ("half_year", "12-31")]),
        ("Mỗi năm hai lần báo cáo Thường trực.", [("half_year", None)]),
        ("Báo cáo hằng quý và hằng năm.", [("quarterly", None), ("annual", None)]),
        ("Gửi báo cáo trước ngày 15/6 và 15/12 hằng năm.", [("half_year", "06-14"), ("half_year", "12-14")]),
        (
            "Ngày 20 hằng tháng, ngày 15 tháng cuối quý và ngày 10/12 hằng năm gửi báo cáo.",
            [("monthly", "20"), ("quarterly", None), ("annual", "12-10")],
        ),
        (
            "Định kỳ 6 tháng trước ngày 15/6, trước ngày 10/12 hằng năm báo cáo.",
            [("half_year", "06-14"), ("annual", "12-09")],
        ),
        (
            "Báo cáo kết quả (lồng ghép trong báo cáo cải cách hành chính quý, 6 tháng, năm).",
            [("quarterly", None), ("half_year", None), ("annual", None)],
        ),
        ("Gửi báo cáo về Sở trước ngày 05 của tháng kế tiếp.", [("monthly", "4")]),
        ("Vào tuần cuối của tháng, các đơn vị báo cáo.", [("monthly", None)]),
        (
            "Định kỳ 3 tháng, 6 tháng, 9 tháng và năm, các đơn vị báo cáo về Sở.",
            [("quarterly", None), ("half_year", None), ("annual", None)],
        ),
        (
            "Thời hạn gửi báo cáo: 6 tháng trước ngày 10/6; năm trước ngày 5/12.",
            [("half_year", "06-09"), ("annual", "12-04")],
        ),
        (
            "Báo cáo sơ kết 6 tháng gửi trước 05/6, tổng kết năm gửi trước 05/12.",
            [("half_year", "06-04"), ("annual", "12-04")],
        ),
        ("Các phòng báo cáo vào ngày cuối tháng.", [("monthly", "31")]),
        ("Mỗi tháng một lần, các đơn vị báo cáo tiến độ.", [("monthly", None)]),
        ("06 tháng một lần, các đơn vị báo cáo tiến độ.", [("half_year", None)]),
        ("Định kỳ hằng tháng báo cáo Sở; thời hạn gửi trước ngày 20.", [("monthly", "19")]),
        ("Báo cáo hằng tháng từ ngày 15 đến ngày 20.", [("monthly", "20")]),
        ("Báo cáo vào ngày 10 và ngày 25 hằng tháng.", [("monthly", "10"), ("monthly", "25")]),
        ("Tổng hợp báo cáo năm gửi trước ngày 12/12/2026.", [("annual", "12-11")]),
        ("Hằng năm báo cáo theo Quyết định số 5/QĐ-UBND ngày 10/02/2026.", [("annual", None)]),
    ],
)
def test_every_way_of_saying_a_period_is_read(text: str, expected: Found) -> None:
    assert [(rule.period.value, rule.due) for rule in read(text)[0]] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Các đơn vị gửi báo cáo tháng trước ngày 18 hằng tháng.", [("monthly", "17")]),
        ("Báo cáo tháng, quý; báo cáo tháng gửi trước ngày 20.", [("quarterly", None), ("monthly", "19")]),
        ("Hằng quý, trước ngày 25 tháng thứ ba của quý, các đơn vị báo cáo.", [("quarterly", None)]),
    ],
)
def test_one_period_of_a_sentence_is_one_rule_and_the_dated_one(text: str, expected: Found) -> None:
    assert [(rule.period.value, rule.due) for rule in read(text)[0]] == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Gửi báo cáo về UBND tỉnh trước ngày 30/11/2026.", ["2026-11-29"]),
        ("Trước 30/11/2026, các đơn vị gửi báo cáo về Sở.", ["2026-11-29"]),
        ("Gửi báo cáo kết quả về Ban vào ngày 10/6 và ngày 10/11/2026.", ["2026-06-10", "2026-11-10"]),
        ("Gửi báo cáo về Sở trước ngày 01/01/2027.", ["2026-12-31"]),
        ("Gửi báo cáo số liệu tính đến ngày 15/11/2026 trước ngày 30 tháng 11 năm 2026.", ["2026-11-29"]),
        ("Theo Kế hoạch số 12/KH-UBND ngày 03/4/2026, gửi báo cáo về Sở trước ngày 30/11/2026.", ["2026-11-29"]),
    ],
)
def test_a_report_that_is_due_once_keeps_its_date(text: str, days: list[str]) -> None:
    rules, codes = read(text)
    assert [(rule.period.value, rule.due) for rule in rules] == [("ad_hoc", day) for day in days]
    assert codes == []


@pytest.mark.parametrize(
    "text",
    [
        "Các đơn vị gửi báo cáo trước ngày 30/11.",
        "Thời hạn gửi báo cáo: trước ngày 15.",
        "Báo cáo kết quả về Sở ba lần trong năm.",
        "Báo cáo hằng ngày trước 17 giờ.",
        "Gửi báo cáo về Sở sau khi kết thúc đợt kiểm tra.",
        "Gửi báo cáo: quý I trước ngày 15/3; quý II trước ngày 15/6.",
    ],
)
def test_a_duty_with_a_time_that_is_no_period_is_told(text: str) -> None:
    rules, codes = read(text)
    assert [rule.period.value for rule in rules] == ["unspecified"]
    assert codes == ["reporting-period-unknown"]


@pytest.mark.parametrize(
    "text",
    [
        "Rà soát các khoản nợ, báo cáo UBND tỉnh trước ngày 25/3/2026.",
        "Theo báo cáo gửi về Sở trước ngày 30/11/2025.",
        "Báo cáo số 12/BC-UBND ngày 03/4/2026 của UBND xã.",
        "Các đơn vị đã gửi báo cáo về Sở trước ngày 30/11/2025.",
        "Báo cáo thẳng về Sở những khó khăn.",
        "Báo cáo nắm tình hình nhân dân.",
        "Báo cáo quỹ vì người nghèo.",
        "Báo cáo kết quả quy hoạch đô thị.",
        "Hệ thống thông tin báo cáo tỉnh được nâng cấp trong tháng 5.",
        "Chế độ báo cáo",
    ],
)
def test_a_sentence_that_only_mentions_reports_makes_no_noise(text: str) -> None:
    assert read(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Các đơn vị báo cáo trước 15 giờ thứ Sáu hằng tuần.", "Chỉ giữ bằng lời hạn gửi báo cáo tuần"),
        ("Báo cáo hằng quý (trước ngày 15 của tháng cuối quý).", "Chỉ giữ bằng lời hạn gửi báo cáo quý"),
        ("Báo cáo hằng quý.", "Chưa rõ hạn gửi báo cáo quý"),
    ],
)
def test_a_day_of_a_week_or_quarter_is_told_as_words_that_are_kept(text: str, opening: str) -> None:
    _, (issue,) = read_reporting_rules(Document((Paragraph(text, 1),)))
    assert issue.code == "reporting-due-missing"
    assert issue.message.startswith(opening)


_WORDS = (
    "báo cáo gửi về Sở trước ngày 30/11/2026 31/02 20 15/6 hằng tháng quý năm 6 9 02 lần định kỳ cuối ; . , ( ) : "
    "đột xuất và mỗi tuần 99/99/9999 chế độ thời hạn đến từ II"
)
_SENTENCES = st.lists(st.sampled_from(_WORDS.split()), max_size=25).map(" ".join)


@given(st.one_of(_SENTENCES, st.text(max_size=80)))
def test_any_text_gives_rules_of_its_own_words(text: str) -> None:
    rules, _ = read(text)
    assert all(rule.text in " ".join(text.split()) for rule in rules)
