"""Duties to report at regular times, read from the sentences of a plan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.issues import Issue, shortened
from shared.domain.text import fold


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
class ReportingRule:
    """`due` is the last day meant: `"19"` of the month for monthly reports, `"06-14"` (month-day) for
    half-year and annual ones; None when the sentence names no day ("trước ngày 15/6" is 14/6)."""

    text: str
    period: Period
    due: str | None


_UNIT = r"(?:(?:06|6|sau) thang(?: dau nam| cuoi nam)?|tuan|thang(?! \d)|quy(?! [ivx\d])|nam(?! \d))"
_REMARK = r"(?:\s*\([^()]*\))?"
_EVERY = r"(?:hang|moi)"
# “Hằng tháng, quý, 6 tháng (trước ngày 15/6) và hằng năm (…)”
_CADENCE = re.compile(
    rf"\b(?:dinh ky(?: vao)?(?: {_EVERY})?|{_EVERY}|bao cao(?: dinh ky)?) {_UNIT}{_REMARK}"
    rf"(?:\s*(?:,|/|va|hoac)\s*(?:va )?(?:dinh ky )?(?:{_EVERY} )?{_UNIT}\b{_REMARK})*"
)
_EACH_UNIT = re.compile(rf"(?<!\w){_UNIT}\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
# “Kế hoạch công tác hằng năm” says nothing about reports.
_OF_SOMETHING_ELSE = re.compile(r"\b(?:ke hoach|chuong trinh|cong tac|ngan sach|kinh phi|du toan|nhiem vu)\s*$")
_DAY_OF_YEAR = re.compile(r"(?P<before>truoc )?(?:ngay )?(?P<day>\d{1,2})(?:/| thang )(?P<month>\d{1,2})(?![\d/])")
_DAY_OF_MONTH = re.compile(r"(?P<before>truoc )?ngay (?P<day>\d{1,2})(?![\d/])(?! thang \d)")
_DAY_BEFORE = re.compile(r"\b(?:truoc )?(?:ngay )?\d{1,2}(?:(?:/| thang )\d{1,2})? $")
# A longer text without a full stop is no sentence; patterns are let loose on its beginning only.
LONGEST_SENTENCE = 3_000
_AD_HOC = re.compile(r"\bbao cao\b[^.;]{0,40}\bdot xuat\b|\bdot xuat\b[^.;]{0,40}\bbao cao\b")
_ONE_REPORTS = re.compile(
    r"^(?!can cu)(?:.*\bdinh ky (?:tong hop, )?bao cao\b|.*\bco trach nhiem\b.*\bgui bao cao (?:ve|cho|den|len)\b)"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ỸĐ])")


def read_reporting_rules(document: Document) -> tuple[list[ReportingRule], list[Issue]]:
    """The rules in the order of the text; an issue for each duty without a period and each period for
    which no sentence names a day."""
    rules: list[ReportingRule] = []
    issues: list[Issue] = []
    for sentence in _sentences(document):
        found = list(dict.fromkeys(rule for clause in _clauses(sentence) for rule in _rules_of(clause)))
        if not found and _ONE_REPORTS.search(fold(sentence[:LONGEST_SENTENCE])):
            found = [ReportingRule(sentence, Period.UNSPECIFIED, None)]
            message = f"Chưa rõ kỳ báo cáo trong câu: “{shortened(sentence, 160)}”."
            issues.append(Issue(None, "reporting-period-unknown", message))
        rules += found
    with_day = {Period.AD_HOC, Period.UNSPECIFIED, *(rule.period for rule in rules if rule.due is not None)}
    without_day = {rule.period: rule for rule in reversed(rules) if rule.period not in with_day}
    return rules, issues + [_no_day(rule) for rule in without_day.values()]


def _sentences(document: Document) -> Iterator[str]:
    for paragraph in document.paragraphs:
        for sentence in _SENTENCE_END.split(" ".join(paragraph.text.split())):
            yield sentence.strip()


def _clauses(sentence: str) -> list[str]:
    """A sentence of several clauses is taken apart at its semicolons."""
    clauses = sentence.split(";")
    return [sentence] if len(clauses) == 1 else [clause.strip(" .") for clause in clauses]


def _rules_of(clause: str) -> Iterator[ReportingRule]:
    folded = fold(clause[:LONGEST_SENTENCE])
    if "bao cao" in folded and not folded.startswith("can cu"):
        yield from _rules(clause, folded)


def _rules(text: str, folded: str) -> Iterator[ReportingRule]:
    cadences = [match for match in _CADENCE.finditer(folded) if not _OF_SOMETHING_ELSE.search(folded[: match.start()])]
    begins = [_with_day_before(folded, match.start()) for match in cadences] + [len(folded)]
    for order, cadence in enumerate(cadences):
        units = list(_units(cadence))
        starts = [begins[order]] + [start for _, start in units[1:]] + [begins[order + 1]]
        for (period, _), (start, end) in zip(units, pairwise(starts), strict=True):
            for due in _days(period, folded[start:end]) or [None]:
                yield ReportingRule(text, period, due)
    if _AD_HOC.search(folded):
        yield ReportingRule(text, Period.AD_HOC, None)


def _with_day_before(folded: str, start: int) -> int:
    """Where “trước ngày 20 hằng tháng” begins, given where “hằng tháng” does."""
    match = _DAY_BEFORE.search(folded, max(0, start - 30), start)
    return match.start() if match else start


def _units(cadence: re.Match[str]) -> Iterator[tuple[Period, int]]:
    """(period, start) of each unit named in the list, remarks in parentheses left out."""
    listed = _PARENTHESES.sub(lambda remark: " " * len(remark[0]), cadence[0])
    for unit in _EACH_UNIT.finditer(listed):
        yield _period(unit[0]), cadence.start() + unit.start()


def _period(unit: str) -> Period:
    if unit[0] in "06s":
        return Period.HALF_YEAR
    return {
        "tuan": Period.WEEKLY,
        "thang": Period.MONTHLY,
        "quy": Period.QUARTERLY,
        "nam": Period.ANNUAL,
    }[unit]


def _days(period: Period, reach: str) -> list[str | None]:
    """The days named for the period, as `due` writes them; weeks and quarters have no such form."""
    if period is Period.MONTHLY:
        match = _DAY_OF_MONTH.search(reach)
        day = int(match["day"]) - bool(match["before"]) if match else 0
        return [str(day)] if 1 <= day <= 31 else []
    if period in {Period.HALF_YEAR, Period.ANNUAL}:
        return list(_days_of_year(reach))
    return []


def _days_of_year(reach: str) -> Iterator[str]:
    """“Trước ngày 15/6 và 15/12” means the day before both."""
    before = False
    end = 0
    for match in _DAY_OF_YEAR.finditer(reach):
        joined = reach[end : match.start()].strip() in {"va", ","}
        before = bool(match["before"]) or (before and joined)
        end = match.end()
        try:
            named = date(2001, int(match["month"]), int(match["day"]))  # any year that is not a leap year
        except ValueError:
            continue
        yield f"{named - timedelta(days=before):%m-%d}"


def _no_day(rule: ReportingRule) -> Issue:
    names = {
        Period.WEEKLY: "tuần",
        Period.MONTHLY: "tháng",
        Period.QUARTERLY: "quý",
        Period.HALF_YEAR: "6 tháng",
        Period.ANNUAL: "năm",
    }
    return Issue(
        None,
        "reporting-due-missing",
        f"Chưa rõ hạn gửi báo cáo {names[rule.period]} trong câu: “{shortened(rule.text, 160)}”.",
    )
