"""Read apart: what a file holds when it is taken to pieces, within a budget, before any other program reads it."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from services.alerts_worker.evidence_checks.contents.budget import Budget, TooMuch
from services.alerts_worker.evidence_checks.contents.kinds import MARKUP
from services.alerts_worker.evidence_checks.contents.members import Account, is_program
from services.alerts_worker.evidence_checks.contents.packages import unpack
from services.alerts_worker.evidence_checks.contents.pdfs import look_at_pdf
from services.alerts_worker.evidence_checks.contents.pixels import MOST_PIXELS, count_pixels, is_whole
from shared.domain.file_types import EML, HEAD, PACKAGES, PDF, PICTURES, ZIP, find_media_type, is_runnable_name

_MOST_ATTACHMENTS = 200
_DEEPEST_MESSAGE = 8
_DEEPEST_PDF = 2


def take_apart(content: bytes, argument: Any) -> dict[str, object]:
    """`refusals` and `notices` as lists of [word, name], the bytes `expanded`, the `entries`, and `pixels`.

    `argument` is the `media_type`, and `partial`: of packages and PDFs all must be there.
    """
    kind, partial = str(argument["media_type"]), bool(argument["partial"])
    account, budget = Account(), Budget()
    try:
        if kind in PACKAGES | {PDF} and partial:
            account.refuse("too-large")
        elif kind in PACKAGES:
            unpack(content, kind, budget, account)
        elif kind == EML and not partial:
            _take_message_apart(message_from_bytes(content, policy=policy.default), budget, account)
        elif kind == PDF:
            _take_pdf_apart(content, budget, account)
        elif kind in PICTURES:
            _measure(content, partial, account)
    except TooMuch as excess:
        account.refuse(excess.word)
    return {
        "refusals": account.refusals,
        "notices": account.notices,
        "expanded": budget.expanded,
        "entries": budget.entries,
        "pixels": account.pixels,
    }


def _measure(content: bytes, partial: bool, account: Account) -> None:
    account.pixels = count_pixels(content)
    if account.pixels is None:
        account.refuse("damaged")
    elif account.pixels[0] * account.pixels[1] > MOST_PIXELS:
        account.refuse("pixels")
    elif not partial and (whole := is_whole(content)) is not True:
        account.notice("undecoded") if whole is None else account.refuse("damaged")


def _take_pdf_apart(content: bytes, budget: Budget, account: Account, name: str = "", depth: int = 1) -> None:
    """A PDF may hold others, and office documents; those may not hold any again."""
    look = look_at_pdf(content, budget)
    for word in look.refusals:
        account.refuse(word, name)
    for word in look.notices:
        account.notice(word, name)
    for called, body in look.attachments:
        budget.count_entry()
        kind = find_media_type(body[:HEAD], called)
        if is_program(body) or is_runnable_name(called):
            account.refuse("program", called)
        elif kind == ZIP or depth >= _DEEPEST_PDF:
            account.refuse("nested", called)
        elif kind in PACKAGES:
            unpack(body, kind, budget, account, depth + 1)
        elif kind == PDF:
            _take_pdf_apart(body, budget, account, called, depth + 1)
        elif kind is None and not _is_data(body):
            account.refuse("foreign-type", called)


def _is_data(body: bytes) -> bool:
    """What invoices bring along: XML, and no page for a browser."""
    head = body[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<?xml") and not MARKUP.search(body)


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
