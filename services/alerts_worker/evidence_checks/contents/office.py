"""Read apart: a part of an office document, by what it is and not by what it is called."""

import re
import zlib

from services.alerts_worker.evidence_checks.contents.beginnings import (
    OLE,
    ZIP_ENTRY,
    is_archive,
    is_page,
    is_program,
    is_rich_text,
)
from services.alerts_worker.evidence_checks.contents.compound import judge_compound
from services.alerts_worker.evidence_checks.contents.kinds import ends_as_zip
from services.alerts_worker.evidence_checks.contents.members import Found, Search
from shared.domain.file_types import MP4, PDF, PICTURES, find_media_type, is_runnable_name

_XML_NAMES = (".xml", ".rels", ".vml", ".svg", ".rdf")
_MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml|macrosheets/.+|Basic/.+|Scripts/.+)$", re.IGNORECASE)
_CONTROLS = re.compile(r"(^|/)activeX/.+$", re.IGNORECASE)
_PACKED_DRAWINGS = (".emz", ".wmz")
_DRAWING = re.compile(rb"\x01\0\0\0.{36} EMF|\xd7\xcd\xc6\x9a|[\x01\x02]\0\x09\0", re.DOTALL)
_DRAWING_HEAD = 64


def judge_name(name: str, search: Search) -> None:
    """What the application opens by the name of the part alone."""
    if _MACROS.search(name):
        search.account.refuse("macros", name)
    elif _CONTROLS.search(name):
        search.account.refuse("activex", name)


def is_xml(name: str, head: bytes) -> bool:
    """Whether the application reads the part as XML; what is a page is none, whatever it is called."""
    words = head[:_DRAWING_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return (name.lower().endswith(_XML_NAMES) or words.startswith(b"<")) and not is_page(head)


def judge_part(found: Found, search: Search) -> None:
    """A part that is no XML. Pictures, films and documents are looked at as files of their own."""
    content, name, account = found.content, found.name, search.account
    kind = find_media_type(content, name)
    if is_page(content) or is_rich_text(content):
        account.refuse("foreign-part", name)
    elif is_program(content) or is_runnable_name(name):
        account.refuse("program", name)
    elif content.startswith(ZIP_ENTRY) or kind in PICTURES | {PDF, MP4}:
        search.look(found, search)
    elif content.startswith(OLE):
        if not judge_compound(found, search):
            account.notice("embedded-object", name)
    elif is_archive(content) and not _is_packed_drawing(found):
        account.refuse("archive", name)
    elif ends_as_zip(content, kind):
        account.refuse("nested", name)


def _is_packed_drawing(found: Found) -> bool:
    """Drawings of Windows lie packed in documents."""
    if not found.name.lower().endswith(_PACKED_DRAWINGS):
        return False
    try:
        return bool(_DRAWING.match(zlib.decompressobj(31).decompress(found.content, _DRAWING_HEAD)))
    except zlib.error:
        return False
