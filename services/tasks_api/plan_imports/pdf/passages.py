"""Lines outside tables become paragraphs; text set in two columns is read one column after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from services.tasks_api.plan_imports.pdf.lines import Line, Measure, continues_sentence, joined

GUTTER = 3.0
"""A gap of so many letter sizes parts two columns."""
_INDENT = 8.0
_SAME_EDGE = 4.0
_SAME_CENTRE = 15.0
_WIDE_SPACING = 1.6
_BAND_SPACING = 2.2


@dataclass(slots=True)
class Passage:
    """A paragraph and the lines it was made of."""

    lines: list[Line]
    text: str

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def passages_of(lines: Sequence[Line], measure: Measure) -> list[Passage]:
    """The paragraphs in reading order."""
    rows = [_whole(row) for row in _rows(lines)]
    pitch = median([below[0].base - above[0].base for above, below in pairwise(rows)] or [0.0])
    found: list[Passage] = []
    single: list[Line] = []
    at = 0
    while at < len(rows):
        if len(rows[at]) == 1:
            single.append(rows[at][0])
            at += 1
            continue
        left, right, end = _band(rows, at, pitch)
        # Lines above the first row of both columns that stand straight over one of them are its head.
        while single and (column := _column_of(single[-1], left, right)) is not None:
            if column[0].base - single[-1].base > _BAND_SPACING * max(single[-1].size * 1.2, pitch):
                break
            column.insert(0, single.pop())
        found += _paragraphs(single, measure, pitch)
        found += [Passage(column, "\n".join(line.text for line in column)) for column in (left, right)]
        single, at = [], end
    return found + _paragraphs(single, measure, pitch)


def goes_on_over_page(before: Passage, after: Passage, above: Measure, below: Measure) -> bool:
    """Whether a paragraph that a page ends with is the one that the next page begins with."""
    last, first = before.lines[-1], after.lines[0]
    if first.has_marker or abs(last.size - first.size) > 0.15 * last.size:
        return False
    if first.x0 - below.left > _INDENT or _is_centred(last, above):
        return False
    return _leaves_no_room(last, first, above) and continues_sentence(last.text, first.text)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in lines:
        if rows and abs(line.base - rows[-1][0].base) < 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _whole(row: list[Line]) -> list[Line]:
    """The row in two parts where it is set in two columns, else in one."""
    row = sorted(row, key=lambda line: line.x0)
    if len(row) == 2 and not (row[0].has_marker and len(row[0].text) < 6):
        return row
    if len(row) == 1:
        return row
    first, last = row[0], row[-1]
    text = " ".join(line.text for line in row)
    bold = all(line.bold for line in row)
    return [Line(text, first.x0, last.x1, first.base, first.size, bold, first.lead)]


def _band(rows: Sequence[list[Line]], start: int, pitch: float) -> tuple[list[Line], list[Line], int]:
    """The lines of both columns from this row on, and the row after them."""
    left, right = [rows[start][0]], [rows[start][1]]
    at = start + 1
    while at < len(rows):
        row = rows[at]
        far = row[0].base - rows[at - 1][0].base > _BAND_SPACING * max(row[0].size * 1.2, pitch)
        if far and len(row) == 1:
            break
        edge = max(line.x1 for line in left)
        if len(row) == 2 and row[0].x1 < min(line.x0 for line in right) and row[1].x0 > edge:
            left.append(row[0])
            right.append(row[1])
        elif len(row) == 1 and (column := _column_of(row[0], left, right)) is not None:
            column.append(row[0])
        else:
            break
        at += 1
    return left, right, at


def _column_of(line: Line, left: list[Line], right: list[Line]) -> list[Line] | None:
    """The column a line stands in: on its side of the gap, and lined up with it."""
    for column, inside in (
        (left, line.x1 < min(other.x0 for other in right)),
        (right, line.x0 > max(other.x1 for other in left)),
    ):
        widest = max(column, key=lambda other: other.width)
        centred = abs((line.x0 + line.x1) - (widest.x0 + widest.x1)) < 2 * _SAME_CENTRE
        if inside and (centred or any(abs(line.x0 - other.x0) < _SAME_EDGE for other in column)):
            return column
    return None


def _paragraphs(lines: Sequence[Line], measure: Measure, pitch: float) -> list[Passage]:
    found: list[list[Line]] = []
    for line in lines:
        if found and _goes_on(found[-1], line, measure, pitch):
            found[-1].append(line)
        else:
            found.append([line])
    return [Passage(lines, joined(lines, measure) if len(lines) > 1 else lines[0].text) for lines in found]


def _goes_on(paragraph: Sequence[Line], line: Line, measure: Measure, pitch: float) -> bool:
    """Whether the line belongs to the paragraph above it."""
    first, last = paragraph[0], paragraph[-1]
    if line.base - last.base > _WIDE_SPACING * max(pitch, 1.15 * last.size):
        return False
    if abs(line.size - last.size) > 0.15 * last.size or not _leaves_no_room(last, line, measure):
        return False
    if _is_centred(last, measure) and _is_centred(line, measure):
        return last.bold is line.bold
    outdented = line.x0 < first.x0 - _SAME_EDGE
    if line.has_marker and not outdented:
        return False
    if len(paragraph) > 1:
        return abs(line.x0 - last.x0) <= _SAME_EDGE
    return line.x0 - first.x0 <= _SAME_EDGE or first.has_marker


def _leaves_no_room(line: Line, following: Line, measure: Measure) -> bool:
    if _is_centred(line, measure):
        return measure.is_full(line, following)
    return line.x1 + 0.25 * line.size + following.lead > measure.right - 0.01 * (measure.right - measure.left)


def _is_centred(line: Line, measure: Measure) -> bool:
    """Set in the middle, with room on both sides."""
    before, after = line.x0 - measure.left, measure.right - line.x1
    return before > _INDENT and after > _INDENT and abs(before - after) < _SAME_CENTRE
