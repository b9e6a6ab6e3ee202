"""Indicators given in the text of a plan: the numbered items under its headings of goals and targets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.outline import Line
from services.tasks_api.plan_imports.printed_numbers import Style
from services.tasks_api.plan_imports.rows import IndicatorRow
from services.tasks_api.plan_imports.target_phrases import find_targets
from shared.domain.text import fold

_GOALS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_NO_GOALS = re.compile(
    r"\b(?:muc tieu (?:tong quat|chung)|quan diem|yeu cau|muc dich|nhiem vu|giai phap|to chuc thuc hien|noi dung)\b"
)
_YEAR = re.compile(r"\b(?:nam|nam:|giai doan \d{4} ?- ?) ?(20\d\d)\b")
_OWN_YEAR = re.compile(r"(?:phan dau )?(?:den|trong)(?: het| cuoi)? nam (20\d\d)\b")
_PERIOD = re.compile(r"\bgiai doan 20\d\d ?[-–] ?(20\d\d)\b")


@dataclass(frozen=True, slots=True)
class NarrativeTargets:
    """The indicators of the text, and what a person should look at in them."""

    indicators: tuple[IndicatorRow, ...]
    issues: tuple[Issue, ...]


def read_narrative_targets(outline: Sequence[Line]) -> NarrativeTargets:
    """Every item of a list under a heading of goals; one that repeats an earlier item word for word is told only."""
    rows: list[IndicatorRow] = []
    issues: list[Issue] = []
    seen: dict[str, IndicatorRow] = {}
    orders: dict[Line, int] = {}
    for line in _items(outline):
        heading = line.headings[-1]
        orders[heading] = orders.get(heading, 0) + 1
        row, doubts = _row(line, heading, orders[heading])
        earlier = seen.setdefault(fold(line.text), row)
        if earlier is row:
            rows.append(row)
            issues += doubts
        else:
            message = f"Chỉ tiêu “{shortened(line.text)}” lặp lại chỉ tiêu {earlier.no} nên không tính lần nữa."
            issues.append(Issue(line.place, "indicator-repeated", message))
    return NarrativeTargets(tuple(rows), tuple(issues))


def _items(outline: Sequence[Line]) -> Iterator[Line]:
    for line in outline:
        if line.level is None and line.number is not None and line.headings and _is_goal(line.headings):
            yield line


def _is_goal(headings: Sequence[Line]) -> bool:
    """The nearest heading that names a part of a plan decides."""
    for heading in reversed(headings):
        if _is_about_both(heading.key):
            continue
        if _NO_GOALS.search(heading.key):
            return False
        if _GOALS.search(heading.key):
            return True
    return False


def _is_about_both(key: str) -> bool:
    """ "Mục tiêu, yêu cầu" announces both: the headings below tell them apart."""
    return bool(re.search(r"\bmuc tieu,? (?:va )?(?:yeu cau|nhiem vu)", key))


def _row(line: Line, heading: Line, order: int) -> tuple[IndicatorRow, list[Issue]]:
    marked = line.number is not None and line.number.style is not Style.BULLET
    mark = line.number.text if marked and line.number else str(order)
    group = heading.number.text if heading.number else ""
    no = mark if not group or mark.startswith(f"{group}.") else f"{group}({mark})"
    targets = find_targets(line.text)
    row = IndicatorRow(
        place=line.place,
        no=no,
        text=line.text,
        unit=None,
        target_text="; ".join(targets) or None,
        year=_year(line),
        lead_text=None,
        group=heading.text.rstrip(" :."),
    )
    if len(targets) < 2:
        return row, []
    message = f"Chỉ tiêu {no} nêu nhiều mức ({'; '.join(targets)}): hãy tách hoặc chọn mức cần theo dõi."
    return row, [Issue(line.place, "target-ambiguous", message)]


def _year(line: Line) -> int | None:
    """The horizon: named by the item at its beginning, else by the nearest heading that names one."""
    if match := _OWN_YEAR.match(line.key):
        return int(match[1])
    for heading in reversed(line.headings):
        years = {int(year) for pattern in (_PERIOD, _YEAR) for year in pattern.findall(heading.key)}
        if len(years) == 1:
            return years.pop()
    return None
