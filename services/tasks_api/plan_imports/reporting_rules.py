"""Duties to report at regular times, read from the sentences of a plan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.name_splitting import begins_with_body
from services.tasks_api.plan_imports.reporting_days import dates_of, days_of, names_a_day, twice_a_year
from services.tasks_api.plan_imports.reporting_periods import Period, find_periods
from services.tasks_api.plan_imports.spoken_duties import names_work
from shared.domain.text import fold, squeeze


@dataclass(frozen=True, slots=True)
class ReportingRule:
    """`due` is the last day meant: `"19"` of the month for monthly reports (`"31"` is its last day), `"06-14"`
    (month-day) for half-year and annual ones, `"2026-11-29"` for one that is due once; None when the sentence names
    no day ("trước ngày 15/6" is 14/6). Days of weeks and quarters stay in the text."""

    text: str
    period: Period
    due: str | None


# A longer text without a full stop is no sentence; patterns are let loose on its beginning only.
LONGEST_SENTENCE = 3_000
_AD_HOC = re.compile(r"\bbao cao\b[^.;]{0,40}\bdot xuat\b|\bdot xuat\b[^.;]{0,40}\bbao cao\b")
_ONE_REPORTS = re.compile(
    r"^(?!can cu)(?:.*\bdinh ky (?:tong hop, )?bao cao\b|.*\bco trach nhiem\b.*\bgui bao cao (?:ve|cho|den|len)\b)"
)
# Every day is a period that the contract has no word for.
_DAILY = re.compile(r"\bbao cao\b[^.;]{0,60}\b(?:hang|moi) ngay\b|\b(?:hang|moi) ngay\b[^.;]{0,60}\bbao cao\b")
_TO_A_BODY = (
    r"(?:uy ban|ubnd|hdnd|hoi dong|so|phong|van phong|ban|bo|thuong truc|dang uy|tinh uy|thanh uy|cong an|chi cuc|cuc"
    r"|truong|to|trung tam|tinh|xa|phuong|thanh pho|co quan|don vi|mat tran|doan|hoi|trung uong|cap)\b"
)
_DUTY = re.compile(
    r"\bgui (?:cac )?bao cao\b|\bbao cao\b[^;]{0,80}\bgui\b"
    r"|\b(?:che do|thoi han|thoi gian|thoi diem|han)(?: thong tin,?)?(?: gui)?(?: cac)? bao cao\b"
    rf"|\bbao cao\b(?!\s+so\b)[^;]{{0,120}}? ve {_TO_A_BODY}"
)
# “Căn cứ Kế hoạch này, các đơn vị báo cáo …”: on the grounds of the plan itself one reports; on those of another
# document something was reported.
_BY_THIS_PLAN = re.compile(
    r"^(?:căn cứ|theo|trên cơ sở)\s[^,;.]{0,120}?\b(?:này|nêu trên|được giao|được phân công)\b[^,;.]{0,60},\s*",
    re.IGNORECASE,
)
_NO_DUTY = re.compile(r"^(?:can cu|theo bao cao)\b|\bda (?:duoc )?(?:gui|bao cao)\b")
_TIME = re.compile(
    r"\b(?:dinh ky|truoc (?:ngay )?\d+|cham nhat|thoi han|(?:\d+|mot|hai|ba|bon) lan|lan \d+"
    r"|(?:hang|moi) (?:ngay|tuan|thang|quy|nam)|(?:dau|cuoi) (?:tuan|thang|quy|nam|ky|dot)|quy (?:i|ii|iii|iv|\d)"
    r"|thang \d+|ngay \d+|\d+ ngay|sau khi|ngay sau)\b"
)
_BY_WHEN = re.compile(r"\b(?:truoc|cham nhat|xong|hoan thanh|muon nhat)\b")
_MORE_WORK = re.compile(
    r"(?:\bva|,) (?:ban hanh|hoan thanh|xay dung|trien khai|thuc hien|trinh|to chuc|phe duyet|tham muu|ra soat)\b"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ỸĐ])")
# What carries on the clause before its semicolon: “…; năm trước ngày 5/12”, “…; thời hạn gửi trước ngày 20”.
_CARRIES_ON = re.compile(
    r"(?:va )?(?:dinh ky |hang |moi |so ket |tong ket )*(?:tuan|thang|quy|nam|\d{1,2} thang|lan \d|lan thu)\b"
    r"|(?:thoi han|thoi gian|han|gui|truoc ngay|cham nhat)\b"
)


def read_reporting_rules(document: Document) -> tuple[list[ReportingRule], list[Issue]]:
    """The rules in the order of the text; an issue for each duty without a period and each period for
    which no sentence names a day."""
    rules: list[ReportingRule] = []
    issues: list[Issue] = []
    for sentence in _sentences(document):
        found = _surest(dict.fromkeys(rule for clause in _clauses(sentence) for rule in _rules_of(clause)))
        if not found and _says_a_duty(sentence):
            found = [ReportingRule(sentence, Period.UNSPECIFIED, None)]
            message = f"Chưa rõ kỳ báo cáo trong câu: “{shortened(sentence, 160)}”."
            issues.append(Issue(None, "reporting-period-unknown", message))
        rules += found
    with_day = {Period.AD_HOC, Period.UNSPECIFIED, *(rule.period for rule in rules if rule.due is not None)}
    without_day = {rule.period: rule for rule in reversed(rules) if rule.period not in with_day}
    return rules, issues + [_no_day(rule) for rule in without_day.values()]


_REPORTS = re.compile(r"(?:phải |có trách nhiệm |thực hiện )*(?:gửi |tổng hợp,? )?báo cáo\b", re.IGNORECASE)


def is_plain_report(text: str) -> bool:
    """Whether a paragraph is one sentence that makes bodies report at regular times, and gives no other work."""
    sentence = _BY_THIS_PLAN.sub("", squeeze(text))
    reports = _REPORTS.search(sentence)
    if reports is None or ";" in sentence or _SENTENCE_END.search(sentence) or names_work(sentence[: reports.start()]):
        return False
    is_given = begins_with_body(sentence) or fold(sentence).startswith("dinh ky")
    return is_given and any(rule.period not in _IRREGULAR for rule in _rules_of(sentence))


_IRREGULAR = {Period.AD_HOC, Period.UNSPECIFIED}


def only_reports(text: str) -> bool:
    """Whether each clause is a duty to report that the rules keep, and none of its days is one of other work."""
    return all(_only_reports(clause) for sentence in _sentences_of(text) for clause in _clauses(sentence))


def _only_reports(clause: str) -> bool:
    before, _, behind = fold(clause[:LONGEST_SENTENCE]).partition("bao cao")
    rules = [rule for rule in _surest(dict.fromkeys(_rules_of(clause))) if rule.period is not Period.UNSPECIFIED]
    if _BY_WHEN.search(before) or _MORE_WORK.search(behind):
        return False
    return 0 < len(rules) >= len(_BY_WHEN.findall(behind))


def _sentences(document: Document) -> Iterator[str]:
    for paragraph in document.paragraphs:
        yield from _sentences_of(paragraph.text)


def _sentences_of(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(" ".join(text.split())):
        yield sentence.strip()


def _clauses(sentence: str) -> list[str]:
    """A sentence of several clauses is taken apart at its semicolons, one that carries on with the one before it."""
    clauses = sentence.split(";")
    if len(clauses) == 1:
        return [sentence]
    whole: list[str] = []
    for clause in clauses:
        key = fold(clause)
        if whole and "bao cao" not in key and _CARRIES_ON.match(key) and "bao cao" in fold(whole[-1]):
            whole[-1] = f"{whole[-1]};{clause}"
        else:
            whole.append(clause)
    return [clause.strip(" .") for clause in whole]


def _surest(rules: dict[ReportingRule, None]) -> list[ReportingRule]:
    """Of two rules of one period in one sentence the one with a day counts."""
    dated = {rule.period for rule in rules if rule.due is not None}
    return [rule for rule in rules if rule.due is not None or rule.period not in dated]


def _says_a_duty(sentence: str) -> bool:
    key = fold(_BY_THIS_PLAN.sub("", sentence[:LONGEST_SENTENCE]))
    return bool(_ONE_REPORTS.search(key) or _DAILY.search(key)) or _is_dated_duty(key)


def _is_dated_duty(key: str) -> bool:
    return bool(_DUTY.search(key) and _TIME.search(key) and not _NO_DUTY.search(key))


def _rules_of(clause: str) -> Iterator[ReportingRule]:
    text = _BY_THIS_PLAN.sub("", clause[:LONGEST_SENTENCE])
    folded = fold(text)
    if "bao cao" not in folded or folded.startswith("can cu"):
        return
    regular = False
    for said in find_periods(text, folded):
        regular = True
        days = days_of(said.period, said.reach)
        # “Trước ngày 15/6 và 15/12 hằng năm” is every half-year.
        halves = said.period is Period.ANNUAL and twice_a_year(days)
        period = Period.HALF_YEAR if halves else said.period
        yield from (ReportingRule(clause, period, due) for due in days or (None,))
    if not regular and _is_dated_duty(folded):
        for day in dates_of(folded):
            yield ReportingRule(clause, Period.AD_HOC, day)
    if _AD_HOC.search(folded):
        yield ReportingRule(clause, Period.AD_HOC, None)


_NAMES = {
    Period.WEEKLY: "tuần",
    Period.MONTHLY: "tháng",
    Period.QUARTERLY: "quý",
    Period.HALF_YEAR: "6 tháng",
    Period.ANNUAL: "năm",
}


def _no_day(rule: ReportingRule) -> Issue:
    said = names_a_day(rule.period, fold(rule.text[:LONGEST_SENTENCE]))
    opening = "Chỉ giữ bằng lời" if said else "Chưa rõ"
    return Issue(
        None,
        "reporting-due-missing",
        f"{opening} hạn gửi báo cáo {_NAMES[rule.period]} trong câu: “{shortened(rule.text, 160)}”.",
    )
