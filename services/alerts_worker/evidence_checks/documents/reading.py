"""Read apart: the head of a document, and the marks of secrecy in whatever lies in a zip."""

import io
import zipfile
from dataclasses import replace
from typing import Any

from services.alerts_worker.evidence_checks.documents.heads import Head, read_head
from services.alerts_worker.evidence_checks.texts.reading import TEXT_TYPES, read_text
from shared.domain.file_types import HEAD, ZIP, find_media_type

_HEAD_LETTERS = 20_000
_MOST_MEMBERS = 100
_LARGEST_MEMBER = 32 << 20


def tell(content: bytes, argument: Any) -> dict[str, object]:
    """The fields of `Head`, the date as `YYYY-MM-DD`."""
    media_type = str(argument["media_type"])
    head = _of_members(content) if media_type == ZIP else _of(content, media_type)
    return {
        "number": head.number,
        "issued_on": head.issued_on.isoformat() if head.issued_on else None,
        "issuer": head.issuer,
        "kind": head.kind,
        "abstract": head.abstract,
        "is_draft": head.is_draft,
        "number_blank": head.number_blank,
        "secrecy": head.secrecy,
    }


def _of(content: bytes, media_type: str) -> Head:
    return read_head(read_text(content, media_type, most=_HEAD_LETTERS, pages=2).letters)


def _of_members(content: bytes) -> Head:
    """Of several documents only the first mark of secrecy is told: which of them is the one declared, nobody says."""
    package = zipfile.ZipFile(io.BytesIO(content))
    for info in package.infolist()[:_MOST_MEMBERS]:
        if info.is_dir() or info.file_size > _LARGEST_MEMBER:
            continue
        member = package.read(info)
        kind = find_media_type(member[:HEAD], info.filename)
        if kind in TEXT_TYPES and (mark := _of(member, kind).secrecy):
            return replace(Head(), secrecy=mark)
    return Head()
