"""Read apart: what a file holds when it is taken to pieces, within a budget, before any other program reads it."""

from typing import Any

from services.alerts_worker.evidence_checks.contents import kinds
from services.alerts_worker.evidence_checks.contents.budget import Budget, TooMuch
from services.alerts_worker.evidence_checks.contents.mails import judge_other, look_at_attachment, take_message_apart
from services.alerts_worker.evidence_checks.contents.members import Account, Found, Search
from services.alerts_worker.evidence_checks.contents.packages import unpack
from services.alerts_worker.evidence_checks.contents.pdfs import look_at_pdf
from services.alerts_worker.evidence_checks.contents.pixels import MOST_PIXELS_TAKEN, count_pixels, is_whole
from shared.domain.file_types import EML, HEAD, OFFICE, PACKAGES, PDF, PICTURES, TEXT, ZIP

_DEEPEST = 3
"""Packages around another one."""
_DEEPEST_PDF = 2


def take_apart(content: bytes, argument: Any) -> dict[str, object]:
    """`refusals` and `notices` as lists of [word, name], the bytes `expanded`, the `entries`, `pixels`, and `litter`.

    `argument` is the `media_type`, and `partial`: packages, messages and PDFs of which only ends are there cannot be
    looked through.
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
    if kind in PACKAGES | {EML, PDF} and found.is_partial:
        search.account.refuse("too-large", found.name)
    elif kind in PACKAGES:
        unpack(found, kind, search.inside(kind))
    elif kind == EML:
        take_message_apart(found, search.inside(kind))
    elif kind == PDF:
        _take_pdf_apart(found, search.inside(kind))
    elif kind in PICTURES:
        _measure(found, search)


def _look(found: Found, search: Search) -> None:
    """A file in another one, by all that is asked of a file of its own."""
    told = kinds.tell_type(found.content, found.name, is_partial=found.is_partial)
    kind, marks = told.media_type, told.marks
    if kind is None:
        _look_at_other(found, search)
        return
    for mark in marks:
        if mark in kinds.REFUSED:
            search.account.refuse(mark, found.name)
        elif search.within[-1] not in OFFICE:
            search.account.notice(mark, found.name)
    if _is_too_deep(kind, search):
        search.account.refuse("nested", found.name)
    elif kind == TEXT and found.is_partial:
        search.account.refuse("too-large", found.name)
    else:
        _take(found, kind, search)


def _look_at_other(found: Found, search: Search) -> None:
    """A file of a type that is not taken alone."""
    around = search.within[-1]
    if around == ZIP or (around == PDF and not _is_data(found.content)):
        search.account.refuse("foreign-type", found.name)
    elif around != PDF:
        judge_other(found, search)


def _is_data(body: bytes) -> bool:
    """What invoices bring along: XML, and no page for a browser."""
    head = body[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<?xml") and not kinds.MARKUP.search(body)


def _is_too_deep(kind: str, search: Search) -> bool:
    """A zip may only be attached to a message."""
    if kind == ZIP:
        return search.packages > 0 or PDF in search.within
    return kind in PACKAGES and search.packages >= _DEEPEST


def _take_pdf_apart(found: Found, search: Search) -> None:
    """A PDF may hold files, as invoices and binders do; so may these, but not without end."""
    look = look_at_pdf(found.content, search.budget)
    for word in look.refusals:
        search.account.refuse(word, found.name)
    for word in look.notices:
        search.account.notice(word, found.name)
    for name, body in look.attachments:
        search.budget.count_entry()
        if search.within.count(PDF) >= _DEEPEST_PDF:
            search.account.refuse("nested", name)
        else:
            look_at_attachment(Found(name, body), [name], search)


def _measure(found: Found, search: Search) -> None:
    """The dots of every picture; only one that was sent alone is decoded, as for many there is no time."""
    pixels = count_pixels(found.content)
    if not search.within:
        search.account.pixels = pixels
    if pixels is None:
        if not OFFICE.intersection(search.within):
            search.account.refuse("damaged", found.name)
    elif pixels[0] * pixels[1] > MOST_PIXELS_TAKEN:
        search.account.refuse("pixels", found.name)
    elif not search.within and not found.is_partial:
        _decode(found, search)


def _decode(found: Found, search: Search) -> None:
    whole = is_whole(found.content)
    if whole is None:
        search.account.notice("undecoded", found.name)
    elif not whole:
        search.account.refuse("damaged", found.name)
