"""What readers of text give."""

from dataclasses import dataclass

PAGE_END = "\f"
"""Between the pages of a text, where there are pages; to whoever looks for lines it is the end of one."""


@dataclass(frozen=True, slots=True)
class Text:
    """`why` is a word for why there is no text: `encrypted`, `no-text-layer`, `damaged`."""

    letters: str
    pages: int | None = None
    is_cut: bool = False
    why: str | None = None
