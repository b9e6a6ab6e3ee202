"""What a page carries, wherever it was found: letters or words, and ruling lines. Points, from the top left."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter, or a whole recognised word with a space behind it; `base` is the line it stands on."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool

    @property
    def top(self) -> float:
        return self.base - 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.base + 0.2 * self.size

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, self.base - 0.3 * self.size


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight line: `at` is its y when it is level, its x when it is upright."""

    level: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """`pictured` is the part of the page (0 to 1) that pictures cover."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    pictured: float = 0.0
    drawn_shapes: int = 0
    """Outlines that are no straight lines, as of letters that were drawn instead of written."""
    illegible: bool = False
    """Its letters are stored without saying which they are."""
    recognised: bool = False
    """Its words were recognised in a picture, here or by whoever made the file."""
