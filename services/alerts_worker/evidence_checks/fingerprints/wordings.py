"""The texts in a file and the documents they are, for their fingerprints. Runs only in the throwaway process."""

import zipfile
from collections.abc import Iterator

from services.alerts_worker.evidence_checks.documents.heads import read_head
from services.alerts_worker.evidence_checks.fingerprints import texts
from services.alerts_worker.evidence_checks.fingerprints.documents import DocumentKey, key_of
from services.alerts_worker.evidence_checks.fingerprints.prints import MOST_TEXTS, FilePrints, TextPrint
from services.alerts_worker.evidence_checks.texts.forms import PAGE_END, Text
from services.alerts_worker.evidence_checks.texts.members import TooMany, list_members
from services.alerts_worker.evidence_checks.texts.reading import TEXT_TYPES, read_text
from shared.domain.file_types import EML, WEB_PAGES, ZIP

COMPARED = TEXT_TYPES | WEB_PAGES
MOST_LETTERS = 3_000_000
"""Of one text: a thousand pages."""
MOST_COMPARED = 120_000
"""Words of all texts of a file together that are looked at closely: seconds of a processor."""
_UNREAD = frozenset({"encrypted", "damaged"})
_LEFT_OUT = Text("", is_cut=True)
"""Whatever of a container is not read; what lies beside the container is."""


def prints_of(content: bytes, media_type: str) -> FilePrints:
    """The fingerprints of the text of a file, and of the files in it: each once."""
    found: dict[str, TextPrint] = {}
    keys: list[DocumentKey] = []
    is_whole, left = True, MOST_COMPARED
    try:
        for text in _texts(content, media_type):
            if left <= 0 or len(found) == MOST_TEXTS or len(keys) == MOST_TEXTS:
                raise TooMany
            is_whole = is_whole and not text.is_cut and text.why not in _UNREAD
            if made := texts.print_of(text.letters.split(PAGE_END)):
                found.setdefault(made.sha256, made)
                left -= min(made.words, texts.MOST_WORDS)
            if (key := _document(text)) and key not in keys:
                keys.append(key)
    except TooMany:
        is_whole = False
    return FilePrints(tuple(found.values()), documents=tuple(keys), is_whole=is_whole)


def _texts(content: bytes, media_type: str) -> Iterator[Text]:
    if media_type in COMPARED:
        yield read_text(content, media_type, most=MOST_LETTERS, body_only=True)
    if media_type in {EML, ZIP}:
        try:
            for kind, member in list_members(content, media_type):
                yield from _texts(member, kind)
        except (TooMany, zipfile.BadZipFile):
            yield _LEFT_OUT


def _document(text: Text) -> DocumentKey | None:
    head = read_head(text.letters)
    return key_of(head.number, head.issuer, head.issued_on.year if head.issued_on else None)
