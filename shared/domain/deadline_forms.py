"""Whole deadlines in folded Vietnamese: limits, recurring work, years onwards, phases.

Every reader takes text from `deadline_clauses.canonical` and gives None unless the whole of it is understood.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from shared.domain.deadline_recurrences import ALWAYS, read_recurring
from shared.domain.deadline_spans import FIRST_YEAR, WEEKDAY, Span, read_period, read_point, read_range
from shared.domain.deadline_values import BY_CONVENTION, CERTAIN, Deadline, DeadlineKind, Recurrence


def read_form(text: str) -> Deadline | None:
    """The deadline that the whole text says."""
    return read_recurring(text) or _onwards(text) or _dated_then_continuous(text) or _phased(text) or _dated(text)


_DOING = r"(?:(?:hoan thanh|thuc hien|trien khai|xong) )?"
_BEFORE = re.compile(rf"{_DOING}(?:(?:tu nay )?den )?truoc (?:thoi diem )?(?P<limit>.+)")
_UNTIL = re.compile(
    rf"{_DOING}(?:(?:(?:cham|muon) nhat|khong (?:(?:cham|muon) hon|qua))(?: la)?(?: (?:vao|trong|den))?"
    r"|(?:tu nay )?den|toi)?(?: ?\bhet)? ?(?P<limit>.+)"
)
_WITHIN = re.compile(rf"{_DOING}(?:(?:trong|vao) )?(?P<span>.+)")


def _dated(text: str) -> Deadline | None:
    """One-off work: a span, a day, or a last day ("trước" excludes the day or period it names)."""
    if deadline := _at_an_hour(text) or _on_a_weekday(text) or _with_a_vision(text) or _in_a_span_by_a_day(text):
        return deadline
    if match := _WITHIN.fullmatch(text):
        if span := read_period(match["span"]) or read_range(match["span"]):
            start = None if span.kind is DeadlineKind.DATE else span.first
            return Deadline(span.kind, start, span.last, None, CERTAIN)
        if point := read_point(match["span"]):
            return _by(point, point.last)
    if match := _BEFORE.fullmatch(text):
        limit = read_period(match["limit"])
        if limit and limit.kind is DeadlineKind.HALF_YEAR:
            return None  # who writes "trước 6 tháng đầu năm" may mean its end
        last = limit.first - timedelta(days=1) if limit else None
        return _by(limit, last) if limit and last and last.year >= FIRST_YEAR else None
    if match := _UNTIL.fullmatch(text):
        limit = read_period(match["limit"]) or read_point(match["limit"])
        return _by(limit, limit.last) if limit else None
    return None


_AT_AN_HOUR = re.compile(
    rf"{_DOING}(?:truoc |(?:cham|muon) nhat(?: la)? )?(?:luc )?"
    r"(?:0?[1-9]|1[0-9]|2[0-4]) ?(?:h|g|gio)(?: ?[0-5][0-9] ?(?:phut|p)?)?,? (?P<day>(?:ngay )?[0-9].+)"
)
_ON_A_WEEKDAY = re.compile(rf"(?P<deadline>.*?(?P<day>[0-9]+([/.-])[0-9]+\3[0-9]{{4}})),? \((?P<weekday>{WEEKDAY})\)")
_WEEKDAYS = {
    name: day
    for day, names in enumerate(("hai 2", "ba 3", "tu 4", "nam 5", "sau 6", "bay 7"))
    for name in (f"thu {each}" for each in names.split())
} | {"chu nhat": 6}
_WITH_A_VISION = re.compile(r"(?P<deadline>.+?),? (?:tam nhin|dinh huong) (?:den )?(?:nam )?[0-9]{4}")


def _at_an_hour(text: str) -> Deadline | None:
    """An hour of a day: that day, also where it says "trước"."""
    match = _AT_AN_HOUR.fullmatch(text)
    day = read_period(match["day"]) if match else None
    return _by(day, day.last) if day and day.kind is DeadlineKind.DATE else None


def _on_a_weekday(text: str) -> Deadline | None:
    """A day with its name in the week, which must be true."""
    match = _ON_A_WEEKDAY.fullmatch(text)
    day = read_period(match["day"]) if match else None
    if match is None or day is None or day.first.weekday() != _WEEKDAYS[match["weekday"]]:
        return None
    return _dated(match["deadline"])


def _with_a_vision(text: str) -> Deadline | None:
    """ "Đến năm 2030, tầm nhìn đến năm 2045": a vision is no deadline."""
    match = _WITH_A_VISION.fullmatch(text)
    deadline = _dated(match["deadline"]) if match else None
    return replace(deadline, confidence=BY_CONVENTION) if deadline else None


_SPAN_AND_LIMIT = re.compile(
    rf"{_DOING}(?:trong )?(?P<span>[^,;()]+?)(?:[,;] ?| ?\()"
    r"(?P<limit>(?:hoan thanh |xong )?(?:truoc|(?:cham|muon) nhat|den|khong qua) [^()]+)\)?"
)


def _in_a_span_by_a_day(text: str) -> Deadline | None:
    """ "Năm 2026, hoàn thành trước 30/11/2026": the day within the span counts."""
    match = _SPAN_AND_LIMIT.fullmatch(text)
    span = read_period(match["span"]) or read_range(match["span"]) if match else None
    limit = _dated(match["limit"]) if match and span else None
    if limit is None or span is None or limit.due is None or not span.first <= limit.due <= span.last:
        return None
    return Deadline(DeadlineKind.DATE, span.first, limit.due, None, BY_CONVENTION)


def _by(limit: Span, due: date) -> Deadline:
    confidence = CERTAIN if limit.kind is DeadlineKind.DATE else BY_CONVENTION
    return Deadline(DeadlineKind.DATE, None, due, None, confidence)


_ONWARDS = re.compile(
    r"(?P<since>(?:bat dau |ke )?tu )?(?P<begin>.+?)"
    r"(?: tro di| tro ve sau|(?P<years>,? va (?:nhung|cac) nam (?:tiep theo|ke tiep|tiep sau|sau do|sau|toi)))"
)


def _onwards(text: str) -> Deadline | None:
    match = _ONWARDS.fullmatch(text)
    begin = read_period(match["begin"]) if match else None
    if match is None or begin is None:
        return None
    if match["years"] and not match["since"] and begin.kind is not DeadlineKind.YEAR:
        # "Quý I/2026 và các năm tiếp theo": a first time with a day of its own, of which later years say none.
        start = None if begin.kind is DeadlineKind.DATE else begin.first
        return Deadline(DeadlineKind.MONTH_AND_CONTINUOUS, start, begin.last, Recurrence.CONTINUOUS, BY_CONVENTION)
    return Deadline(DeadlineKind.YEAR_ONWARDS, begin.first, None, Recurrence.ANNUAL, CERTAIN)


_THEN_CONTINUOUS = re.compile(
    rf"(?P<dated>.+?),? (?:va|sau do) (?:(?:thuc hien|duy tri|trien khai) )?{ALWAYS}(?:,? hang nam)?"
)


def _dated_then_continuous(text: str) -> Deadline | None:
    """ "Tháng 8/2025 và thường xuyên"; a quarter, a year or a day may stand where the month does."""
    match = _THEN_CONTINUOUS.fullmatch(text)
    dated = _dated(match["dated"]) if match else None
    if dated is None:
        return None
    return Deadline(DeadlineKind.MONTH_AND_CONTINUOUS, dated.start, dated.due, Recurrence.CONTINUOUS, dated.confidence)


# A numbered document, 204-QĐ/TW or 57/KH-UBND: its symbol holds letters, so it cannot be a date.
_DOCUMENT = (
    r"(?:quyet dinh|ke hoach|nghi quyet|chuong trinh|chi thi|ket luan|de an)(?: so)? ?"
    r"[0-9]+[a-z]?(?:[-/][0-9]{4})?(?:[-/][a-z]+[0-9]{0,2})+"
)
_PHASED = re.compile(
    r"(?:(?:trien khai|thuc hien)(?: nhiem vu)? )?(?:theo )?(?:lo trinh )?phan ky (?:trong )?"
    rf"(?P<span>.+?)(?: theo {_DOCUMENT})?"
)


def _phased(text: str) -> Deadline | None:
    """Work phased by another document: due with the last day of the years it names."""
    match = _PHASED.fullmatch(text)
    span = (read_period(match["span"]) or read_range(match["span"])) if match else None
    if span is None or span.kind is DeadlineKind.DATE:
        return None
    return Deadline(DeadlineKind.PHASED, span.first, span.last, None, BY_CONVENTION)
