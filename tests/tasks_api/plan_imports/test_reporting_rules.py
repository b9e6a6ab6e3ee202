import pytest

from services.tasks_api.plan_imports.documents import Document, Paragraph
from services.tasks_api.plan_imports.recognition import recognise
from services.tasks_api.plan_imports.reporting_rules import read_reporting_rules
from tests.tasks_api.plan_imports.building import HEADER, Grid, read_docx, task

Found = list[tuple[str, str | None]]


def document(*texts: str) -> Document:
    return Document(tuple(Paragraph(text, at) for at, text in enumerate(texts, start=1)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Các đơn vị báo cáo hằng tháng (trước ngày 20 hằng tháng).", [("monthly", "19")]),
        ("Trước ngày 20 hằng tháng, các đơn vị báo cáo kết quả.", [("monthly", "19")]),
        ("Chậm nhất ngày 20 hàng tháng gửi báo cáo.", [("monthly", "20")]),
        (
            "Định kỳ 6 tháng (trước ngày 15/6) và hằng năm (trước ngày 10/12) báo cáo kết quả.",
            [("half_year", "06-14"), ("annual", "12-09")],
        ),
        (
            "Báo cáo 6 tháng chậm nhất ngày 14/6, báo cáo năm trước ngày 10/12.",
            [("half_year", "06-14"), ("annual", "12-09")],
        ),
        (
            "Gửi báo cáo trước ngày 20 hằng tháng và trước ngày 10/12 hằng năm.",
            [("monthly", "19"), ("annual", "12-09")],
        ),
        ("Định kỳ 6 tháng (trước ngày 15/6 và 15/12) báo cáo.", [("half_year", "06-14"), ("half_year", "12-14")]),
        ("Hằng năm, trước ngày 01 tháng 3 báo cáo cấp trên.", [("annual", "02-28")]),
        ("Hằng năm báo cáo trước ngày 01/01.", [("annual", "12-31")]),
        (
            "Thực hiện báo cáo tiến độ hằng tháng, Quý trên hệ thống.",
            [("monthly", None), ("quarterly", None)],
        ),
        (
            "Chế độ báo cáo tháng, quý, 6 tháng và năm.",
            [("monthly", None), ("quarterly", None), ("half_year", None), ("annual", None)],
        ),
        ("Báo cáo hằng tuần vào thứ Sáu.", [("weekly", None)]),
        ("Thực hiện báo cáo đột xuất khi có yêu cầu.", [("ad_hoc", None)]),
        ("Hằng năm báo cáo trước ngày 31/02.", [("annual", None)]),
        ("Hang thang bao cao truoc ngay 20.", [("monthly", "19")]),
        ("Đưa vào kế hoạch công tác hằng năm và báo cáo kết quả.", []),
        ("Báo cáo năm 2026 gửi trước 10/12/2026.", [("ad_hoc", "2026-12-09")]),
        ("Báo cáo quý IV/2025 đã gửi.", []),
        ("Hằng năm đánh giá, công bố mức độ hoàn thành.", []),
        ("Kịp thời báo cáo những khó khăn, vướng mắc.", []),
        ("Căn cứ chế độ báo cáo hằng năm;", []),
        ("Chuyển từ quản lý dựa trên báo cáo định kỳ sang dữ liệu.", []),
    ],
)
def test_a_sentence_gives_its_periods_and_days(text: str, expected: Found) -> None:
    rules, _ = read_reporting_rules(document(text))
    assert [(rule.period.value, rule.due) for rule in rules] == expected


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("Kiểm tra thường xuyên. Hằng tháng báo cáo kết quả. Khen thưởng.", "Hằng tháng báo cáo kết quả."),
        ("Bảo đảm trật tự; định kỳ hằng tháng báo cáo kết quả.", "định kỳ hằng tháng báo cáo kết quả"),
        ("Hằng tháng\nbáo cáo kết quả.", "Hằng tháng báo cáo kết quả."),
    ],
)
def test_a_rule_keeps_its_sentence_or_its_clause(paragraph: str, text: str) -> None:
    rules, _ = read_reporting_rules(document(paragraph))
    assert [rule.text for rule in rules] == [text]


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["Hằng tháng báo cáo kết quả."], ["reporting-due-missing"]),
        (["Hằng tháng báo cáo kết quả.", "Báo cáo gửi trước ngày 20 hằng tháng."], []),
        (["Báo cáo gửi trước ngày 20 hằng tháng."], []),
        (["Định kỳ báo cáo kết quả về Ban Thường vụ."], ["reporting-period-unknown"]),
        (["Báo cáo đột xuất khi có yêu cầu."], []),
    ],
)
def test_what_the_sentences_leave_open_is_an_issue(texts: list[str], codes: list[str]) -> None:
    _, issues = read_reporting_rules(document(*texts))
    assert [issue.code for issue in issues] == codes


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Các phòng báo cáo kết quả về Văn phòng trước ngày 10 của tháng cuối quý.", False),
        (
            "Văn phòng tổng hợp, báo cáo UBND tỉnh định kỳ 6 tháng trước ngày 20/6 và báo cáo năm trước ngày 15/12.",
            False,
        ),
        ("Các phòng xây dựng kế hoạch xong trước ngày 15/02/2026.", True),
        ("Các phòng xây dựng kế hoạch trước ngày 15/02/2026 và báo cáo trước ngày 20 hằng tháng.", True),
        ("Các phòng báo cáo trước ngày 20/6 hằng năm và ban hành quy chế trước ngày 15/7/2026.", True),
    ],
)
def test_a_sentence_that_became_rules_is_no_duty_left_outside(sentence: str, told: bool) -> None:
    document = read_docx("III. TỔ CHỨC THỰC HIỆN", f"1. {sentence}", Grid([HEADER, task("1")]))
    issues = [issue.code for issue in recognise(document).issues]
    assert issues.count("duty-outside-tasks") == told
