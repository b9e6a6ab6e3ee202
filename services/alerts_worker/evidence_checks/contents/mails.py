"""Read apart: a message, part by part: whatever is no words of it is an attachment, named or not."""

import binascii
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesFeedParser

from services.alerts_worker.evidence_checks.contents.beginnings import (
    OLE,
    ZIP_ENTRY,
    is_archive,
    is_page,
    is_program,
    is_rich_text,
)
from services.alerts_worker.evidence_checks.contents.budget import TooMuch
from services.alerts_worker.evidence_checks.contents.compound import judge_compound
from services.alerts_worker.evidence_checks.contents.members import DAMAGED, Found, Search
from services.alerts_worker.evidence_checks.contents.names import leads_outside
from shared.domain.file_types import EML, TEXT, find_media_type, is_runnable_name

_MALFORMED = (*DAMAGED, AttributeError, TypeError, AssertionError)
"""The library raises these of headers that break its grammar."""
_MOST_ATTACHMENTS = 200
_MOST_LINES_OF_DASHES = 2_000
_DEEPEST = 8
_CHUNK = 64 << 10
_WORDS = frozenset({"text/plain", "text/html"})
_PARTIAL = frozenset({"message/partial", "message/external-body"})
_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_ENCODINGS = _PLAIN | {"quoted-printable", "base64"}
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} \S", re.MULTILINE)
_PACKED_PROGRAM = re.compile(rb"^(?:TV[opqr]|f0VMR|UEsDB|0M8R4KGx|UmFyI)[A-Za-z0-9+/=]{24,}\s*$", re.MULTILINE)
"""How programs, archives and old documents begin in base64."""
_SCRIPT = re.compile(rb"<script\b(?![^>]{0,200}application/(?:ld\+)?json)", re.IGNORECASE)
_SHARE = re.compile(rb"\b(?:src|background)\s*=\s*[\"']?\s*(?:file:|\\\\{2})(?!///?[a-z][:|])", re.IGNORECASE)
"""A picture on a file server, which Windows would introduce itself to."""
_RTF_OBJECT = re.compile(rb"\\obj(?:ect|data|update|autlink|link|html|ocx)", re.IGNORECASE)


def take_message_apart(found: Found, search: Search) -> None:
    """Look every attachment through. Raises TooMuch."""
    if found.content.count(b"\n--") > _MOST_LINES_OF_DASHES:
        raise TooMuch("entries")
    try:
        message = parse_message(found.content)
        for count, part in enumerate(_leaves(message, search, search.messages)):
            search.budget.count_entry()
            if count > _MOST_ATTACHMENTS:
                raise TooMuch("entries")
            _look_at_part(part, search)
    except _MALFORMED:
        search.account.refuse("damaged", found.name)


def parse_message(content: bytes) -> EmailMessage:
    """Piece by piece: as a whole the library would hold it five times."""
    parser = BytesFeedParser(policy=policy.default)
    for at in range(0, len(content), _CHUNK):
        parser.feed(content[at : at + _CHUNK])
    message = parser.close()
    assert isinstance(message, EmailMessage)
    return message


def _leaves(message: Message, search: Search, depth: int) -> Iterator[Message]:
    kind = message.get_content_type()
    if depth > _DEEPEST or kind in _PARTIAL:
        search.account.refuse("nested")
    elif message.is_multipart():
        if _encoding(message) not in _PLAIN:
            search.account.refuse("encoding")
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part, search, depth + 1)
    else:
        yield message


def _encoding(part: Message) -> str:
    return str(part.get("Content-Transfer-Encoding", "")).split(";")[0].strip().lower()


def _look_at_part(part: Message, search: Search) -> None:
    names = [str(name) for name in (part.get_filename(), part.get_param("name")) if name]
    body = _body(part, search)
    search.budget.spend(len(body))
    is_words = not names and part.get_content_disposition() != "attachment" and part.get_content_type() in _WORDS
    if is_words and find_media_type(body, "") in {TEXT, EML, None}:
        _look_at_words(body, search)
    else:
        look_at_attachment(Found(names[0] if names else "", body), names, search)


def _body(part: Message, search: Search) -> bytes:
    """Decoded as mail programs do; each its own way with encodings that are not of the standard."""
    encoding = _encoding(part)
    if encoding == "base64":
        return _unpacked(str(part.get_payload()).encode("ascii", "replace"))
    if encoding not in _ENCODINGS:
        begins = encoding in _UUENCODED and _BEGIN.match(str(part.get_payload()).lstrip().encode("ascii", "replace"))
        if not begins:
            search.account.refuse("encoding")
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _unpacked(letters: bytes) -> bytes:
    """As lenient as readers are: what is no letter of base64 is passed over, an unfinished end is left away."""
    try:
        return binascii.a2b_base64(letters)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", letters)
        return binascii.a2b_base64(kept[: len(kept) // 4 * 4])


def _look_at_words(body: bytes, search: Search) -> None:
    if is_program(body) or _BEGIN.search(body) or _PACKED_PROGRAM.search(body):
        search.account.refuse("program")
    elif _SCRIPT.search(body):
        search.account.refuse("script")
    elif _SHARE.search(body):
        search.account.refuse("external")


def look_at_attachment(found: Found, names: list[str], search: Search) -> None:
    """A file that a message or a PDF brings along, under all names that programs may save it by."""
    if any(leads_outside(name) for name in names):
        search.account.refuse("name", found.name)
    if is_program(found.content) or any(map(is_runnable_name, names)) or _BEGIN.match(found.content):
        search.account.refuse("program", found.name)
    else:
        search.look(found, search)


def judge_other(found: Found, search: Search) -> None:
    """An attachment of a type that is not taken alone: refused where it runs or cannot be looked into, else told."""
    content, name, account = found.content, found.name, search.account
    if is_program(content) or is_runnable_name(name):
        account.refuse("program", name)
    elif is_archive(content) or content.startswith(ZIP_ENTRY):
        account.refuse("archive", name)
    elif is_page(content) or (is_rich_text(content) and _RTF_OBJECT.search(content)):
        account.refuse("foreign-part", name)
    elif content.startswith(OLE):
        judge_compound(found, search)
        account.notice("other-attachment", name)
    elif content and not content.startswith((b"GIF87a", b"GIF89a")):
        account.notice("other-attachment", name)
