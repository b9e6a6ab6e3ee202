"""The text of a plan as an outline: which headings every paragraph stands under."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.tasks_api.plan_imports.documents import Document, Paragraph, Place
from services.tasks_api.plan_imports.duty_fields import split_fields
from services.tasks_api.plan_imports.printed_numbers import Printed, Style, split_number
from shared.domain.text import fold

# Headings are labels; a longer paragraph in bold is emphasised text.
_LONGEST_HEADING = 400
_LONGEST_PLAIN_HEADING = 160
_BULLET = re.compile(r"([-–+*•])\s*(?=\S)")
# "Nhiệm vụ 2: Xây nhà văn hóa" is a task by its own word, however it is set.
_TASK = re.compile(r"(?:nhiệm vụ|công việc|việc)\s+(?:số\s+)?(\d{1,3})\s*[:.]\s*(?=\S)", re.IGNORECASE)
_APPENDIX = re.compile(r"^phu luc\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph without the number it begins with; `enclosed` numbers stand in parentheses: `(1)`.

    `level` tells headings apart, the outermost having the lowest; it is None for a line of the text. `headings` are
    those above it, outermost first. `breaks` is true when a table stands between it and the line before.
    """

    paragraph: Paragraph
    number: Printed | None
    enclosed: bool
    text: str
    level: int | None
    headings: tuple["Line", ...]
    breaks: bool

    @property
    def place(self) -> Place:
        return Place(paragraph=self.paragraph.index)

    @property
    def key(self) -> str:
        """The words folded, to look for other words in them."""
        return fold(self.text)


def read_outline(document: Document) -> tuple[Line, ...]:
    """Every paragraph that says something, headings included, in order."""
    return tuple(_outlined(list(_numbered(document))))


@dataclass(frozen=True, slots=True)
class _Numbered:
    paragraph: Paragraph
    number: Printed | None
    enclosed: bool
    text: str
    breaks: bool
    is_task: bool


def _numbered(document: Document) -> Iterator[_Numbered]:
    breaks = False
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            breaks = True
        elif text := block.text.strip():
            number, rest = split_number(text)
            named = _TASK.match(text)
            if named:
                number, rest = Printed(Style.DECIMAL, named[1]), text[named.end() :]
            elif number is None and (bullet := _BULLET.match(text)):
                number, rest = Printed(Style.BULLET, bullet[1]), text[bullet.end() :]
            yield _Numbered(block, number, text.startswith("("), rest.strip(), breaks, is_task=named is not None)
            breaks = False


def _outlined(lines: Sequence[_Numbered]) -> Iterator[Line]:
    above: list[Line] = []
    for at, line in enumerate(lines):
        level = _level(line, _next_listed(lines, at))
        if level is not None and _is_labelled(lines, at):
            level = None
        if level is not None:
            above = [heading for heading in above if heading.level is not None and heading.level < level]
        found = Line(line.paragraph, line.number, line.enclosed, line.text, level, tuple(above), line.breaks)
        yield found
        if level is not None:
            above.append(found)


def _is_labelled(lines: Sequence[_Numbered], at: int) -> bool:
    """A title in bold with its own duties right below it, and no list that these could be the duties of."""
    line, below = lines[at], lines[at + 1 : at + 2]
    if not below or (line.number is not None and line.number.style in {Style.UPPER, Style.ROMAN}):
        return False
    fields = split_fields(below[0].text)
    if not fields.values or fields.head:
        return False
    following = _next_listed(lines, at)
    if following is None or following.number is None:
        return True
    return line.number is not None and following.number.style <= line.number.style


def _next_listed(lines: Sequence[_Numbered], at: int) -> _Numbered | None:
    """The next line that is neither a label of duties nor a name listed below one."""
    names_follow = False
    for line in lines[at + 1 :]:
        fields = split_fields(line.text)
        if fields.values and not fields.head:
            names_follow = not all(fields.values.values())
        elif not (names_follow and line.number is not None and line.number.style is Style.BULLET):
            return line
    return None


_LEVELS = {Style.UPPER: 0, Style.ROMAN: 1, Style.DECIMAL: 2, Style.LOWER: 10}
_UNNUMBERED = 11


def _level(line: _Numbered, following: _Numbered | None) -> int | None:
    """The level of a heading; None for a line that is none."""
    if (
        line.is_task
        or len(line.text) > _LONGEST_HEADING
        or (line.number is not None and line.number.style is Style.BULLET)
    ):
        return None
    shouted = line.text.isupper() and " " in line.text
    if line.number is None:
        if shouted and (line.paragraph.bold or _APPENDIX.match(fold(line.text))):
            return 0
        return _UNNUMBERED if line.paragraph.bold else None
    outermost = line.number.style in {Style.UPPER, Style.ROMAN} and not line.enclosed
    if not (outermost or shouted or line.paragraph.bold or _introduces(line, following)):
        return None
    if line.number.style is Style.DOTTED:
        return 2 + line.number.text.count(".")
    return _LEVELS.get(line.number.style, _UNNUMBERED) + (line.enclosed and 6)


def _introduces(line: _Numbered, following: _Numbered | None) -> bool:
    """A number that the next one is a part of (1. before 1.1.), or a short label above a list."""
    if line.number is None or following is None or following.number is None:
        return False
    inner, outer = following.number, line.number
    if inner.style is Style.DOTTED:
        return inner.text.startswith(f"{outer.text}.") and not line.enclosed
    deeper = inner.style > outer.style or (following.enclosed and not line.enclosed)
    return deeper and len(line.text) <= _LONGEST_PLAIN_HEADING and not line.text.endswith((".", ";", ","))
