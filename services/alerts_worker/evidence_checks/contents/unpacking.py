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
_ENDED = zlib.compress(b"")
Inflater = type(zlib.decompressobj())
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
    """Everything that is deflated in a PDF, whether or not its table of contents leads there, and the pictures in it."""
    for start in _STREAM.finditer(content):
        budget.count_entry()
        about = content[max(0, start.start() - _DICTIONARY) : start.start()].rpartition(b" obj")[2]
        sides = [int(side) for pattern in (_WIDTH, _HEIGHT) for side in pattern.findall(about)[-1:]]
        if len(sides) == 2 and sides[0] * sides[1] > MOST_PIXELS:
            account.refuse("pixels")
        _inflate(content, start.end(), budget)


def _inflate(content: bytes, at: int, budget: Budget) -> None:
    """What was deflated once, or twice over, up to its end."""
    outer, inner = zlib.decompressobj(), zlib.decompressobj()
    try:
        while at < len(content) and not outer.eof:
            data, at = content[at : at + budget.chunk], at + budget.chunk
            while data and not outer.eof:
                out = outer.decompress(data, budget.chunk)
                data = outer.unconsumed_tail
                budget.spend(len(out))
                inner = _inflate_again(inner, out, budget)
    except zlib.error:
        return  # not deflated, or damaged: no larger than it is


def _inflate_again(inner: Inflater, data: bytes, budget: Budget) -> Inflater:
    """Most streams are deflated once only: what cannot be inflated again is left alone from then on."""
    try:
        while data and not inner.eof:
            out = inner.decompress(data, budget.chunk)
            data = inner.unconsumed_tail
            budget.spend(len(out))
    except zlib.error:
        inner = zlib.decompressobj()
        inner.decompress(_ENDED)
    return inner


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
