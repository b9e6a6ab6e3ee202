"""Heads, feet and page numbers: printed on the page, and no part of the text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from services.tasks_api.plan_imports.pdf.lines import Line
from services.tasks_api.plan_imports.pdf.matter import Page
from shared.domain.text import fold

_AROUND = r"[\s\-–—.|\[\](){}]*"
_PAGE_NUMBER = re.compile(
    rf"{_AROUND}(?:trang|page)?{_AROUND}(\d{{1,4}}){_AROUND}(?:(?:/|tren|of)\s*\d{{1,4}})?{_AROUND}"
)
_DIGITS = re.compile(r"\d+")
_EDGE = 0.12
_LINES = 3
_NEAR = 4.0
_FOOTNOTE = re.compile(r"\(?\[?[\d*]{1,3}[\])]?[\s.]*\S")
_SMALLER = 0.93

Mark = tuple[str, bool, int]


def without_running(pages: Sequence[tuple[Page, list[Line]]]) -> list[list[Line]]:
    """The lines of each page less what every page repeats; only the outermost lines near an edge are looked at."""
    marks = [{mark for line in lines if (mark := _mark(page, lines, line)) is not None} for page, lines in pages]
    counted = Counter(mark for found in marks for mark in found)
    # Heads of odd and even pages may differ, and that of the first page may be missing.
    least = max(2, len(pages) // 3)
    ahead = Counter(offset for page, lines in pages for offset, _ in _numbered(page, lines))
    kept: list[list[Line]] = []
    for page, lines in pages:
        # The rest of a sentence may be a number too, but does not count the pages.
        numbers = {line for offset, line in _numbered(page, lines) if offset == 0 or ahead[offset] > 1}
        kept.append(
            [
                line
                for line in lines
                if line not in numbers and sum(counted[mark] for mark in _near(_mark(page, lines, line))) < least
            ]
        )
    return kept


def _mark(page: Page, lines: Sequence[Line], line: Line) -> Mark | None:
    """What a repeated line has in common with itself: its words and its height on the page."""
    at_top = line.base < page.height * _EDGE and line in lines[:_LINES]
    at_bottom = line.base > page.height * (1 - _EDGE) and line in lines[-_LINES:]
    if not at_top and not at_bottom:
        return None
    return _DIGITS.sub("0", fold(line.text)), at_top, round((line.base if at_top else page.height - line.base) / _NEAR)


def _near(mark: Mark | None) -> Iterator[Mark]:
    if mark is not None:
        words, at_top, height = mark
        yield from ((words, at_top, height + off) for off in (-1, 0, 1))


def _numbered(page: Page, lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Numbers alone on the first or last line, each with how far it is ahead of the count of pages."""
    for line in {*lines[:1], *lines[-1:]}:
        outside = line.base < page.height * _EDGE or line.base > page.height * (1 - _EDGE)
        number = _PAGE_NUMBER.fullmatch(fold(line.text))
        if outside and number is not None:
            yield int(number[1]) - page.number, line


def text_size(lines: Iterable[Line]) -> float:
    """The size most letters are printed in."""
    letters: Counter[int] = Counter()
    for line in lines:
        letters[round(line.size)] += len(line.text)
    return float(max(letters, key=letters.__getitem__, default=0))


def without_footnotes(page: Page, lines: Sequence[Line], body: float) -> list[Line]:
    """The lines less the notes at the foot: in print smaller than `body`, below a short line of its own, the first
    with its mark."""
    rules = [
        ruling.at
        for ruling in page.rulings
        if ruling.level and ruling.at > page.height / 2 and ruling.end - ruling.start < page.width * 0.4
    ]
    if not rules or not lines:
        return list(lines)
    for rule in sorted(rules):
        below = [line for line in lines if line.base > rule]
        small = all(line.size <= _SMALLER * body for line in below)
        if below and small and len(below) < len(lines) and _FOOTNOTE.match(below[0].text):
            return [line for line in lines if line.base <= rule]
    return list(lines)
