"""How often a sentence says that one reports, and where in its folded words: `hang thang`, `02 lan trong nam`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from shared.domain.text import fold, squeeze


class Period(StrEnum):
    """How often a report is due; the values are part of the published contract."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEAR = "half_year"
    ANNUAL = "annual"
    AD_HOC = "ad_hoc"
    UNSPECIFIED = "unspecified"
    """Somebody has to report, and the plan does not say how often: for a person to settle."""


@dataclass(frozen=True, slots=True)
class Said:
    """A period and the words, up to the next period, in which its day may stand."""

    period: Period
    reach: str


_QUARTER = r"quy(?! (?:[ivx]+\b|\d))"
_UNIT = (
    r"(?:(?:0?[369]|ba|sau|chin) thang(?: dau nam| cuoi nam)?|tuan(?! (?:dau|cuoi|thu|le)\b)|thang(?! \d)"
    rf"|{_QUARTER}|nam(?! \d))\b(?! (?:nay|truoc(?! (?:ngay )?\d)))"
)
_DAY = (
    r"(?:,? (?:(?:(?:gui|truoc|cham nhat|vao|ngay) )+\d{1,2}(?:(?:/| thang )\d{1,2}(?:/\d{4})?)?"
    r"|\d{1,2}/\d{1,2}(?:/\d{4})?)(?![\d/])(?! (?:cua )?thang (?:dau|giua|cuoi|thu)\b))?"
)
_REMARK = rf"(?:\s*\([^()]*\))?{_DAY}"
_EVERY = r"(?:hang|moi)"
_ABOUT = r"(?: (?:dinh ky|ket qua|tinh hinh|tien do|thuc hien|so ket|tong ket))*"
_COUNTS = {"1": 1, "mot": 1, "2": 2, "hai": 2, "4": 4, "bon": 4}
_COUNT = r"(?:0?[124]|mot|hai|bon)"
_OPENING = rf"(?:dinh ky(?: vao)?(?: {_EVERY})?|{_EVERY}|bao cao{_ABOUT} ?:?|(?:so|tong) ket)"
_CADENCE = re.compile(
    # “02 lần trong năm”, “hai lần/năm”, “mỗi năm hai lần”
    rf"\b(?P<times>{_COUNT} lan ?(?:/|trong|moi|hang|tren)? ?(?:mot |1 )?nam(?! \d)\b"
    rf"|(?:{_EVERY}|mot) nam(?: bao cao)? {_COUNT} lan\b)"
    # “ngày 20 của tháng cuối quý”, “cuối mỗi quý”
    rf"|\b(?P<quarter>(?:truoc )?(?:ngay )?\d{{1,2}} (?:cua )?thang (?:dau|giua|cuoi|thu (?:nhat|hai|ba|\d))(?: cung)?"
    rf"(?: cua)?(?: {_EVERY})? {_QUARTER}\b|cuoi (?:cung )?(?:cua )?(?:{_EVERY} )?{_QUARTER}\b)"
    # “ngày cuối tháng”, “ngày 05 của tháng sau”
    rf"|\b(?P<month>(?:ngay |tuan )?cuoi (?:cung )?(?:cua )?(?:{_EVERY} )?thang\b(?! \d)"
    r"|(?:truoc )?ngay \d{1,2} (?:cua )?thang (?:sau|ke tiep|tiep theo|lien ke|bao cao)\b)"
    # “Hằng tháng, quý, 6 tháng (trước ngày 15/6) và hằng năm (…)”, “báo cáo quý”, “06 tháng một lần”
    rf"|\b(?P<listed>(?:{_OPENING} {_UNIT}{_REMARK}"
    rf"|{_UNIT}{_REMARK}(?=\s*,\s*{_UNIT})"
    rf"|{_UNIT} ?(?:/ ?lan|(?:mot|0?1) lan))"
    rf"(?:\s*(?:,|;|/|va|hoac)\s*(?:va )?(?:(?:so|tong) ket )?(?:dinh ky )?(?:{_EVERY} )?{_UNIT}{_REMARK})*)"
)
_EACH_UNIT = re.compile(rf"(?<!\w){_UNIT}")
_PARENTHESES = re.compile(r"\([^()]*\)")
# “Kế hoạch công tác hằng năm” says nothing about reports.
_OF_SOMETHING_ELSE = re.compile(r"\b(?:ke hoach|chuong trinh|cong tac|ngan sach|kinh phi|du toan|nhiem vu)\s*$")
_ONE_DAY = r"(?:truoc )?(?:ngay )?\d{1,2}(?:(?:/| thang )\d{1,2})?"
_DAY_BEFORE = re.compile(rf"\b{_ONE_DAY} $")
_DAYS_BEFORE = re.compile(rf"\b{_ONE_DAY}(?:(?:, | va ){_ONE_DAY})+ $")

_WORD = re.compile(r"\b(?:thang|tuan|quy|nam)\b")
_WRITTEN = frozenset({"tháng", "tuần", "quý", "qúy", "năm"})


def find_periods(text: str, folded: str) -> Iterator[Said]:
    """The periods in the order of the words; `folded` is `text` folded."""
    cadences = [
        match
        for match in _CADENCE.finditer(folded)
        if not _OF_SOMETHING_ELSE.search(folded, max(0, match.start() - 20), match.start())
        and _is_time(text, folded, match)
    ]
    ends = [0, *(match.end() for match in cadences)]
    begins = [_with_days_before(folded, match.start(), end) for match, end in zip(cadences, ends, strict=False)]
    begins.append(len(folded))
    for order, cadence in enumerate(cadences):
        units = list(_units(cadence))
        starts = [begins[order]] + [start for _, start in units[1:]] + [begins[order + 1]]
        for (period, _), (start, end) in zip(units, pairwise(starts), strict=True):
            yield Said(period, folded[start:end])


def _is_time(text: str, folded: str, match: re.Match[str]) -> bool:
    """Folded, “báo cáo thẳng” looks like a month and “quỹ” like a quarter: a text with marks tells them apart."""
    written = squeeze(text).lower()
    if len(written) != len(folded) or fold(written) == written:
        return True
    spans = (word.span() for word in _WORD.finditer(folded, match.start(), match.end()))
    return all(written[start:end] in _WRITTEN for start, end in spans)


def _with_days_before(folded: str, start: int, earlier: int) -> int:
    """Where “trước ngày 20 hằng tháng” begins, given where “hằng tháng” does and what stands before it ends."""
    several = _DAYS_BEFORE.search(folded, max(earlier, start - 80), start)
    match = several or _DAY_BEFORE.search(folded, max(0, start - 30), start)
    return match.start() if match else start


def _units(cadence: re.Match[str]) -> Iterator[tuple[Period, int]]:
    """(period, start) of each unit named in the list, remarks in parentheses left out."""
    if cadence["times"]:
        count = next(_COUNTS[word] for word in re.findall(r"[a-z]+|[1-9]", cadence[0]) if word in _COUNTS)
        yield {1: Period.ANNUAL, 2: Period.HALF_YEAR, 4: Period.QUARTERLY}[count], cadence.start()
    elif cadence["quarter"] or cadence["month"]:
        yield Period.QUARTERLY if cadence["quarter"] else Period.MONTHLY, cadence.start()
    else:
        listed = _PARENTHESES.sub(lambda remark: " " * len(remark[0]), cadence[0])
        for unit in _EACH_UNIT.finditer(listed):
            yield _period(unit[0]), cadence.start() + unit.start()


def _period(unit: str) -> Period:
    named = unit.split()
    if len(named) > 1:
        # Reports of three and of nine months are those between the half-years.
        return Period.HALF_YEAR if named[0] in {"6", "06", "sau"} else Period.QUARTERLY
    return {
        "tuan": Period.WEEKLY,
        "thang": Period.MONTHLY,
        "quy": Period.QUARTERLY,
        "nam": Period.ANNUAL,
    }[unit]
