"""Read apart: what a file is from its beginning to its end, and whether it is something else as well.

An entry of the throwaway process; it imports nothing that is slow to load.
"""

import io
import re
import zipfile
from typing import Any

from services.alerts_worker.evidence_checks.contents.ends import FOREIGN, end_of
from services.alerts_worker.evidence_checks.contents.trailers import end_with_trailers
from shared.domain.file_types import (
    DOCX,
    EML,
    HEAD,
    JPEG,
    MP4,
    ODT,
    PACKAGES,
    PDF,
    PICTURES,
    PNG,
    PPTX,
    TEXT,
    WEBP,
    XLSX,
    ZIP,
    PlainText,
    find_media_type,
)

_EARLY = 1024
"""Bytes within which readers look for the beginning of a PDF, and browsers for markup."""
MARKUP = re.compile(rb"<(?:html|script|body|iframe|svg|\?php|hta:application)\b", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_NO_MATTER = 64
"""Bytes after the end of a file that programs leave behind."""
_CERTAIN = 4
"""Bytes of a beginning that do not stand somewhere by chance."""
_ANOTHER_PDF = re.compile(rb"%%EOF\s*%PDF-")
_ZIP_END = b"PK\x05\x06"
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_MOST_PARTS = 20_000


def tell(content: bytes, argument: Any) -> dict[str, object]:
    """`media_type` of the whole (None: not taken), and `marks`: words for what else was seen.

    `argument` is the `filename`; `partial`: whether the content is only the beginning and end of a large file; and
    `web_page`: the type of a page that may be one, for we fetched it.
    """
    partial = bool(argument["partial"])
    if argument["web_page"] and b"\0" not in content and _PAGE.search(content[:HEAD]):
        return {"media_type": argument["web_page"], "marks": []}
    found = find_media_type(content[:HEAD], str(argument["filename"]))
    marks: list[str] = []
    if found in PACKAGES and not partial:
        found, marks = _package(content, found)
    elif found == TEXT and not partial and not PlainText().accepts(content, final=True):
        found = None
    elif found is not None:
        marks = _marks(content, found, partial)
    return {"media_type": found, "marks": marks}


def _package(content: bytes, beginning: str) -> tuple[str | None, list[str]]:
    """By the table at its end, which is what programs go by."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        names = package.namelist()[:_MOST_PARTS]
        first = package.read("mimetype")[:100] if beginning == ODT and "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError):
        return beginning, ["damaged"]
    if beginning == ODT:
        return (ODT if first == ODT.encode() and "content.xml" in names else None), []
    office = next((kind for name, kind in _PARTS.items() if name in names), None)
    if office is not None:
        return office, []
    return (ZIP if "[Content_Types].xml" not in names and "mimetype" not in names else None), []


def _marks(content: bytes, kind: str, partial: bool) -> list[str]:
    marks = []
    early = content[:_EARLY]
    if kind not in {PDF, EML} and b"%PDF-" in early:
        marks.append("second-pdf")
    if kind in PICTURES | {PDF, MP4} and MARKUP.search(early):
        marks.append("second-markup")
    if _ends_as_zip(content, kind):
        marks.append("second-zip")
    if not partial and kind in {PDF, JPEG, PNG, WEBP, MP4} | PICTURES:
        marks += _after_end(content, kind)
    return marks


def _after_end(content: bytes, kind: str) -> list[str]:
    end = end_of(content, kind)
    if end is None:
        return ["end-missing" if kind in PICTURES else "cut-short"]
    rest = content[end_with_trailers(content, end, kind) :].strip(b"\0\r\n\t ")
    if rest.startswith(FOREIGN) or MARKUP.match(rest) or any(each in rest for each in FOREIGN if len(each) >= _CERTAIN):
        return ["foreign-end"]
    if kind == PDF and _ANOTHER_PDF.search(content):
        return ["foreign-end"]
    return ["more-after-end"] if len(rest) > _NO_MATTER else []


def _ends_as_zip(content: bytes, kind: str) -> bool:
    """A zip is found by its end, whatever stands before it; a PDF may hold one among its attachments."""
    at = content.rfind(_ZIP_END, max(0, len(content) - 65_557))
    if at < 0 or at + 22 > len(content) or kind == TEXT:
        return False
    if at + 22 + int.from_bytes(content[at + 20 : at + 22], "little") >= len(content):
        return True
    entries, table = int.from_bytes(content[at + 10 : at + 12], "little"), content[at + 12 : at + 16]
    starts = at - int.from_bytes(table, "little")
    return kind != PDF and entries > 0 and starts >= 0 and content.startswith(b"PK\x01\x02", starts)
