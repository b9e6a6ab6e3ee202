"""The days a folded sentence names for a report, as `ReportingRule.due` writes them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from services.tasks_api.plan_imports.reporting_periods import Period
from shared.domain.calendar import FIRST_DAY, LAST_DAY
from shared.domain.recurring_days import read_days

_DAY_OF_YEAR = re.compile(
    r"(?P<before>truoc )?(?:ngay )?(?<![\d/])(?P<day>\d{1,2})(?:[/.-]| thang )(?P<month>\d{1,2})"
    r"(?:(?:[/.-]| nam )(?P<year>\d{4}))?(?![\d/])"
)
_DAY_OF_MONTH = re.compile(r"(?P<before>truoc )?ngay (?P<day>\d{1,2})(?![\d/])(?! thang \d)")
_SPAN_OF_DAYS = re.compile(r"\btu (?:ngay )?\d{1,2} (?:den|-) (?=(?:het )?(?:ngay )?\d)")
_LAST_OF_MONTH = re.compile(
    r"(?<!tuan )(?P<before>truoc )?(?:ngay )?cuoi (?:cung )?(?:cua )?(?:(?:hang|moi) )?thang\b(?! \d)"
)
_MONTHS = re.compile(r"\bthang \d{1,2}(?:(?:,| va) thang \d{1,2})*\b(?!/)")
# The day of a document, or the one that figures are counted from or up to, is no day to report on.
_OTHER_DAY = re.compile(r"(?:\w[/-][a-z][\w/-]*,?|\b(?:tu|ke tu|tinh den|so lieu den|ban hanh)) (?:ngay )?$")
_NAMED_DAYS = {
    Period.WEEKLY: re.compile(r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|(?:dau|cuoi) tuan)\b"),
    Period.QUARTERLY: re.compile(r"\bngay \d[^.;]*\bquy\b|\b(?:dau|cuoi)(?: (?:hang|moi))? quy\b"),
}


def days_of(period: Period, reach: str) -> list[str]:
    """The last days named for the period; weeks and quarters have no such form."""
    if period is Period.MONTHLY:
        return list(dict.fromkeys(_days_of_month(reach)))
    if period in {Period.HALF_YEAR, Period.ANNUAL}:
        return [f"{day:%m-%d}" for day, _ in _days(reach)] or _ends_of_months(reach)
    return []


def twice_a_year(days: list[str]) -> bool:
    """Whether they are one day of each half of the year."""
    return [day <= "06-30" for day in days] == [True, False]


def dates_of(text: str) -> list[str]:
    """The days with their year, each the last one meant: `2026-11-29` of `trước 30/11/2026`.

    “Ngày 10/6 và ngày 10/11/2026” are two days of one year.
    """
    found = list(_days(text))
    years = {year for _, year in found if year is not None}
    if len(years) != 1:
        return [_iso(day, year) for day, year in found if year is not None]
    return [_iso(day, year) for day, _ in found for year in years]


def names_a_day(period: Period, text: str) -> bool:
    """Whether the words name a day of a week or a quarter, which `due` cannot hold."""
    return period in _NAMED_DAYS and bool(_NAMED_DAYS[period].search(text))


def _days_of_month(reach: str) -> Iterator[str]:
    """“Ngày 10 và ngày 25 hằng tháng” are two, “từ ngày 15 đến ngày 20” ends with the second."""
    before, end = False, -1
    plain = _SPAN_OF_DAYS.sub("den ", reach)
    for match in _DAY_OF_MONTH.finditer(plain):
        joined = end >= 0 and plain[end : match.start()].strip() in {"va", ","}
        if end >= 0 and not joined:
            return
        before, end = bool(match["before"]) or (before and joined), match.end()
        day = int(match["day"]) - before
        if 1 <= day <= 31:
            yield str(day)
    last = _LAST_OF_MONTH.search(plain)
    if end < 0 and last and not last["before"]:
        yield "31"


# Any year that is not a leap year: a day that only some years have is none of every year.
_SOME_YEAR = 2001


def _days(reach: str) -> Iterator[tuple[date, int | None]]:
    """Each last day, in some year, and the year it was written with. “Trước ngày 15/6 và 15/12” is before both."""
    before, end = False, 0
    for match in _DAY_OF_YEAR.finditer(reach):
        joined = reach[end : match.start()].strip() in {"va", ","}
        before, end = bool(match["before"]) or (before and joined), match.end()
        if _OTHER_DAY.search(reach, max(0, match.start() - 60), match.start()):
            continue
        try:
            named = date(_SOME_YEAR, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        yield named - timedelta(days=before), _year(match["year"])


def _year(written: str | None) -> int | None:
    year = int(written or 0)
    return year if FIRST_DAY.year < year < LAST_DAY.year else None


def _iso(day: date, year: int) -> str:
    """1 January less a day fell into the year before."""
    return day.replace(year=year + day.year - _SOME_YEAR).isoformat()


def _ends_of_months(reach: str) -> list[str]:
    """ "Tháng 6 và tháng 12": the last days of the months, where they divide the year."""
    months = _MONTHS.search(reach)
    read = read_days(f"{months[0]} hang nam") if months else None
    return list(read[1]) if read else []
