"""How fingerprints lie in tables: numbers packed, 64 bits cut into bands."""

from collections.abc import Sequence
from itertools import combinations
from struct import pack, unpack
from typing import Any
from uuid import UUID

from services.alerts_worker.evidence_checks.fingerprints.documents import DocumentKey
from services.alerts_worker.evidence_checks.fingerprints.prints import (
    DETAIL_BYTES,
    SKETCH_SIZE,
    PicturePrint,
    TextPrint,
)
from services.alerts_worker.evidence_checks.fingerprints.texts import bands_of
from shared.db.ids import new_id
from shared.db.models import DocumentFingerprint, PictureFingerprint, TextFingerprint

_BAND_BITS = 16
_FLIPS = [0, *(sum(1 << bit for bit in bits) for size in (1, 2) for bits in combinations(range(_BAND_BITS), size))]
"""What turns a band into all that differ from it in at most 2 bits. Pictures that differ in at most 11 of 64 bits
(`pictures.NEAR_COARSE`) have such a pair among their four bands: with 3 and more in each they would differ in 12."""


def signed(coarse: int) -> int:
    """64 bits as Postgres keeps them."""
    return coarse - (1 << 64) if coarse >> 63 else coarse


def bands(coarse: int) -> tuple[int, int, int, int]:
    """The 16 bits each that 64 bits consist of, highest first."""
    return coarse >> 48, coarse >> 32 & 0xFFFF, coarse >> 16 & 0xFFFF, coarse & 0xFFFF


def probes(band: int) -> list[int]:
    """All 137 values that differ from a band in at most 2 bits."""
    return [band ^ flip for flip in _FLIPS]


def text_row(version_id: UUID, position: int, text: TextPrint) -> TextFingerprint:
    """The row of a text."""
    return TextFingerprint(
        id=new_id(),
        evidence_version_id=version_id,
        position=position,
        sha256=text.sha256,
        words=text.words,
        bands=bands_of(text),
        sketch=pack(f">{SKETCH_SIZE}H", *text.sketch),
        facts=pack(f">{len(text.facts)}I", *text.facts),
    )


def stored_text(row: Any) -> TextPrint:
    """The text of a row."""
    facts = unpack(f">{len(row.facts) // 4}I", row.facts)
    return TextPrint(row.sha256, row.words, unpack(f">{SKETCH_SIZE}H", row.sketch), facts)


def picture_row(version_id: UUID, position: int, picture: PicturePrint) -> PictureFingerprint:
    """The row of a picture."""
    first, second, third, fourth = bands(picture.coarse)
    return PictureFingerprint(
        id=new_id(),
        evidence_version_id=version_id,
        position=position,
        place=picture.place,
        coarse=signed(picture.coarse),
        band_1=first,
        band_2=second,
        band_3=third,
        band_4=fourth,
        detail=picture.detail.to_bytes(DETAIL_BYTES, "big"),
        is_page=picture.is_page,
    )


def stored_picture(row: Any) -> PicturePrint:
    """The picture of a row."""
    return PicturePrint(row.place, row.coarse % (1 << 64), int.from_bytes(row.detail, "big"), row.is_page)


def document_rows(version_id: UUID, documents: Sequence[tuple[int | None, DocumentKey]]) -> list[DocumentFingerprint]:
    """The rows of documents with the positions of their files; None for what was declared."""
    return [
        DocumentFingerprint(
            id=new_id(),
            evidence_version_id=version_id,
            position=position,
            number=key.number,
            issuer=key.issuer,
            year=key.year,
        )
        for position, key in documents
    ]
