"""Indicators given in the text of a plan: what stands under its headings of goals and targets, numbered or not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.outline import Line
from services.tasks_api.plan_imports.printed_numbers import Style
from services.tasks_api.plan_imports.rows import IndicatorRow
from services.tasks_api.plan_imports.target_paragraphs import listed_in
from services.tasks_api.plan_imports.target_phrases import find_targets
from services.tasks_api.plan_imports.target_years import own_years, year_at_head
from shared.domain.text import fold

_GOALS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_NO_GOALS = re.compile(
    r"\b(?:muc tieu (?:tong quat|chung)|quan diem|yeu cau|muc dich|nhiem vu|giai phap|to chuc thuc hien|noi dung)\b"
)
_YEAR = re.compile(r"\b(?:nam|nam:|giai doan \d{4} ?- ?) ?(20\d\d)\b")
_PERIOD = re.compile(r"\bgiai doan 20\d\d ?[-–] ?(20\d\d)\b")


@dataclass(frozen=True, slots=True)
class NarrativeTargets:
    """The indicators of the text, and what a person should look at in them."""

    indicators: tuple[IndicatorRow, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """One indicator: a line of a list, or a part of a plain paragraph, which bears no number of its own."""

    line: Line
    text: str
    opening: int | None = None
    """The year of a plain line above the list: `Đến cuối năm 2026:`."""

    @property
    def heading(self) -> Line:
        return self.line.headings[-1]

    @property
    def printed(self) -> str | None:
        number = self.line.number
        return number.text if number is not None and number.style is not Style.BULLET else None


def read_narrative_targets(outline: Sequence[Line]) -> NarrativeTargets:
    """Every indicator under a heading of goals; one that repeats an earlier one word for word is told only."""
    rows: list[IndicatorRow] = []
    issues: list[Issue] = []
    seen: dict[str, IndicatorRow] = {}
    items = list(_items(outline))
    for item, no in zip(items, _numbers(items), strict=True):
        row, doubts = _row(item, no)
        earlier = seen.setdefault(fold(item.text), row)
        if earlier is row:
            rows.append(row)
            issues += doubts
        else:
            message = f"Chỉ tiêu “{shortened(item.text)}” lặp lại chỉ tiêu {earlier.no} nên không tính lần nữa."
            issues.append(Issue(item.line.place, "indicator-repeated", message))
    return NarrativeTargets(tuple(rows), tuple(issues))


def _items(outline: Sequence[Line]) -> Iterator[_Item]:
    opening: int | None = None
    for line in outline:
        if line.level is not None or not line.headings or not _is_goal(line.headings):
            opening = None
        elif line.number is not None:
            yield _Item(line, line.text, opening)
        else:
            years = own_years(line.key) if line.text.endswith(":") else ()
            opening = next(iter(years)) if len(years) == 1 else None
            yield from (_Item(line, text) for text in listed_in(line.text))


def _numbers(items: Sequence[_Item]) -> Iterator[str]:
    """Numbers as printed under their heading; the others are counted and pass over those that are printed."""
    printed = {_under(item.heading, item.printed) for item in items if item.printed}
    orders: dict[Line, int] = {}
    for item in items:
        order = orders.get(item.heading, 0) + 1
        while not item.printed and _under(item.heading, str(order)) in printed:
            order += 1
        orders[item.heading] = order
        yield _under(item.heading, item.printed or str(order))


def _under(heading: Line, mark: str) -> str:
    group = heading.number.text if heading.number else ""
    return mark if not group or mark.startswith(f"{group}.") else f"{group}({mark})"


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


def _row(item: _Item, no: str) -> tuple[IndicatorRow, list[Issue]]:
    targets = find_targets(item.text)
    years = own_years(fold(item.text))
    row = IndicatorRow(
        place=item.line.place,
        no=no,
        text=item.text,
        unit=None,
        target_text="; ".join(targets) or None,
        year=_year(item, years),
        lead_text=None,
        group=item.heading.text.rstrip(" :."),
    )
    issues: list[Issue] = []
    if len(targets) > 1:
        message = f"Chỉ tiêu {no} nêu nhiều mức ({'; '.join(targets)}): hãy tách hoặc chọn mức cần theo dõi."
        issues.append(Issue(item.line.place, "target-ambiguous", message))
    if len(years) > 1:
        named = ", ".join(map(str, sorted(years)))
        message = f"Chỉ tiêu {no} nêu nhiều năm ({named}): hãy chọn năm phải đạt."
        issues.append(Issue(item.line.place, "target-year-ambiguous", message))
    return row, issues


def _year(item: _Item, own: frozenset[int]) -> int | None:
    """The horizon: the one its own words name, else the one that opens its paragraph, else that of a heading.

    Of several in its own words none is chosen.
    """
    if own:
        return next(iter(own)) if len(own) == 1 else None
    if (opening := year_at_head(item.line.key) or item.opening) is not None:
        return opening
    for heading in reversed(item.line.headings):
        years = {int(year) for pattern in (_PERIOD, _YEAR) for year in pattern.findall(heading.key)}
        if len(years) == 1:
            return years.pop()
    return None
