"""Read apart: what may be in a container, and under which names."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import PurePosixPath

_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"L\0\0\0\x01\x14\x02",
)
_MOST_TOLD = 20
_LONGEST_NAME = 255
_DRIVE = re.compile(r"^[A-Za-z]:")
_LITTER = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml|macrosheets/.+|Basic/.+|Scripts/.+)$", re.IGNORECASE)
_EMBEDDED = re.compile(r"(^|/)(activeX/.+\.bin|oleObject\d*\.bin|embeddings/.+\.bin)$", re.IGNORECASE)


@dataclass(slots=True)
class Account:
    """What was found, as [word, name of the entry]; of each kind only so many are told."""

    refusals: list[list[str]] = field(default_factory=list)
    notices: list[list[str]] = field(default_factory=list)
    pixels: list[int] | None = None

    def refuse(self, word: str, name: str = "") -> None:
        """A reason not to take the file."""
        _add(self.refusals, word, name)

    def notice(self, word: str, name: str = "") -> None:
        """A fact that the appraiser should know."""
        _add(self.notices, word, name)


def _add(told: list[list[str]], word: str, name: str) -> None:
    shown = "".join(char for char in name if not unicodedata.category(char).startswith("C"))[:_LONGEST_NAME]
    if len(told) < _MOST_TOLD and [word, shown] not in told:
        told.append([word, shown])


def is_program(head: bytes) -> bool:
    """Whether a machine would run what begins so."""
    return head.startswith(_PROGRAMS)


def leads_outside(name: str) -> bool:
    """Whether a name, taken for a path, could write elsewhere, or shows a reader something else than it is."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name)
    return (
        hidden
        or ".." in parts
        or name.startswith(("/", "\\", "~"))
        or "\\.." in name
        or bool(_DRIVE.match(name))
        or len(name.encode("utf-8", "surrogatepass")) > 4 * _LONGEST_NAME
    )


def is_litter(name: str) -> bool:
    """What desktops leave in archives."""
    return bool(_LITTER.search(name))


def is_macro(name: str) -> bool:
    """A part of an office document that holds programs."""
    return bool(_MACROS.search(name))


def is_embedded_object(name: str) -> bool:
    """A part that another program opens when a reader clicks on it."""
    return bool(_EMBEDDED.search(name))
