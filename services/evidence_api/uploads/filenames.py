"""Names of uploaded files: only a name, readable, and saying truly what the file is."""

import unicodedata
from pathlib import PurePosixPath

from shared.domain.errors import Invalid
from shared.domain.file_types import EXTENSIONS
from shared.domain.text import squeeze

LONGEST = 255
"""Bytes of UTF-8: what common file systems take."""


def clean_filename(name: str) -> str:
    """The last part of a path, NFC, without control or invisible characters, at most `LONGEST` bytes.

    Raises Invalid("filename-invalid") when nothing is left.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isspace() or not unicodedata.category(char).startswith("C"))
    clean = squeeze(shown).strip(". ")
    if not clean:
        raise Invalid(
            "filename-invalid",
            "Tên tệp trống hoặc không dùng được: hãy gửi tên tệp (tham số filename; với tus: filename trong "
            "Upload-Metadata).",
        )
    return shorten(clean, PurePosixPath(clean).suffix)


def name_as(name: str, media_type: str) -> str:
    """A clean name with an extension of its type: `anh.heic` that is a JPEG becomes `anh.heic.jpg`.

    So nothing leaves here under a name that a desktop would run, whatever it was called when it came.
    """
    extensions = EXTENSIONS[media_type]
    if name.lower().endswith(extensions):
        return name
    return shorten(name + extensions[0], extensions[0])


def shorten(name: str, suffix: str) -> str:
    """At most `LONGEST` bytes of a name: cut before the suffix, never through a character."""
    if len(name.encode()) <= LONGEST:
        return name
    kept = suffix if len(suffix.encode()) <= 16 else ""
    stem = name.removesuffix(kept).encode()[: LONGEST - len(kept.encode())].decode(errors="ignore")
    return stem.rstrip(". ") + kept
