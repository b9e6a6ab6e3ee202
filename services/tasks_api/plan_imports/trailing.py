"""Deadlines at the end of a text: `… địa bàn xã. Năm 2026, Năm 2027.`, `… (Quý II/2026)`, `… trước ngày 30/6/2026.`"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks_api.plan_imports.name_splitting import begins_with_body
from shared.domain.deadlines import YEAR_OF_THE_PLAN, parse_deadline

# Below it the words beside the day were only taken to say nothing about it.
_SURE = 0.9
_ANY_YEAR = 2000
_CLAUSES = re.compile(r"[.;]\s+|\n")


@dataclass(frozen=True, slots=True)
class Trailing:
    """The text without its deadline, or with one that is part of its last sentence; `lead` where a name stands beside
    the deadline. `is_embedded`: the words before it go on without a stop, so that it may be part of what is done.
    """

    words: str
    deadline: str | None = None
    lead: str | None = None
    is_embedded: bool = False


_LAST_SENTENCE = re.compile(r"(?P<words>.+?[.;])\s+(?P<when>[^.;]*(?:\d\.\d[^.;]*)*)[.;]?", re.DOTALL)
_IN_PARENTHESES = re.compile(r"(?P<words>.+?)\s*[(\[](?P<when>[^()\[\]]+)[)\]][.;]?", re.DOTALL)
_LAST_CLAUSE = re.compile(
    r"(?P<words>.+?),\s+(?P<when>(?:hoàn thành|thực hiện|xong|chậm nhất|muộn nhất|trước|trong|đến hết)\s[^;]+?)[.;]?",
    re.DOTALL | re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:thời gian|thời hạn|tiến độ)(?: thực hiện| hoàn thành)?:?\s+", re.IGNORECASE)
# Words that may begin a deadline within a sentence; a bare year is part of what is done ("tổng kết năm 2025").
_MAY_BEGIN = re.compile(
    r"\b(?:hoàn thành|xong|chậm nhất|muộn nhất|trước|trong|vào|đến hết|không quá|hằng|hàng|thường xuyên"
    r"|hoan thanh|cham nhat|muon nhat|truoc|den het)\b",
    re.IGNORECASE,
)
_LONGEST_ENDING = 90
_PERIOD_BEFORE = re.compile(r"\b(?:giai đoạn|nhiệm kỳ|năm học|khóa)$", re.IGNORECASE)


# When it is to be told is not when it is to be done: "hoàn thành trước 15/5/2026; báo cáo kết quả trước 20/5/2026".
_REPORTING = re.compile(r"[;,.]\s+(?:(?:và |gửi |tổng hợp,? )?báo cáo|gửi kết quả)\b[^;]*$", re.IGNORECASE)


def split_trailing_deadline(text: str) -> Trailing:
    """The text and the deadline it ends with, as written."""
    whole = text.strip()
    if (report := _REPORTING.search(whole)) and (done := split_trailing_deadline(whole[: report.start()])).deadline:
        return Trailing(text, done.deadline, done.lead, is_embedded=True)
    if (match := _LAST_SENTENCE.fullmatch(whole)) and (when := _deadline(match["when"])):
        return Trailing(match["words"].strip(), when)
    if (match := _IN_PARENTHESES.fullmatch(whole)) and not _PERIOD_BEFORE.search(match["words"]):
        if when := _deadline(match["when"]):
            return Trailing(match["words"].strip(), when)
        name, _, last = match["when"].rpartition(";")
        if name and begins_with_body(name) and (when := _deadline(last)):
            return Trailing(match["words"].strip(), when, lead=name.strip())
    if (match := _LAST_CLAUSE.fullmatch(whole)) and (when := _deadline(match["when"])):
        return Trailing(text, when)
    return _embedded(text, whole.rstrip(" .;,"))


def _embedded(text: str, whole: str) -> Trailing:
    """The longest ending that is a deadline; nothing, where the text is that alone."""
    for start in _MAY_BEGIN.finditer(whole, max(0, len(whole) - _LONGEST_ENDING)):
        if start.start() and (when := _deadline(whole[start.start() :])):
            return Trailing(text, when, is_embedded=True)
    return Trailing(text)


# Words that begin a limit anywhere in a sentence. A bare "trong năm 2025" may be part of what is done.
_LIMIT = re.compile(
    r"\b(?:(?:hoàn thành|xong|hoan thanh)\s+(?:trước|trong|truoc)|trước|chậm nhất|muộn nhất|không quá|truoc|cham nhat"
    r"|muon nhat|khong qua|(?:đến|den)(?=\s+(?:hết\s|het\s|ngày\s|ngay\s|\d))|trong(?=\s+(?:tháng|quý|thang|quy)\s))\b",
    re.IGNORECASE,
)
# Where a limit may end: behind a number; further words would be what is to be done by then.
_LIMIT_END = re.compile(r"(?<=\d)(?![\d/.-]\d|\d)|(?<=\bI)\b|(?<=[IV][IV])\b")
# “Các dự án được phê duyệt trước ngày …”, “của các đơn vị hoàn thành sáp nhập trước ngày …”: which ones are meant.
_CONDITION_BEFORE = re.compile(
    r"\b(?:đã|(?:các|những|của|cac|nhung|cua)\s[^,;.]{2,60}?\b(?:được|đã|hết hạn|sinh|có hiệu lực|duoc|da|het han|sinh"
    r"|co hieu luc)|(?:của|cua)\s+(?:các|những|cac|nhung)\s[^,;.]{2,60}?\b(?:hoàn thành|hoan thanh))\b[^,;.]{0,40}$",
    re.IGNORECASE,
)


def deadlines_of_clauses(text: str) -> list[str]:
    """The deadlines of a text that gives several, as written, each day once; those of reporting, and those that only
    say which things are meant, apart.
    """
    done = _REPORTING.sub("", text.strip())
    clauses = [split_trailing_deadline(clause) for clause in _CLAUSES.split(done)]
    whole = [each.deadline or _deadline(each.words) for each in clauses if not is_condition(each)]
    days: dict[object, str] = {}
    for when in (*_limits(done), *whole):
        if when and not any(when in longer for longer in days.values()):
            deadline = parse_deadline(when, year=_ANY_YEAR).deadline
            days.setdefault(deadline.due or (deadline.start, deadline.recurrence), when)
    return list(days.values())


def is_condition(trailing: Trailing) -> bool:
    """Whether the deadline may only say which things are meant: `rà soát các dự án được duyệt trước ngày 01/3/2026`."""
    if trailing.deadline is None or not trailing.is_embedded:
        return False
    before, _, _ = trailing.words.rpartition(trailing.deadline)
    return _CONDITION_BEFORE.search(before.rstrip()) is not None


def _limits(text: str) -> Iterator[str]:
    """The limits anywhere in a text, each as long as it can be read."""
    end = 0
    for start in _LIMIT.finditer(text):
        if start.start() < end or _CONDITION_BEFORE.search(text[: start.start()].rstrip()):
            continue
        reach = text[start.start() : start.start() + _LONGEST_ENDING]
        for stop in reversed([each.end() for each in _LIMIT_END.finditer(reach)]):
            if is_deadline(reach[:stop]):
                end = start.start() + stop
                yield reach[:stop]
                break


def _deadline(text: str) -> str | None:
    when = _LABEL.sub("", text.strip())
    return when if is_deadline(when) else None


def is_deadline(text: str) -> bool:
    """Whether the whole of a text is surely a deadline, though it may leave the year to the plan."""
    return parse_deadline(text, year=_ANY_YEAR).deadline.confidence >= min(_SURE, YEAR_OF_THE_PLAN)
