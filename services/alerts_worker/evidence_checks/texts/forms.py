"""What readers of text give."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """`why` is a word for why there is no text: `encrypted`, `no-text-layer`, `damaged`."""

    letters: str
    pages: int | None = None
    is_cut: bool = False
    why: str | None = None
