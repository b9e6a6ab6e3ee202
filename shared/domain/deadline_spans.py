"""Calendar spans in folded Vietnamese: `quy iv/2025`, `thang 3-5/2026`, `2026-2027`, `cuoi nam 2026`.

Every reader takes text from `deadline_clauses.canonical` and gives None unless the whole of it is understood.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.deadline_values import DeadlineKind

FIRST_YEAR, LAST_YEAR = FIRST_DAY.year, LAST_DAY.year

_ORDINALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4}
_QUARTER_NUMBER = r"(?:iv|i{1,3}|0?[1-4]|mot|hai|ba|bon|tu)"
_TWO_DIGITS = r"[0-9]{1,2}"
# "Tháng năm" alone is May or "month and year": only the month's other names are taken for it.
_MONTH_NAMES = {
    "gieng": 1,
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "tu": 4,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
    "chap": 12,
}
_MONTH_NAME = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
WEEKDAY = r"(?:thu (?:[2-7]|hai|ba|tu|nam|sau|bay)|chu nhat)"
_YEAR = r"(?P<year>[0-9]{4})"
_OF = r"(?: ?[/.-] ?(?:nam )?|,? (?:nam )?)"
_SLASH = r" ?(?P<slash>[/.-]) ?"


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both included; a day is a span of one day with kind `date`."""

    kind: DeadlineKind
    first: date
    last: date


def month_span(year: int, month: int, length: int = 1, kind: DeadlineKind = DeadlineKind.MONTH) -> Span:
    """`length` whole months from the given one; `month` may run past 12 into later years.

    Raises ValueError for a month or a year that does not exist.
    """
    after = year * 12 + month - 1 + length
    next_month = date(after // 12, after % 12 + 1, 1)
    return Span(kind, date(year, month, 1), next_month - timedelta(days=1))


def quarter_span(year: int, quarter: int) -> Span:
    return month_span(year, quarter * 3 - 2, 3, DeadlineKind.QUARTER)


def half_year_span(year: int, half: int) -> Span:
    return month_span(year, half * 6 - 5, 6, DeadlineKind.HALF_YEAR)


def year_span(year: int) -> Span:
    return month_span(year, 1, 12, DeadlineKind.YEAR)


def _day(found: dict[str, str]) -> Span:
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    return Span(DeadlineKind.DATE, day, day)


def _month(found: dict[str, str]) -> Span:
    month = found["month"]
    return month_span(int(found["year"]), _MONTH_NAMES.get(month) or int(month))


def _quarter(found: dict[str, str]) -> Span:
    return quarter_span(int(found["year"]), _number(found["quarter"]))


def _half_year(found: dict[str, str]) -> Span:
    return half_year_span(int(found["year"]), 1 if found["half"] == "dau" else 2)


def _months_at_an_end(found: dict[str, str]) -> Span:
    """The first, or the last, three or nine months of a year."""
    length = 3 if found["months"] in {"3", "03", "ba"} else 9
    first = 1 if found["half"] == "dau" else 13 - length
    return month_span(int(found["year"]), first, length, DeadlineKind.RANGE)


def _year(found: dict[str, str]) -> Span:
    return year_span(int(found["year"]))


def _number(word: str) -> int:
    return _ORDINALS.get(word) or int(word)


_PERIODS: tuple[tuple[re.Pattern[str], Callable[[dict[str, str]], Span]], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (rf"(?:ngay )?(?P<day>{_TWO_DIGITS}){_SLASH}(?P<month>{_TWO_DIGITS}) ?(?P=slash) ?{_YEAR}", _day),
        (rf"(?:ngay )?(?P<day>{_TWO_DIGITS}) thang (?P<month>{_TWO_DIGITS}){_OF}{_YEAR}", _day),
        (rf"(?:ngay )?{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})", _day),
        (rf"(?P<month>{_TWO_DIGITS}){_SLASH}{_YEAR}", _month),
        (rf"(?:thang|t\.?) ?(?P<month>{_TWO_DIGITS}){_OF}{_YEAR}", _month),
        (rf"thang (?P<month>{_MONTH_NAME}){_OF}{_YEAR}", _month),
        (rf"(?:quy|q\.?) ?(?P<quarter>{_QUARTER_NUMBER}){_OF}{_YEAR}", _quarter),
        (rf"(?:0?6|sau) thang (?P<half>dau|cuoi){_OF}{_YEAR}", _half_year),
        (rf"nua (?P<half>dau|cuoi) nam {_YEAR}", _half_year),
        (rf"(?P<months>[39]|0[39]|ba|chin) thang (?P<half>dau|cuoi){_OF}{_YEAR}", _months_at_an_end),
        (rf"(?:(?:ca )?nam ?)?{_YEAR}", _year),
    )
)


_ASIDE = re.compile(r"(?P<before>[^()]+?) ?\((?P<within>[^()]+)\)")
_IN_IT = re.compile(r"^(?:hoan thanh |xong )?trong ")


def read_period(text: str) -> Span | None:
    """One day, month, quarter, half-year or year; the year may stand in parentheses, or what is meant of it."""
    if match := _ASIDE.fullmatch(text):
        within = _IN_IT.sub("", match["within"])
        return _period(f"{match['before']} {within}") or _period(f"{within} {match['before']}")
    return _period(text)


def _period(text: str) -> Span | None:
    for pattern, build in _PERIODS:
        if match := pattern.fullmatch(text):
            try:
                span = build(match.groupdict())
            except ValueError:
                return None  # the words are right but no such day or month exists: 31/2/2026
            return span if FIRST_YEAR <= span.first.year <= LAST_YEAR else None
    return None


_END_OR_MIDDLE = re.compile(r"(?P<which>cuoi|giua) (?P<period>.+)")


def read_point(text: str) -> Span | None:
    """The day the law gives to "cuối năm", "giữa năm", "cuối tháng", "giữa tháng" (Civil Code 2015 art. 146).

    "Đầu năm 2026" stays unread: the law makes it 1 January, which no plan that writes it can mean.
    """
    match = _END_OR_MIDDLE.fullmatch(text)
    period = read_period(match["period"]) if match else None
    if match is None or period is None:
        return None
    if match["which"] == "cuoi" and period.kind in {DeadlineKind.YEAR, DeadlineKind.QUARTER, DeadlineKind.MONTH}:
        day = period.last
    elif match["which"] == "giua" and period.kind is DeadlineKind.YEAR:
        day = date(period.first.year, 6, 30)
    elif match["which"] == "giua" and period.kind is DeadlineKind.MONTH:
        day = period.first.replace(day=15)
    else:
        return None
    return Span(DeadlineKind.DATE, day, day)


_JOINT = r"(?: ?- ?| den (?:het )?)"
_COMMA = r"(?: ?[,;] ?| va )"
_RANGE_OPENING = re.compile(r"^(?:giai doan )?(?:tu )?")
_ELLIPSIS = re.compile(
    rf"(?:tu )?(?:(?P<quarters>quy|q)\.? ?(?P<qs>{_QUARTER_NUMBER}(?:(?:{_JOINT}|{_COMMA})(?:quy )?{_QUARTER_NUMBER})+)"
    rf"|thang (?P<ms>{_TWO_DIGITS}(?:(?:{_JOINT}|{_COMMA})(?:thang )?{_TWO_DIGITS})+)){_OF}{_YEAR}"
)


def read_range(text: str) -> Span | None:
    """Several periods as one: `2026-2027`, `tu quy i den quy iii/2026`, `nam 2026, nam 2027`, `thang 3-5/2026`."""
    return (
        _from_to(text)
        or _one_after_another(text)
        or _sharing_a_year(text)
        or _days_sharing_a_year(text)
        or _days_of_a_month(text)
    )


def _from_to(text: str) -> Span | None:
    body = _RANGE_OPENING.sub("", text)
    for joint in re.finditer(_JOINT, body):
        begin, end = read_period(body[: joint.start()]), read_period(body[joint.end() :])
        if begin and end:
            return _joined(begin, end)
    return None


def _one_after_another(text: str) -> Span | None:
    periods = [read_period(part) for part in re.split(_COMMA, text)]
    spans = [period for period in periods if period]
    return _contiguous(spans) if len(spans) == len(periods) else None


def _sharing_a_year(text: str) -> Span | None:
    match = _ELLIPSIS.fullmatch(text)
    if match is None:
        return None
    unit = "quy" if match["qs"] else "thang"
    listing = match["qs"] or match["ms"]
    numbers = re.split(rf"(?:{_JOINT}|{_COMMA})(?:{unit} )?", listing)
    periods = [read_period(f"{unit} {number}/{match['year']}") for number in numbers]
    spans = [period for period in periods if period]
    if len(spans) < len(periods):
        return None
    if re.search(_JOINT, listing):
        return _joined(spans[0], spans[1]) if len(spans) == 2 else None
    return _contiguous(spans)


_DAYS_OF_A_YEAR = re.compile(
    rf"(?:tu )?(?:ngay )?(?P<begin>{_TWO_DIGITS}(?:/| thang ){_TWO_DIGITS}){_JOINT}(?P<end>.+(?P<year>[0-9]{{4}}))"
)


def _days_sharing_a_year(text: str) -> Span | None:
    """`tu ngay 1/3 den ngay 30/6/2026`."""
    match = _DAYS_OF_A_YEAR.fullmatch(text)
    if match is None:
        return None
    begin, end = read_period(f"{match['begin']}/{match['year']}"), read_period(match["end"])
    return _joined(begin, end) if begin and end and end.kind is DeadlineKind.DATE else None


_DAYS_OF_A_MONTH = re.compile(
    rf"(?:tu )?(?:ngay )?(?P<begin>{_TWO_DIGITS}){_JOINT}(?P<end>(?:ngay )?{_TWO_DIGITS}(?P<month>(?:/| thang ).+))"
)


def _days_of_a_month(text: str) -> Span | None:
    """`15 - 16/10/2026`; `3-5/2026` stays unread, it may as well be two months."""
    match = _DAYS_OF_A_MONTH.fullmatch(text)
    begin = read_period(f"{match['begin']}{match['month']}") if match else None
    end = read_period(match["end"]) if match else None
    both_days = begin and end and begin.kind is DeadlineKind.DATE and end.kind is DeadlineKind.DATE
    return _joined(begin, end) if begin and end and both_days else None


def _contiguous(spans: list[Span]) -> Span | None:
    gaps = [later.first - earlier.last for earlier, later in pairwise(spans)]
    if len(spans) < 2 or any(gap != timedelta(days=1) for gap in gaps):
        return None
    return _joined(spans[0], spans[-1])


def _joined(begin: Span, end: Span) -> Span | None:
    if begin.first < end.first and begin.last < end.last:
        return replace(begin, kind=DeadlineKind.RANGE, last=end.last)
    return None
