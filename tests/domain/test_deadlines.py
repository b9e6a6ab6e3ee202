from datetime import date, timedelta

import pytest

from shared.domain.deadlines import UNKNOWN, parse_deadline


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


ONE_OFF = [
    # a day
    ("20/3/2025", "date", None, "2025-03-20"),
    ("ngày 20 tháng 3 năm 2025", "date", None, "2025-03-20"),
    ("20 tháng 3/2025", "date", None, "2025-03-20"),
    ("31-12-2026", "date", None, "2026-12-31"),
    ("31.12.2026", "date", None, "2026-12-31"),
    ("31 / 12 / 2026", "date", None, "2026-12-31"),
    ("2026-12-31", "date", None, "2026-12-31"),
    ("29/2/2028", "date", None, "2028-02-29"),
    # a last day, the named day included
    ("chậm nhất ngày 15/8/2025", "date", None, "2025-08-15"),
    ("Muộn nhất là ngày 15/8/2025", "date", None, "2025-08-15"),
    ("không muộn hơn 15/8/2025", "date", None, "2025-08-15"),
    ("đến ngày 15/8/2025", "date", None, "2025-08-15"),
    ("đến hết ngày 15/8/2025", "date", None, "2025-08-15"),
    ("đến hết năm 2026", "date", None, "2026-12-31"),
    ("hết quý II/2026", "date", None, "2026-06-30"),
    ("đến năm 2030", "date", None, "2030-12-31"),
    ("đến tháng 2/2028", "date", None, "2028-02-29"),
    ("Không quá ngày 30/6/2026", "date", None, "2026-06-30"),
    ("Năm 2026, định hướng đến năm 2030", "year", "2026-01-01", "2026-12-31"),
    ("Đến năm 2030, tầm nhìn đến năm 2045", "date", None, "2030-12-31"),
    # an hour of a day, a day with its name
    ("trước 17 giờ 00 ngày 20/3/2025", "date", None, "2025-03-20"),
    ("Chậm nhất là 8h30 ngày 20/3/2025", "date", None, "2025-03-20"),
    ("24h ngày 30/6/2026", "date", None, "2026-06-30"),
    ("20/3/2025 (thứ năm)", "date", None, "2025-03-20"),
    ("Trước ngày 23/3/2025 (Chủ nhật)", "date", None, "2025-03-22"),
    # a last day, the named day or period excluded
    ("Trước 20/3/2025", "date", None, "2025-03-19"),
    ("Trước ngày 20/3/2025", "date", None, "2025-03-19"),
    ("trước 30/6/2026", "date", None, "2026-06-29"),
    ("Hoàn thành trước ngày 1/3/2026", "date", None, "2026-02-28"),
    ("trước tháng 6/2026", "date", None, "2026-05-31"),
    ("trước quý I/2026", "date", None, "2025-12-31"),
    ("trước năm 2026", "date", None, "2025-12-31"),
    # the days the law gives to these words
    ("cuối năm 2026", "date", None, "2026-12-31"),
    ("giữa năm 2026", "date", None, "2026-06-30"),
    ("đến cuối năm 2026", "date", None, "2026-12-31"),
    ("cuối quý III/2026", "date", None, "2026-09-30"),
    ("cuối tháng 2/2026", "date", None, "2026-02-28"),
    ("giữa tháng 8/2026", "date", None, "2026-08-15"),
    # a month
    ("12/2028", "month", "2028-12-01", "2028-12-31"),
    ("3/2026", "month", "2026-03-01", "2026-03-31"),
    ("T8/2025", "month", "2025-08-01", "2025-08-31"),
    ("Tháng 8 năm 2025", "month", "2025-08-01", "2025-08-31"),
    ("tháng tám năm 2025", "month", "2025-08-01", "2025-08-31"),
    ("Tháng mười hai/2025", "month", "2025-12-01", "2025-12-31"),
    ("Trong tháng 02/2028", "month", "2028-02-01", "2028-02-29"),
    # a quarter
    ("Quý IV/2025", "quarter", "2025-10-01", "2025-12-31"),
    ("QUÝ  III / 2026", "quarter", "2026-07-01", "2026-09-30"),
    ("quí IV/2025", "quarter", "2025-10-01", "2025-12-31"),
    ("Quy IV/2025", "quarter", "2025-10-01", "2025-12-31"),
    ("Q.IV/2025", "quarter", "2025-10-01", "2025-12-31"),
    ("Quý 4/2025", "quarter", "2025-10-01", "2025-12-31"),
    ("Quý 4 năm 2025", "quarter", "2025-10-01", "2025-12-31"),
    ("quý tư năm 2025", "quarter", "2025-10-01", "2025-12-31"),
    ("Quý\u00a0IV–2025.", "quarter", "2025-10-01", "2025-12-31"),
    ("- Quý II, năm 2026;", "quarter", "2026-04-01", "2026-06-30"),
    ("Hoàn thành trong quý I/2026", "quarter", "2026-01-01", "2026-03-31"),
    # half a year
    ("6 tháng đầu năm 2026", "half_year", "2026-01-01", "2026-06-30"),
    ("06 tháng cuối năm 2026", "half_year", "2026-07-01", "2026-12-31"),
    ("Sáu tháng đầu năm 2026", "half_year", "2026-01-01", "2026-06-30"),
    ("nửa cuối năm 2026", "half_year", "2026-07-01", "2026-12-31"),
    # a year
    ("Năm 2026", "year", "2026-01-01", "2026-12-31"),
    ("Nam 2026", "year", "2026-01-01", "2026-12-31"),
    ("2026", "year", "2026-01-01", "2026-12-31"),
    ("Trong năm 2026", "year", "2026-01-01", "2026-12-31"),
    # several periods
    ("2026-2027", "range", "2026-01-01", "2027-12-31"),
    ("2025 -2026", "range", "2025-01-01", "2026-12-31"),
    ("2025 – 2026", "range", "2025-01-01", "2026-12-31"),
    ("Năm 2026, Năm 2027", "range", "2026-01-01", "2027-12-31"),
    ("năm 2026 và năm 2027", "range", "2026-01-01", "2027-12-31"),
    ("giai đoạn 2025-2030", "range", "2025-01-01", "2030-12-31"),
    ("Từ năm 2026 đến hết năm 2030", "range", "2026-01-01", "2030-12-31"),
    ("từ 1/3/2026 đến 30/6/2026", "range", "2026-03-01", "2026-06-30"),
    ("Quý I-II/2026", "range", "2026-01-01", "2026-06-30"),
    ("Quý I, II và III/2026", "range", "2026-01-01", "2026-09-30"),
    ("từ quý I đến quý III năm 2026", "range", "2026-01-01", "2026-09-30"),
    ("Tháng 3-5/2026", "range", "2026-03-01", "2026-05-31"),
    ("từ tháng 3 đến tháng 5/2026", "range", "2026-03-01", "2026-05-31"),
    ("20/3/2025 và 21/3/2025", "range", "2025-03-20", "2025-03-21"),
    ("tháng 12/2025 - tháng 2/2026", "range", "2025-12-01", "2026-02-28"),
    ("từ ngày 01/3 đến ngày 31/12/2026", "range", "2026-03-01", "2026-12-31"),
    ("9 tháng đầu năm 2026", "range", "2026-01-01", "2026-09-30"),
    ("03 tháng cuối năm 2026", "range", "2026-10-01", "2026-12-31"),
    # what is meant of a year, in parentheses
    ("Năm 2026 (Quý II)", "quarter", "2026-04-01", "2026-06-30"),
    ("Quý II (2026)", "quarter", "2026-04-01", "2026-06-30"),
    # a day within a longer span
    ("Năm 2026, trước ngày 30/11/2026", "date", "2026-01-01", "2026-11-29"),
    ("Quý IV/2026 (chậm nhất 30/11/2026)", "date", "2026-10-01", "2026-11-30"),
    ("Hoàn thành trong quý IV/2026, trước ngày 30/11/2026", "date", "2026-10-01", "2026-11-29"),
    ("Năm 2026 (hoàn thành trong Quý III)", "quarter", "2026-07-01", "2026-09-30"),
    # as they are also written
    ("30/9/26", "date", None, "2026-09-30"),
    ("Trước ngày 20.3.25", "date", None, "2025-03-19"),
    ("Qúi 4/26", "quarter", "2026-10-01", "2026-12-31"),
    ("Tháng 8/26", "month", "2026-08-01", "2026-08-31"),
    ("ngày30/6/2026", "date", None, "2026-06-30"),
    ("Trước ngày30/6/2026", "date", None, "2026-06-29"),
    ("Đến trước 30/6/2026", "date", None, "2026-06-29"),
    ("Từ nay đến 30/11/2026", "date", None, "2026-11-30"),
    ("Từ nay đến hết năm 2026", "date", None, "2026-12-31"),
    ("Từ nay đến trước ngày 30/11/2026", "date", None, "2026-11-29"),
    ("15 - 16/10/2026", "range", "2026-10-15", "2026-10-16"),
    ("từ ngày 15 đến ngày 20 tháng 10 năm 2026", "range", "2026-10-15", "2026-10-20"),
    # phased by another document
    ("Phân kỳ năm 2026 theo Quyết định số 204-QĐ/TW", "phased", "2026-01-01", "2026-12-31"),
    ("theo phân kỳ giai đoạn 2026-2028", "phased", "2026-01-01", "2028-12-31"),
]

RECURRING = [
    ("Hằng năm", "annual", None, None, "annual"),
    ("Hàng năm.", "annual", None, None, "annual"),
    ("mỗi năm 01 lần", "annual", None, None, "annual"),
    ("Hằng năm, từ năm 2026 đến năm 2030", "annual", "2026-01-01", "2030-12-31", "annual"),
    ("Hằng năm (giai đoạn 2026-2030)", "annual", "2026-01-01", "2030-12-31", "annual"),
    ("Năm 2026-2030 (hằng năm)", "annual", "2026-01-01", "2030-12-31", "annual"),
    ("Thường xuyên (2026-2030)", "continuous", "2026-01-01", "2030-12-31", "continuous"),
    ("Tối thiểu 02 lần/năm", "half_year", None, None, "half_year"),
    ("1 năm 2 lần", "half_year", None, None, "half_year"),
    ("02 lần/năm", "half_year", None, None, "half_year"),
    ("mỗi năm hai lần", "half_year", None, None, "half_year"),
    ("4 lần/năm", "quarterly", None, None, "quarterly"),
    ("Hàng quý", "quarterly", None, None, "quarterly"),
    ("Định kỳ hằng quý", "quarterly", None, None, "quarterly"),
    ("Hàng tháng", "monthly", None, None, "monthly"),
    ("Hang thang", "monthly", None, None, "monthly"),
    ("6 tháng/lần", "half_year", None, None, "half_year"),
    ("định kỳ 06 tháng một lần", "half_year", None, None, "half_year"),
    ("Thường xuyên", "continuous", None, None, "continuous"),
    ("Thuong xuyen", "continuous", None, None, "continuous"),
    ("THƯỜNG XUYÊN", "continuous", None, None, "continuous"),
    ("Nhiệm vụ thường xuyên", "continuous", None, None, "continuous"),
    ("Thường xuyên trong năm", "continuous", None, None, "continuous"),
    ("Thường xuyên, hằng năm", "continuous", None, None, "continuous"),
    ("Thường xuyên, liên tục", "continuous", None, None, "continuous"),
    ("Nhiệm vụ thường xuyên, bắt đầu từ năm 2026", "continuous", "2026-01-01", None, "continuous"),
    ("Thường xuyên từ quý II/2026", "continuous", "2026-04-01", None, "continuous"),
    ("Thường xuyên trong năm 2026", "continuous", "2026-01-01", "2026-12-31", "continuous"),
    ("Thường xuyên đến hết năm 2030", "continuous", None, "2030-12-31", "continuous"),
    ("2025 và những năm tiếp theo", "year_onwards", "2025-01-01", None, "annual"),
    ("Năm 2026 và các năm tiếp theo", "year_onwards", "2026-01-01", None, "annual"),
    ("từ năm 2026 trở đi", "year_onwards", "2026-01-01", None, "annual"),
    ("Tháng 8/2025 và thường xuyên", "month_and_continuous", "2025-08-01", "2025-08-31", "continuous"),
    ("Quý I/2026 và thực hiện thường xuyên", "month_and_continuous", "2026-01-01", "2026-03-31", "continuous"),
    ("Trước 20/3/2025 và thường xuyên", "month_and_continuous", None, "2025-03-19", "continuous"),
    # the first time has a day of its own, which no "onwards" may swallow
    ("Quý I/2026 và những năm tiếp theo", "month_and_continuous", "2026-01-01", "2026-03-31", "continuous"),
    ("Tháng 8/2026 và các năm tiếp theo", "month_and_continuous", "2026-08-01", "2026-08-31", "continuous"),
    ("30/6/2026 và các năm tiếp theo", "month_and_continuous", None, "2026-06-30", "continuous"),
    ("Từ quý I/2026 và các năm tiếp theo", "year_onwards", "2026-01-01", None, "annual"),
    ("Từ tháng 8/2026 trở đi", "year_onwards", "2026-08-01", None, "annual"),
]

DESCRIBED = [
    ("Năm 2026 (hoàn thành phê duyệt Đề án)", "year", "2026-12-31"),
    ("Quý I/2026: hoàn thành xây dựng Đề án", "quarter", "2026-03-31"),
    ("Trước ngày 1/3/2026 ban hành Quy chế đầu tư", "date", "2026-02-28"),
    ("Năm 2026 (triển khai đổi mới sáng tạo)", "year", "2026-12-31"),
]

NOT_UNDERSTOOD = [
    # no such day, month or quarter, or a year out of reach
    *("Quý V/2025", "Quý 0/2025", "31/2/2026", "29/2/2026", "13/2026", "0/2026", "tháng 13 năm 2026"),
    *("Năm 1989", "Năm 2101", "31/12/1989", "trước năm 1990", "năm 20266", "0000", "9999", "trước 1/1/9999"),
    # a year of two digits that may be a day, or none
    *(
        "12/28",
        "2/8/15",
        "20/3-25",
        "tháng 3/15",
        "đầu năm",
        "giữa năm",
        "cuối năm",
        "Quý IV",
        "tháng 8",
        "6 tháng đầu năm",
        "năm nay",
    ),
    # more than one reading
    *(
        "đầu năm 2026",
        "trước cuối năm 2026",
        "trước 6 tháng đầu năm 2026",
        "3-5/2026",
        "từ năm 2026",
        "Tháng 8/2025, thường xuyên",
    ),
    *("chậm nhất trước ngày 15/8/2025", "Năm học 2025-2026", "nhiệm kỳ 2025-2030", "trước 6 tháng đầu năm 2026"),
    *("20/3/2025 (thứ hai)", "0h ngày 1/7/2026", "25h ngày 1/7/2026", "tháng năm 2025", "3 lần/năm"),
    *("Hằng năm (20/3/2025)", "tầm nhìn đến năm 2045", "Hằng năm (hằng quý)"),
    # out of order or with gaps
    *("2027-2026", "2026-2026", "Quý III-I/2026", "Năm 2026, Năm 2028", "Quý I, III/2026", "Quý I-II-III/2026"),
    *("Quý I - tháng 5/2026", "6 tháng năm 2026"),
    # days that do not come back as the words say, do not exist, or lie in the round before
    *("hằng năm, hằng quý", "Trước 31/2 hằng năm", "Trước 1/1 hằng năm", "trước ngày 01 hằng tháng", "32 hằng tháng"),
    *("15/3 và 15/5 hằng năm", "15/12 và 15/6 hằng năm", "15/3, 15/6, 15/9 hằng năm", "6 tháng (trước ngày 15/6)"),
    *("hằng quý (trước 15/12)", "trước cuối năm hằng năm", "trước ngày cuối tháng hằng tháng", "Trước 15/12"),
    *("ngày 31 tháng cuối quý", "Trước ngày 20 tháng sau", "hằng tháng (hằng tuần)", "3 tuần/lần", "tháng 13 hằng năm"),
    # words that could move, repeat, condition or deny the day
    *("Năm 2026 (theo chỉ đạo)", "Năm 2026 (dự kiến)", "Năm 2026 (nếu có)", "Dự kiến năm 2026", "Khoảng năm 2026"),
    *("Năm 2026 (hoàn thành quý IV)", "Năm 2026 (hoàn thành trong 2 đợt)", "Năm 2026 hoàn thành hằng tháng"),
    *("Năm 2026 hoặc 2027", "Năm 2026 (trình sau khi có hướng dẫn)", "sau năm 2026", "không trước 20/3/2025"),
    *("Năm 2026 (Đề án)", "Năm 2026 (hoàn thành) (gia hạn)", "Năm 2026 theo Quyết định số 204-QĐ/TW"),
    *(
        "Phân kỳ năm 2026 theo chỉ đạo",
        "Phân kỳ theo Quyết định số 204-QĐ/TW",
        "Phân kỳ ngày 20/3/2025",
        "Phân kỳ năm 2026 theo số 12/2027",
    ),
    # milestones that go backwards, or a step without a day
    *("Quý IV/2026 hoàn thành Đề án, Quý I/2026 nghiệm thu", "Quý I/2026 hoàn thành Đề án, trình sau đó"),
    *("Quý I/2026, Quý III/2026 nghiệm thu", "Quý I/2026 hoàn thành, hằng năm báo cáo"),
    "Quý I/2026 hoàn thành Đề án; Quý III/2026 và thường xuyên báo cáo",
    # a day outside the span it is said to lie in
    *("Năm 2026, trước ngày 30/11/2027", "Quý I/2026 (chậm nhất 30/11/2026)", "Năm 2026 (năm 2027)"),
    # no deadline at all
    *(
        "Hoàn thành",
        "đến",
        "trước",
        "hết",
        "/",
        "-",
        "Sở Nội vụ",
        "²⁰²⁶",
        "٢٠٢٦",
        "Năm 2026 hoàn thành" + " Đề án" * 50,
    ),
]


@pytest.mark.parametrize(("text", "kind", "start", "due"), ONE_OFF)
def test_one_off_deadlines_are_understood(text: str, kind: str, start: str | None, due: str) -> None:
    deadline = parse_deadline(text).deadline
    assert (deadline.kind, deadline.start, deadline.due) == (kind, day(start), day(due))
    assert deadline.recurrence is None
    assert deadline.confidence >= 0.9


@pytest.mark.parametrize(("text", "kind", "start", "due", "recurrence"), RECURRING)
def test_recurring_deadlines_are_understood(
    text: str, kind: str, start: str | None, due: str | None, recurrence: str
) -> None:
    deadline = parse_deadline(text).deadline
    assert (deadline.kind, deadline.start, deadline.due) == (kind, day(start), day(due))
    assert deadline.recurrence == recurrence
    assert deadline.confidence >= 0.9


@pytest.mark.parametrize(("text", "kind", "due"), DESCRIBED)
def test_a_description_of_the_work_lowers_the_confidence_only(text: str, kind: str, due: str) -> None:
    parsed = parse_deadline(text)
    assert (parsed.deadline.kind, parsed.deadline.due) == (kind, day(due))
    assert parsed.deadline.confidence == 0.8
    assert parsed.milestones == ()


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_wholly_understood_is_unknown(text: str) -> None:
    parsed = parse_deadline(text)
    assert (parsed.text, parsed.deadline, parsed.milestones) == (text, UNKNOWN, ())


@pytest.mark.parametrize("text", [None, "", " \n\u00a0", "\u200b"])
def test_a_blank_cell_is_unknown_with_empty_text(text: str | None) -> None:
    parsed = parse_deadline(text)
    assert (parsed.text, parsed.deadline) == ("", UNKNOWN)


def test_the_text_is_kept_as_written() -> None:
    assert parse_deadline(" Quý\u00a0IV/2025 ").text == " Quý\u00a0IV/2025 "


def test_before_a_day_is_one_day_earlier_than_by_that_day() -> None:
    by, before = parse_deadline("đến ngày 1/1/2026").deadline, parse_deadline("trước ngày 1/1/2026").deadline
    assert by.due is not None
    assert before.due == by.due - timedelta(days=1)
