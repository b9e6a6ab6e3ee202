"""Read apart: what a file holds when it is taken to pieces, within a budget, before any other program reads it."""

import re
import zlib
from collections.abc import Iterator
from typing import Any

from services.alerts_worker.evidence_checks.contents import kinds
from services.alerts_worker.evidence_checks.contents.budget import Budget, TooMuch
from services.alerts_worker.evidence_checks.contents.mails import judge_other, take_message_apart
from services.alerts_worker.evidence_checks.contents.members import Account, Found, Search
from services.alerts_worker.evidence_checks.contents.packages import unpack
from services.alerts_worker.evidence_checks.contents.pixels import count_pixels
from shared.domain.file_types import EML, OFFICE, PACKAGES, PDF, PICTURES, TEXT, ZIP

_DEEPEST = 3
"""Packages around a file; a zip lies in none."""
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_WIDTH, _HEIGHT = re.compile(rb"/Width\s+(\d{1,9})"), re.compile(rb"/Height\s+(\d{1,9})")
_DICTIONARY = 2048
"""Bytes before a stream in which its dictionary is looked for."""
MOST_PIXELS = 250_000_000
"""Cameras of phones take 200 million."""


def take_apart(content: bytes, argument: Any) -> dict[str, object]:
    """`refusals` and `notices` as lists of [word, name], the bytes `expanded`, the `entries`, `pixels`, and `litter`.

    `argument` is the `media_type`, and `partial`: a package of which only ends are there cannot be looked through.
    """
    account, budget = Account(), Budget()
    try:
        found = Found("", content, bool(argument["partial"]))
        _take(found, str(argument["media_type"]), Search(budget, account, _look))
    except TooMuch as excess:
        account.refuse(excess.word)
    return {
        "refusals": account.refusals,
        "notices": account.notices,
        "litter": account.litter,
        "expanded": budget.expanded,
        "entries": budget.entries,
        "pixels": account.pixels,
    }


def _take(found: Found, kind: str, search: Search) -> None:
    if kind in PACKAGES | {EML} and found.is_partial:
        search.account.refuse("too-large", found.name)
    elif kind in PACKAGES:
        unpack(found, kind, search.inside(kind))
    elif kind == EML:
        take_message_apart(found, search.inside(kind))
    elif kind == PDF and not found.is_partial:
        _look_at_streams(found.content, search.budget, search.account)
    elif kind in PICTURES:
        _measure(found, search)


def _look(found: Found, search: Search) -> None:
    """A file in another one, by all that is asked of a file of its own."""
    told = kinds.tell(found.content, {"filename": found.name, "partial": found.is_partial, "web_page": None})
    kind, marks = told["media_type"], told["marks"]
    if kind is None:
        if search.within[-1] == ZIP:
            search.account.refuse("foreign-type", found.name)
        else:
            judge_other(found, search)
        return
    for mark in marks:
        if mark in kinds.REFUSED:
            search.account.refuse(mark, found.name)
        elif search.within[-1] not in OFFICE:
            search.account.notice(mark, found.name)
    if kind in PACKAGES and search.packages >= (1 if kind == ZIP else _DEEPEST):
        search.account.refuse("nested", found.name)
    elif kind == TEXT and found.is_partial:
        search.account.refuse("too-large", found.name)
    else:
        _take(found, kind, search)


def _measure(found: Found, search: Search) -> None:
    pixels = count_pixels(found.content)
    if not search.within:
        search.account.pixels = pixels
    if pixels is None:
        if not OFFICE.intersection(search.within):
            search.account.notice("damaged", found.name)
    elif pixels[0] * pixels[1] > MOST_PIXELS:
        search.account.refuse("pixels", found.name)


def _look_at_streams(content: bytes, budget: Budget, account: Account) -> None:
    """Everything that is deflated in a PDF, whether or not its table of contents leads there, and its pictures."""
    for start in _STREAM.finditer(content):
        about = content[max(0, start.start() - _DICTIONARY) : start.start()].rpartition(b" obj")[2]
        sides = [int(side) for pattern in (_WIDTH, _HEIGHT) for side in pattern.findall(about)[-1:]]
        if len(sides) == 2 and sides[0] * sides[1] > MOST_PIXELS:
            account.refuse("pixels")
        outer, inner, at = _Inflating(budget), _Inflating(budget), start.end()
        while at < len(content) and not outer.is_over:
            for piece in outer.feed(content[at : at + budget.chunk]):
                for _ in inner.feed(piece):  # what was deflated twice over
                    pass
            at += budget.chunk


class _Inflating:
    """A stream as it is inflated, within the budget; what is not deflated, or damaged, is over at once."""

    def __init__(self, budget: Budget) -> None:
        self.is_over = False
        self._budget = budget
        self._inflater = zlib.decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What the next bytes become, in pieces."""
        while data and not self.is_over:
            try:
                piece = self._inflater.decompress(data, self._budget.chunk)
            except zlib.error:
                self.is_over = True
                return
            data, self.is_over = self._inflater.unconsumed_tail, self._inflater.eof
            self._budget.spend(len(piece))
            yield piece
