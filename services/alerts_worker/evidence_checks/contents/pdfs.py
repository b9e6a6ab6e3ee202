"""Read apart: what a PDF holds and does besides showing pages.

Every stream of the file is unpacked within the budget, whether or not its tables lead there; what it does is found by
following its objects from the catalog, and by the names that stand anywhere in it.
"""

import io
import re
from dataclasses import dataclass, field

import pypdfium2
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfparser import PDFParser

from services.alerts_worker.evidence_checks.contents.budget import Budget
from services.alerts_worker.evidence_checks.contents.pdf_actions import Deeds, follow
from services.alerts_worker.evidence_checks.contents.pdf_drawing import draws_without_end
from services.alerts_worker.evidence_checks.contents.pdf_objects import MALFORMED, Objects
from services.alerts_worker.evidence_checks.contents.pdf_streams import PdfStreams

_LOCKED = ("password", "security")
"""Words in the library's messages."""


def _spelt(word: bytes) -> bytes:
    """A pattern of a name, each letter of which may be written as its number."""
    return b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in word) + b"(?![A-Za-z#])"


_LAUNCH = re.compile(_spelt(b"Launch"))
_SCRIPT = re.compile(_spelt(b"JavaScript") + rb"\s*+(?!<<|\d+\s+\d+\s+R)")
"""As a value: as a key it may lead to an empty list."""


@dataclass(slots=True)
class PdfLook:
    """`refusals` and `notices` as words, and the files that lie in it by name, to be judged as those of an archive."""

    refusals: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)


def look_at_pdf(content: bytes, budget: Budget) -> PdfLook:
    """Of a whole PDF; what cannot be opened without a password, or at all, is refused. Raises TooMuch."""
    content = content[max(content.find(b"%PDF-", 0, 1024), 0) :]
    if why := _why_closed(content):
        return PdfLook([why])
    try:
        document = Objects(PDFParser(io.BytesIO(content)))
        streams = PdfStreams(content, document, budget)
        found = follow(document, streams)
    except (PDFPasswordIncorrect, PDFEncryptionError):
        return PdfLook(["locked"])
    except MALFORMED:
        return PdfLook(["damaged"])
    _look_for_names(content, streams, found)
    found.refusals |= streams.refusals
    if draws_without_end(streams.forms):
        found.refusals.add("draws")
    if document.encryption is not None:
        found.notices.add("restricted")
    attachments = found.attachments + streams.hidden_files(found.taken)
    if attachments:
        found.notices.add("attachments")
    return PdfLook(sorted(found.refusals), sorted(found.notices), attachments)


def _why_closed(content: bytes) -> str | None:
    """The word for a file that the reader of pages does not open."""
    try:
        with pypdfium2.PdfDocument(content) as document:
            return None if len(document) else "pages"
    except pypdfium2.PdfiumError as error:
        return "locked" if any(word in str(error).lower() for word in _LOCKED) else "damaged"


def _look_for_names(content: bytes, streams: PdfStreams, found: Deeds) -> None:
    """What stands somewhere and was not come upon is hidden from us, and may not be from other readers."""
    for part in (content, *streams.objects):
        if _LAUNCH.search(part):
            found.refusals.add("launch")
        if "javascript-in-form" not in found.notices and _SCRIPT.search(part):
            found.refusals.add("javascript")
