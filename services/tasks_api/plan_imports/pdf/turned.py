"""Text printed sideways, as in the narrow columns of a wide table."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.tasks_api.plan_imports.pdf.matter import Glyph


@dataclass(frozen=True, slots=True)
class Turned:
    """A letter on an upright line: `base` is the x of that line, `low` and `high` are the letter's ends."""

    text: str
    base: float
    low: float
    high: float
    upwards: bool
    bold: bool


def upright_lines(letters: list[Turned]) -> Iterator[Glyph]:
    """Each sideways line as one glyph in its middle, so that lines side by side read from left to right."""
    ordered = sorted(letters, key=lambda letter: (round(letter.base), letter.upwards))
    line: list[Turned] = []
    for letter in ordered:
        if line and (abs(letter.base - line[-1].base) > 1.5 or letter.upwards != line[-1].upwards):
            yield from _glyphs(line)
            line = []
        line.append(letter)
    yield from _glyphs(line)


def _glyphs(line: list[Turned]) -> Iterator[Glyph]:
    """The pieces of one line, in reading order; a gap of several letters parts them."""
    if not line:
        return
    upwards = line[0].upwards
    ordered = sorted(line, key=lambda letter: -letter.low if upwards else letter.high)
    size = max(letter.low - letter.high for letter in ordered) * 1.4 or 1.0
    piece: list[Turned] = []
    for letter in ordered:
        if piece and _gap(piece[-1], letter) > 3 * size:
            yield _glyph(piece, size)
            piece = []
        if piece and _gap(piece[-1], letter) > 0.25 * size:
            piece.append(Turned(" ", letter.base, letter.low, letter.high, upwards, letter.bold))
        piece.append(letter)
    yield _glyph(piece, size)


def _gap(one: Turned, other: Turned) -> float:
    return one.high - other.low if one.upwards else other.high - one.low


def _glyph(piece: list[Turned], size: float) -> Glyph:
    text = "".join(letter.text for letter in piece)
    middle = (min(letter.high for letter in piece) + max(letter.low for letter in piece)) / 2
    base = piece[0].base
    left, right = (base - 0.8 * size, base) if piece[0].upwards else (base, base + 0.8 * size)
    return Glyph(f"{text} ", left, right, middle, size, all(letter.bold for letter in piece))
