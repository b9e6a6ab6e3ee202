"""Read apart: what a file holds when it is taken to pieces, within a budget, before any other program reads it."""

import re
import zlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from services.alerts_worker.evidence_checks.contents.budget import Budget, TooMuch
from services.alerts_worker.evidence_checks.contents.members import Account, is_program
from services.alerts_worker.evidence_checks.contents.packages import unpack
from services.alerts_worker.evidence_checks.contents.pixels import count_pixels
from shared.domain.file_types import EML, HEAD, PACKAGES, PDF, PICTURES, ZIP, find_media_type, is_runnable_name

_MOST_ATTACHMENTS = 200
_DEEPEST_MESSAGE = 8
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_WIDTH, _HEIGHT = re.compile(rb"/Width\s+(\d{1,9})"), re.compile(rb"/Height\s+(\d{1,9})")
_DICTIONARY = 2048
"""Bytes before a stream in which its dictionary is looked for."""
MOST_PIXELS = 250_000_000
"""Cameras of phones take 200 million."""


def take_apart(content: bytes, argument: Any) -> dict[str, object]:
    """`refusals` and `notices` as lists of [word, name], the bytes `expanded`, the `entries`, and `pixels`.

    `argument` is the `media_type`, and `partial`: a package of which only ends are there cannot be looked through.
    """
    kind, partial = str(argument["media_type"]), bool(argument["partial"])
    account, budget = Account(), Budget()
    try:
        if kind in PACKAGES:
            if partial:
                account.refuse("too-large")
            else:
                unpack(content, kind, budget, account)
        elif kind == EML and not partial:
            _take_message_apart(message_from_bytes(content, policy=policy.default), budget, account)
        elif kind == PDF and not partial:
            _look_at_streams(content, budget, account)
        elif kind in PICTURES:
            _measure(content, account)
    except TooMuch as excess:
        account.refuse(excess.word)
    return {
        "refusals": account.refusals,
        "notices": account.notices,
        "expanded": budget.expanded,
        "entries": budget.entries,
        "pixels": account.pixels,
    }


def _measure(content: bytes, account: Account) -> None:
    account.pixels = count_pixels(content)
    if account.pixels is None:
        account.notice("damaged")
    elif account.pixels[0] * account.pixels[1] > MOST_PIXELS:
        account.refuse("pixels")


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


def _take_message_apart(message: Message, budget: Budget, account: Account) -> None:
    """Attachments are what makes a message dangerous; a type that is not taken alone is only told here."""
    for name, body in _attachments(message, 0, account):
        budget.count_entry()
        budget.spend(len(body))
        if budget.entries > _MOST_ATTACHMENTS:
            raise TooMuch("entries")
        if is_program(body) or is_runnable_name(name):
            account.refuse("program", name)
            continue
        kind = find_media_type(body[:HEAD], name)
        if kind in PACKAGES:
            unpack(body, kind or ZIP, budget, account)
        elif kind is None:
            account.notice("other-attachment", name)


def _attachments(message: Message, depth: int, account: Account) -> Iterator[tuple[str, bytes]]:
    if depth > _DEEPEST_MESSAGE:
        account.refuse("nested")
        return
    if message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _attachments(part, depth + 1, account)
        return
    name = message.get_filename() or ""
    if name or message.get_content_disposition() == "attachment":
        body = message.get_payload(decode=True)
        yield str(name), body if isinstance(body, bytes) else b""
