"""Numbers as plans print them before a line: `I.`, `A.`, `1.`, `(2)`, `1.1`, `a)`, `-`."""

import re
from dataclasses import dataclass
from enum import IntEnum


class Style(IntEnum):
    """How a number is written, from the outermost level of a plan to the innermost."""

    UPPER = 0
    ROMAN = 1
    DECIMAL = 2
    DOTTED = 3
    LOWER = 4
    BULLET = 5
    OTHER = 6
    """A mark of the plan's own making in a number column, such as `NV-01`."""


@dataclass(frozen=True, slots=True)
class Printed:
    """`text` is the number without its closing mark: `1.` and `(1)` are both `1`."""

    style: Style
    text: str


_LONGEST = 20
_ROMAN = r"(?=[IVX])(?:X{0,3})(?:IX|IV|V?I{0,3})"
_PATTERNS = (
    (Style.ROMAN, _ROMAN),
    (Style.UPPER, r"[A-ZĐ]"),
    (Style.DOTTED, r"\d{1,3}(?:[.,]\d{1,3}){1,5}"),
    (Style.DECIMAL, r"\d{1,4}"),
    (Style.LOWER, r"[a-zđ]"),
    (Style.BULLET, r"[-–+*•]"),
)
_ALONE = tuple((style, re.compile(rf"\(?\s*({pattern})\s*[.):/-]?", re.ASCII)) for style, pattern in _PATTERNS)
_CLOSED = (
    (Style.ROMAN, re.compile(rf"({_ROMAN})\s*[.):–-]\s*(?=\S)", re.ASCII)),
    (Style.UPPER, re.compile(r"([A-ZĐ])\s*[.)]\s*(?=\S)")),
    # A dotted number needs no closing mark ("1.1 Triển khai"); "1.000 hộ" is a quantity.
    (Style.DOTTED, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,5})(?:[.)]\s*|\s+)(?=[^\W\d_]|[“\"'(])")),
    (Style.DECIMAL, re.compile(r"\(?(\d{1,3})[.)]\s*(?=[^\W\d_]|[“\"'(]|\d+%)")),
    (Style.LOWER, re.compile(r"([a-zđ])\)\s*(?=\S)")),
)


def parse_number(text: str) -> Printed | None:
    """The number a cell consists of, style OTHER for a short mark of another kind; else None."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    for style, pattern in _ALONE:
        match = pattern.fullmatch(text)
        if match:
            return Printed(style, match[1].replace(",", "."))
    return Printed(Style.OTHER, text)


def split_number(text: str) -> tuple[Printed | None, str]:
    """The number a text begins with and the rest; (None, text) when it begins with words."""
    for style, pattern in _CLOSED:
        match = pattern.match(text)
        if match and match.end() < len(text):
            return Printed(style, match[1]), text[match.end() :]
    return None, text
