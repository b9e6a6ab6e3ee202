"""Read apart: what the search through one file shares, however deep it goes, and what was found."""

import lzma
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from services.alerts_worker.evidence_checks.contents.budget import Budget
from shared.domain.file_types import EML, PACKAGES

_MOST_TOLD = 20
_LONGEST_NAME = 255

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, OverflowError),
    *(NotImplementedError, RuntimeError, KeyError, IndexError, TypeError, AttributeError, AssertionError),
)
"""What the libraries raise for packages and messages that are none: always a property of the file. Memory and depth
that ran out are not among them."""


@dataclass(slots=True)
class Account:
    """What was found, as [word, name of the entry]; of each kind only so many are told. `litter` are names."""

    refusals: list[list[str]] = field(default_factory=list)
    notices: list[list[str]] = field(default_factory=list)
    litter: list[str] = field(default_factory=list)
    pixels: list[int] | None = None

    def refuse(self, word: str, name: str = "") -> None:
        """A reason not to take the file."""
        _add(self.refusals, [word, _shown(name)])

    def notice(self, word: str, name: str = "") -> None:
        """A fact that the appraiser should know."""
        _add(self.notices, [word, _shown(name)])

    def leave_out(self, name: str) -> None:
        """What a desktop left behind, and nobody meant to send."""
        _add(self.litter, _shown(name))


def _add(told: list[Any], what: list[str] | str) -> None:
    if len(told) < _MOST_TOLD and what not in told:
        told.append(what)


def _shown(name: str) -> str:
    return "".join(char for char in name if not unicodedata.category(char).startswith("C"))[:_LONGEST_NAME]


@dataclass(frozen=True, slots=True)
class Found:
    """A file in another one; of a large one `content` is only the beginning and the end (`is_partial`)."""

    name: str
    content: bytes
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """`look` looks a found file through as it would one of its own; `within` are the types of what it lies in,
    outermost first."""

    budget: Budget
    account: Account
    look: Callable[[Found, "Search"], None]
    within: tuple[str, ...] = ()

    def inside(self, kind: str) -> "Search":
        """The same search, in a file of that type."""
        return replace(self, within=(*self.within, kind))

    @property
    def packages(self) -> int:
        """How many packages lie around."""
        return sum(kind in PACKAGES for kind in self.within)

    @property
    def messages(self) -> int:
        """How many messages lie around."""
        return self.within.count(EML)
