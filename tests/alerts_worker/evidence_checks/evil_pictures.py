"""Pictures made to do harm."""

import struct
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks.making import (
    add_to_zip,
    boxes,
    chunk,
    deflated,
    film,
    moving_photo,
    noted,
    photo_with_another,
    picture,
    png_in_passes,
    word_file,
    zipped,
)

MIB = 1 << 20


def flooding_png(width: int, height: int, *, size: int = 0) -> bytes:
    """A header of so many dots, and so many bytes behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", deflated(size)) + chunk(b"IEND", b"")


def talkative_png(size: int) -> bytes:
    """Words that become huge, beside a tiny picture."""
    plain = picture("PNG", (8, 8))
    words = chunk(b"zTXt", b"Comment\0\0" + deflated(size, b"a"))
    return plain[:33] + words + plain[33:]


def flooding_jpeg() -> bytes:
    """The largest picture that a JPEG can claim to be."""
    plain = bytearray(picture())
    at = plain.index(b"\xff\xc0")
    plain[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    return bytes(plain)


def flooding_webp() -> bytes:
    frame = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (16_383).to_bytes(3, "little") * 2
    frame += b"VP8L" + struct.pack("<I", 5) + b"\x2f\xff\xff\xff\x0f" + b"\0"
    return b"RIFF" + struct.pack("<I", len(frame) + 4) + b"WEBP" + frame


EVIL: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png of 10,000,000,000 dots": ("a.png", partial(flooding_png, 100_000, 100_000)),
    "png of 4,294,967,295 by 1": ("a.png", partial(flooding_png, 2**31 - 1, 1)),
    "png that is one gigabyte": ("a.png", partial(flooding_png, 32_000, 32_000, size=1000 * MIB)),
    "png of 200,000,000 dots, half there": ("a.png", partial(flooding_png, 20_000, 10_000, size=100 * MIB)),
    "png in passes, a byte short": ("a.png", partial(png_in_passes, 78)),
    "png with words of 500 MiB": ("a.png", partial(talkative_png, 500 * MIB)),
    "png without a size": ("a.png", partial(flooding_png, 0, 0)),
    "jpeg of 4,000,000,000 dots": ("a.jpg", flooding_jpeg),
    "webp of 268,000,000 dots": ("a.webp", flooding_webp),
    "jpeg of nothing": ("a.jpg", lambda: b"\xff\xd8\xff\xe0"),
    "jpeg with endless segments": ("a.jpg", lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * 200_000),
    "heic of nothing": ("a.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"),
    "heic with a broken body": ("a.heic", lambda: picture("HEIF")[:200] + b"\xff" * 500),
    "photo that moves into a program": (
        "a.jpg",
        lambda: moving_photo().removesuffix(film()) + b"MZ\x90\0" + b"\0" * 99,
    ),
    "photo that moves, and a zip": ("a.jpg", lambda: moving_photo() + zipped(("a.txt", b"a"))),
    "photo with another, and a program": ("a.jpg", lambda: photo_with_another() + b"MZ\x90\0" + b"\0" * 99),
    "photo whose maker notes a zip": ("a.jpg", lambda: picture() + noted(("Image_UTC_Data", zipped(("a.txt", b"a"))))),
    "photo whose maker notes a program": (
        "a.jpg",
        lambda: picture() + noted(("Image_UTC_Data", b"\x7fELF\2\1\1" + b"\0" * 99)),
    ),
    "film without a picture": (
        "a.mp4",
        lambda: boxes((b"ftyp", b"isom\0\0\2\0isomiso2"), (b"free", b"Rar!\x1a\7" * 99)),
    ),
    "flooding png in a zip": ("a.zip", lambda: zipped(("a.png", flooding_png(100_000, 100_000)))),
    "flooding png in a docx": (
        "a.docx",
        lambda: add_to_zip(word_file(), ("word/media/a.png", flooding_png(100_000, 100_000))),
    ),
}
