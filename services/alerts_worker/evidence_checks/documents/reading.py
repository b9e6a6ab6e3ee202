"""Read apart: the head of a document, and the marks of secrecy in whatever lies in a zip."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from services.alerts_worker.evidence_checks.documents.heads import Head, read_head
from services.alerts_worker.evidence_checks.texts.members import TooMany, list_members
from services.alerts_worker.evidence_checks.texts.reading import TEXT_TYPES, read_text
from shared.domain.file_types import ZIP

_HEAD_LETTERS = 20_000


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
    with suppress(TooMany):
        for kind, member in list_members(content, ZIP):
            if kind in TEXT_TYPES and (mark := _of(member, kind).secrecy):
                return replace(Head(), secrecy=mark)
    return Head()
