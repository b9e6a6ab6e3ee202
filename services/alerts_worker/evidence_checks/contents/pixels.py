"""Read apart: the size of a picture as its header says, and whether all of it is there."""

import math
import zlib
from collections.abc import Iterator

from PIL import UnidentifiedImageError

from services.alerts_worker.evidence_checks.contents.opening import open_picture

MOST_PIXELS_TAKEN = 250_000_000
"""Cameras of phones take 200 million."""
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
)
"""What Pillow and its plug-ins raise for pictures that are none."""
_DECODED = {"WEBP": 60_000_000, "HEIF": 20_000_000}
"""Dots up to which the memory of a process suffices; a JPEG is decoded smaller, but for those that come in passes."""
_MOST_IN_PASSES = 40_000_000
_CHUNK = 64 << 10
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Of the colour types of PNG."""
_PASSES = ((8, 0, 8, 0), (8, 4, 8, 0), (4, 0, 8, 4), (4, 2, 4, 0), (2, 0, 4, 2), (2, 1, 2, 0), (1, 0, 2, 1))
"""Of an interlaced PNG: across, how far apart and from where; and down."""


def count_pixels(content: bytes) -> list[int] | None:
    """Width and height; None for what is no picture."""
    try:
        with open_picture(content, FORMATS) as image:
            return list(image.size)
    except BROKEN:
        return None


def is_whole(content: bytes) -> bool | None:
    """Whether every dot of a picture is there; None where it is too large to be decoded."""
    try:
        with open_picture(content, FORMATS) as image:
            if image.format == "PNG":
                return _has_all_rows(content)
            most = _DECODED.get(str(image.format), MOST_PIXELS_TAKEN)
            if image.format == "JPEG":
                most = _MOST_IN_PASSES if "progressive" in image.info else most
                image.draft("RGB", (1000, 1000))
            if math.prod(count_pixels(content) or ()) > most:
                return None
            image.load()
    except BROKEN:
        return False
    return True


def _has_all_rows(content: bytes) -> bool:
    """Counted as they are unpacked: decoded, a large PNG would fill the memory."""
    width, height = (int.from_bytes(content[at : at + 4]) for at in (16, 20))
    depth, colour, interlaced = content[24], content[25], content[28]
    bits = depth * _CHANNELS.get(colour, 0)
    missing = sum(
        down * (1 + -(-across * bits // 8))
        for across, down in (_passes(width, height) if interlaced else [(width, height)])
        if across and down
    )
    inflater = zlib.decompressobj()
    try:
        for packed in _packed_rows(content):
            piece = packed
            while piece and not inflater.eof and missing > 0:
                missing -= len(inflater.decompress(piece, _CHUNK))
                piece = inflater.unconsumed_tail
    except zlib.error:
        return False
    return missing <= 0 < bits


def _passes(width: int, height: int) -> Iterator[tuple[int, int]]:
    for across, left, down, top in _PASSES:
        yield max(0, -(-(width - left) // across)), max(0, -(-(height - top) // down))


def _packed_rows(content: bytes) -> Iterator[bytes]:
    at = 8
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            yield content[at + 8 : at + 8 + length]
        at += 12 + length
