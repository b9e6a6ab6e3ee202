"""Days that come back, in folded Vietnamese: `truoc 15/12 hang nam`, `hang thang (truoc ngay 20)`, `quy iv hang nam`.

Every reader takes text from `deadline_clauses.canonical` and gives None unless the whole of it is understood.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from shared.domain.deadline_values import Recurrence

Days = tuple[Recurrence, tuple[str, ...]]
"""How often, and the last days of each round as `Deadline.days` writes them."""

_OPENING = r"(?:(?:hoan thanh|thuc hien|trien khai|duy tri|nhiem vu|cong viec|dinh ky|bao cao|gui) )*"
_LIMIT = r"(?:(?P<before>truoc)|(?:(?:cham|muon) nhat(?: la)?|khong qua|den|trong|vao)(?: vao)?)? ?"
_EVERY_YEAR = r"(?:cua )?(?:hang|moi) nam"
_ELEMENT = (
    r"(?:(?:ngay )?[0-9]{1,2}(?:/| thang )[0-9]{1,2}|thang [0-9]{1,2}|quy (?:iv|i{1,3}|[1-4])"
    r"|(?:cuoi|giua) nam|(?:0?6|sau) thang (?:dau|cuoi) nam)"
)
_JOINT = r"(?: ?[,;] ?(?:va )?| va )(?:truoc )?"
_ELEMENTS = rf"(?P<days>{_ELEMENT}(?:{_JOINT}{_ELEMENT})*)"
_ROUND = (
    r"(?P<round>hang nam|moi nam|(?:moi |dinh ky )?(?:0?6|sau) thang(?: ?/ ?lan| mot lan)?(?:,? (?:va )?hang nam)?"
    r"|hang quy|moi quy)"
)
_IN_A_YEAR = (
    re.compile(rf"{_OPENING}{_LIMIT}{_ELEMENTS},? ?\(?{_EVERY_YEAR}\)?"),
    re.compile(rf"{_OPENING}{_ROUND} ?[,:(-]? ?{_OPENING}{_LIMIT}{_ELEMENTS}(?: (?:cua )?hang nam)?\)?"),
)

_OF_THE_MONTH = r"(?: (?:cua )?(?:(?:hang |moi )?thang))"
_DAY = r"(?P<day>(?:ngay )?[0-9]{1,2}|(?:ngay )?cuoi(?: cung)?(?: thang)?)"
_IN_A_MONTH = (
    re.compile(rf"{_OPENING}{_LIMIT}{_DAY} (?:cua )?(?:hang|moi) thang"),
    re.compile(rf"{_OPENING}(?:hang|moi) thang ?[,:(-]? ?{_OPENING}{_LIMIT}{_DAY}{_OF_THE_MONTH}?\)?"),
)

_IN_A_QUARTER = re.compile(
    rf"{_OPENING}(?:(?:hang|moi) quy ?[,:(-]? ?)?{_OPENING}{_LIMIT}ngay (?P<day>[0-9]{{1,2}}) (?:cua )?"
    r"thang (?P<which>dau|thu hai|giua|cuoi)(?: cung)?(?: cua)?(?: (?:hang|moi))? quy\)?(?: hang nam)?"
)
_MONTH_OF_QUARTER = {"dau": 1, "thu hai": 2, "giua": 2, "cuoi": 3}
_END_OF_QUARTER = re.compile(rf"{_OPENING}{_LIMIT}(?:ngay )?cuoi (?:cung )?(?:cua )?(?:hang|moi) quy")

_ROUNDS = {1: Recurrence.ANNUAL, 2: Recurrence.HALF_YEAR, 4: Recurrence.QUARTERLY}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def read_days(text: str) -> Days | None:
    """The rounds and their last days that the whole text says; "trước" excludes the day or period it names."""
    return _in_a_year(text) or _in_a_month(text) or _in_a_quarter(text)


def _in_a_year(text: str) -> Days | None:
    for pattern in _IN_A_YEAR:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        days = list(_days(match["days"], before=bool(match["before"])))
        recurrence = _ROUNDS.get(len(days))
        if None in days or recurrence is None or not _one_in_each(days):
            return None
        said = match.groupdict().get("round") or "nam"
        if ("quy" in said and len(days) != 4) or ("thang" in said and len(days) != 2):
            return None
        return recurrence, tuple(f"{day:%m-%d}" for day in days if day)
    return None


# A leap year: 29 February is a day, which in other years is the last one before it.
_SOME_YEAR = 2024


def _days(listed: str, *, before: bool) -> Iterator[date | None]:
    """The last day of each element, None for one that does not exist."""
    for each in re.split(_JOINT, listed):
        span = _element(each.removeprefix("ngay "))
        if span is None:
            yield None
        elif not before:
            yield span[1]
        else:
            eve = span[0] - timedelta(days=1)
            # "Trước cuối năm" names no day; before 1 January is the year before.
            yield eve if eve.year == _SOME_YEAR and not each.startswith(("cuoi", "giua")) else None


def _element(text: str) -> tuple[date, date] | None:
    """First and last day."""
    try:
        if match := re.fullmatch(r"(\d{1,2})(?:/| thang )(\d{1,2})", text):
            day = date(_SOME_YEAR, int(match[2]), int(match[1]))
            return day, day
        if match := re.fullmatch(r"thang (\d{1,2})", text):
            return _months(int(match[1]), 1)
        if match := re.fullmatch(r"quy (\w+)", text):
            return _months(3 * (_ROMAN.get(match[1]) or int(match[1])) - 2, 3)
    except ValueError:
        return None
    return (
        _months(1, 12) if text == "cuoi nam" else _months(1 if text.endswith("dau nam") or text == "giua nam" else 7, 6)
    )


def _months(first: int, length: int) -> tuple[date, date]:
    after = first + length
    end = date(_SOME_YEAR + 1, 1, 1) if after == 13 else date(_SOME_YEAR, after, 1)
    return date(_SOME_YEAR, first, 1), end - timedelta(days=1)


def _one_in_each(days: list[date | None]) -> bool:
    """One day of each half of the year, or of each quarter, in their order."""
    months = 12 // len(days)
    return all(day and (day.month - 1) // months == order for order, day in enumerate(days))


def _in_a_month(text: str) -> Days | None:
    for pattern in _IN_A_MONTH:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        written = match["day"].removeprefix("ngay ")
        if not written.isdecimal():
            return None if match["before"] else (Recurrence.MONTHLY, ("31",))
        day = int(written) - bool(match["before"])
        return (Recurrence.MONTHLY, (str(day),)) if 1 <= day <= 31 else None
    return None


def _in_a_quarter(text: str) -> Days | None:
    if (match := _END_OF_QUARTER.fullmatch(text)) and not match["before"]:
        return Recurrence.QUARTERLY, ()
    match = _IN_A_QUARTER.fullmatch(text)
    if match is None:
        return None
    day = int(match["day"]) - bool(match["before"])
    month = _MONTH_OF_QUARTER[match["which"]]
    # A day that only some of the four months have is no day of every quarter.
    if not 1 <= day <= 28 + 2 * (month != 2):
        return None
    return Recurrence.QUARTERLY, tuple(f"{month + quarter * 3:02}-{day:02}" for quarter in range(4))


def last_day_in(days: tuple[str, ...], first: date, last: date) -> date | None:
    """The one of these days that lies between two days of a round, both included; None if none does."""
    for year, month in _months_between(first, last):
        for written in days:
            named, _, day = written.rpartition("-")
            if not named or int(named) == month:
                found = _clamped(year, month, int(day))
                if first <= found <= last:
                    return found
    return None


def _months_between(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1


def _clamped(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
