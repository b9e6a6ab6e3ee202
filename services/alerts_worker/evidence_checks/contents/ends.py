"""Read apart: where a file of a type ends by its own structure."""

import re

from shared.domain.file_types import HEIC, JPEG, MP4, PDF, PNG, WEBP

FOREIGN = (
    *(b"MZ", b"\x7fELF", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"PK\x03\x04", b"#!", b"<?php", b"%PDF-"),
    *(b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xd0\xcf\x11\xe0", b"\x1f\x8b\x08"),
)
"""What other files begin with."""
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_MOST_BOXES = 100_000


def end_of(content: bytes, kind: str) -> int | None:
    """The offset after the last byte that belongs to the file; None where it is cut short."""
    if kind == PDF:
        at = content.rfind(b"%%EOF")
        return at + 5 if at >= 0 else None
    if kind == JPEG:
        return _jpeg(content)
    if kind == PNG:
        return _png(content)
    if kind == WEBP:
        end = 8 + int.from_bytes(content[4:8], "little")
        return end if end <= len(content) else None
    if kind in {HEIC, MP4}:
        return _boxes(content, b"meta" if kind == HEIC else b"moov")
    return len(content)


def _jpeg(content: bytes) -> int | None:
    """From segment to segment; what follows the beginning of a scan runs to the next marker."""
    at = 2
    while match := _MARKER.search(content, at):
        kind, at = content[match.start() + 1], match.end()
        if kind == 0xD9:
            return at
        if kind == 0xD8 or kind == 0x01:
            continue
        length = int.from_bytes(content[at : at + 2])
        if length < 2:
            return None
        at += length
    return None


def _png(content: bytes) -> int | None:
    at = 8
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at if at <= len(content) else None
    return None


def _boxes(content: bytes, needed: bytes) -> int | None:
    """From box to box; without the one that tells what the others hold nothing can be shown."""
    at, found = 0, False
    for _ in range(_MOST_BOXES):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if not re.fullmatch(rb"[\x20-\x7e\xa9]{4}", kind):
            return at if found else None  # no box any more
        found = found or kind == needed
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16])
        if size == 0:
            return len(content) if found else None
        if size < 8 or at + size > len(content):
            return None
        at += size
    return None
