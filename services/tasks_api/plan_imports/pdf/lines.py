"""Glyphs become lines of words, and lines become the text their author typed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from unicodedata import combining

from services.tasks_api.plan_imports.pdf.matter import Glyph
from shared.domain.text import squeeze

_SPACE = 0.22  # of the size: a gap this wide between two letters is a space, whether or not one is stored
_SAME_LINE = 0.3
_RAISED = 0.62  # how far from its line a smaller sign may stand
_SMALL = 0.8
_TWICE = 0.12  # bold made by printing a letter twice, a little aside
_MARKER = re.compile(
    r"(?:[-–—+*•▪➢✓❖◦‣]|\(?[a-zđ]\)|\(?\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?|[IVX]{1,5}[.)])(?=\s|$)|[-–+•▪](?=\w)"
)
_HANGING = re.compile(r"\w[-/]$")
_OPENING = "“‘\"'(["
_UNFINISHED = re.compile(r"[^.;:!?…”)\]]$")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line or a part of it; `lead` is the width of its first word."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    lead: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def has_marker(self) -> bool:
        """Whether it begins as an item of a list."""
        return _MARKER.match(self.text) is not None


def lines_of(glyphs: Iterable[Glyph], *, gutter: float | None = None) -> list[Line]:
    """The lines from top to bottom; with `gutter`, a gap of so many letter sizes cuts a line in parts."""
    lines: list[Line] = []
    for row in _rows(glyphs):
        for part in _parts(row, gutter):
            line = _line(part)
            if line is not None:
                lines.append(line)
    return lines


def _rows(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs on one line each; marks and raised signs with the letters they belong to."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.base):
        if rows and glyph.base - rows[-1][-1].base <= _SAME_LINE * max(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    merged: list[list[Glyph]] = []
    for row in rows:
        if merged and _is_raised(merged[-1], row):
            merged[-1].extend(row)
        elif merged and _is_raised(row, merged[-1]):
            merged[-1] = row + merged[-1]
        else:
            merged.append(row)
    return iter(merged)


def _is_raised(row: Sequence[Glyph], signs: Sequence[Glyph]) -> bool:
    """Whether all of `signs` are smaller and stand a little off the line of `row`, inside its width."""
    size, base = max(glyph.size for glyph in row), median(glyph.base for glyph in row)
    if max(glyph.size for glyph in signs) > _SMALL * size:
        return False
    off = abs(median(glyph.base for glyph in signs) - base)
    left, right = min(glyph.x0 for glyph in row), max(glyph.x1 for glyph in row)
    return off <= _RAISED * size and all(left - size <= glyph.x0 <= right + size for glyph in signs)


def _parts(row: list[Glyph], gutter: float | None) -> Iterator[list[Glyph]]:
    ordered = sorted(row, key=lambda glyph: glyph.x0)
    part: list[Glyph] = []
    right = 0.0
    for glyph in ordered:
        blank = not glyph.text.strip()
        if part and not blank and gutter is not None and glyph.x0 - right > gutter * glyph.size:
            yield part
            part = []
        part.append(glyph)
        right = right if blank else max(right, glyph.x1) if len(part) > 1 else glyph.x1
    yield part


def _line(glyphs: Sequence[Glyph]) -> Line | None:
    pieces: list[str] = []
    seen: list[Glyph] = []
    first_word_ends: float | None = None
    for glyph in glyphs:
        if not glyph.text.strip():
            pieces.append(" ")
            continue
        if seen:
            last = seen[-1]
            if glyph.text == last.text and abs(glyph.x0 - last.x0) < _TWICE * glyph.size:
                continue
            if glyph.x0 - last.x1 > _SPACE * max(glyph.size, last.size) and not combining(glyph.text[0]):
                pieces.append(" ")
            if first_word_ends is None and (pieces[-1][-1:].isspace()):
                first_word_ends = last.x1
        pieces.append(glyph.text)
        seen.append(glyph)
    text = squeeze("".join(pieces))
    if not text:
        return None
    letters = [glyph for glyph in seen if glyph.text.strip(" .,;:-–•")] or seen
    return Line(
        text=text,
        x0=seen[0].x0,
        x1=max(glyph.x1 for glyph in seen),
        base=median(glyph.base for glyph in seen),
        size=median(glyph.size for glyph in seen),
        bold=all(glyph.bold for glyph in letters),
        lead=(first_word_ends or seen[-1].x1) - seen[0].x0,
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """How wide lines can be where they stand."""

    left: float
    right: float

    def is_full(self, line: Line, following: Line) -> bool:
        """Whether the line ended because the first word of the next found no room on it."""
        room = self.right - self.left
        return line.width + 0.25 * line.size + following.lead > room * 0.985


def joined(lines: Sequence[Line], measure: Measure) -> str:
    """The text of a cell: a line that was full goes on in the next, any other ended where its author ended it."""
    if not lines:
        return ""
    text = lines[0].text
    in_list = lines[0].has_marker
    for line, following in pairwise(lines):
        full = measure.is_full(line, following)
        if following.has_marker:  # a dash at the head of a line may also stand between the words of a name
            goes_on = full and not in_list and _UNFINISHED.search(line.text) is not None
        else:
            goes_on = full or _is_torn(line, following)
        in_list = in_list or (following.has_marker and not goes_on)
        text = spliced(text, following.text) if goes_on else f"{text}\n{following.text}"
    return text


def spliced(before: str, after: str) -> str:
    """Two parts of one line: words that hang together by a dash or a stroke are broken behind it without a space."""
    return f"{before}{'' if _HANGING.search(before) else ' '}{after}"


def _is_torn(line: Line, following: Line) -> bool:
    """Whether a sentence is broken off: no author ends a line so."""
    return continues_sentence(line.text, following.text) and not line.text.endswith(",")


def continues_sentence(before: str, after: str) -> bool:
    """Whether the first text has no end, and the second goes on in small letters."""
    small = after.lstrip(_OPENING)[:1].islower()
    return small and _UNFINISHED.search(before) is not None and _MARKER.match(after) is None
