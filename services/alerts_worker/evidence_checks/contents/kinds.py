"""Read apart: what a file is from its beginning to its end, and whether it is something else as well.

An entry of the throwaway process; it imports nothing that is slow to load.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from services.alerts_worker.evidence_checks.contents.ends import FOREIGN, end_of
from services.alerts_worker.evidence_checks.contents.members import DAMAGED
from services.alerts_worker.evidence_checks.contents.trailers import end_with_trailers
from shared.domain.file_types import (
    DOCX,
    EML,
    HEAD,
    JPEG,
    MP4,
    ODT,
    OFFICE,
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
MARKUP = re.compile(rb"<(?:html|script|body|iframe|svg|\?php|hta:application)\b(?!:)", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_NO_MATTER = 64
"""Bytes after the end of a file that programs leave behind."""
_CERTAIN = 4
"""Bytes of a beginning that do not stand somewhere by chance."""
_ANOTHER_PDF = re.compile(rb"%%EOF\s*%PDF-")
_ZIP_END = b"PK\x05\x06"
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_MOST_PARTS = 20_000
_DDE = re.compile(rb"(?:^|[,;\t\"])[ ]{0,8}[=+@-][ ]{0,8}[\w.]{1,64}\|[^\r\n]{1,300}?!", re.MULTILINE)
"""A cell that calls another program; spreadsheets take letters between commas for cells."""
_SYLK = re.compile(rb"ID;P[A-Z]*(?:;[A-Z])*[\r\n]+[BCFPEOWN];")
REFUSED = frozenset({"second-pdf", "second-markup", "second-zip", "foreign-end", "damaged", "formula", "cut-short"})
"""Marks that nobody may overlook; the others are told."""


@dataclass(frozen=True, slots=True)
class Told:
    """`media_type` of the whole (None: not taken), and `marks`: words for what else was seen."""

    media_type: str | None
    marks: list[str]


def tell(content: bytes, argument: Any) -> dict[str, object]:
    """The fields of `Told`.

    `argument` is the `filename`; `partial`: whether the content is only the beginning and end of a large file; and
    `web_page`: the type of a page that may be one, for we fetched it.
    """
    if argument["web_page"] and b"\0" not in content and _PAGE.search(content[:HEAD]):
        return {"media_type": argument["web_page"], "marks": []}
    told = tell_type(content, str(argument["filename"]), is_partial=bool(argument["partial"]))
    return {"media_type": told.media_type, "marks": told.marks}


def tell_type(content: bytes, filename: str, *, is_partial: bool) -> Told:
    """Of a file of its own, or one in another."""
    found = find_media_type(content[:HEAD], filename)
    if found in PACKAGES:
        return Told(found, []) if is_partial else _package(content, found)
    if found is None or (found == TEXT and not is_partial and not _is_text(content)):
        return Told(None, [])
    return Told(found, _marks(content, found, is_partial))


def _is_text(content: bytes) -> bool:
    """To its end, and no spreadsheet that is written in letters."""
    return PlainText().accepts(content, final=True) and not _SYLK.match(content)


def _package(content: bytes, beginning: str) -> Told:
    """By the table at its end, which is what programs go by."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        names = package.namelist()[:_MOST_PARTS]
        first = _first_words(package) if beginning == ODT and "mimetype" in names else b""
    except DAMAGED:
        return Told(beginning, ["damaged"])
    found = _package_type(names, beginning, first)
    # What an archive stores unpacked at its beginning is a file of its own, and judged as one.
    early = content[:_EARLY] if found in OFFICE else b""
    marks = ["second-pdf"] if b"%PDF-" in early else []
    return Told(found, marks + (["second-markup"] if MARKUP.search(early) else []))


def _first_words(package: zipfile.ZipFile) -> bytes:
    with package.open("mimetype") as words:
        return words.read(len(ODT) + 1)


def _package_type(names: list[str], beginning: str, first: bytes) -> str | None:
    if beginning == ODT:
        return ODT if first == ODT.encode() and "content.xml" in names else None
    if office := next((kind for name, kind in _PARTS.items() if name in names), None):
        return office
    return ZIP if "[Content_Types].xml" not in names and "mimetype" not in names else None


def _marks(content: bytes, kind: str, partial: bool) -> list[str]:
    marks = []
    early = content[:_EARLY]
    if kind not in {PDF, EML} and b"%PDF-" in early:
        marks.append("second-pdf")
    if kind in PICTURES | {PDF, MP4} and MARKUP.search(early):
        marks.append("second-markup")
    if ends_as_zip(content, kind):
        marks.append("second-zip")
    if kind == TEXT and b"|" in content and _DDE.search(content.replace(b"\0", b"")):  # in UTF-16 every other byte
        marks.append("formula")
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


def ends_as_zip(content: bytes, kind: str | None) -> bool:
    """A zip is found by its end, whatever stands before it; a PDF may hold one among its attachments."""
    at = content.rfind(_ZIP_END, max(0, len(content) - 65_557))
    if at < 0 or at + 22 > len(content) or kind == TEXT:
        return False
    if at + 22 + int.from_bytes(content[at + 20 : at + 22], "little") >= len(content):
        return True
    entries, table = int.from_bytes(content[at + 10 : at + 12], "little"), content[at + 12 : at + 16]
    starts = at - int.from_bytes(table, "little")
    return kind != PDF and entries > 0 and starts >= 0 and content.startswith(b"PK\x01\x02", starts)
