"""Read apart: what a picture says of itself: its size, and when, where and with what it was taken."""

import math
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image

from services.alerts_worker.evidence_checks.contents.opening import open_picture
from services.alerts_worker.evidence_checks.contents.pixels import BROKEN, FORMATS

_LONGEST_WORDS = 100


def tell(content: bytes, _argument: Any) -> dict[str, object]:
    """`format`, `width`, `height`, and of EXIF `taken` as it is written, `offset`, `camera`, `latitude`, `longitude` in
    degrees, each None where it is missing.

    Raises what Pillow raises for what is no picture.
    """
    with open_picture(content, FORMATS) as image:
        width, height = image.size
        return {"format": image.format, "width": width, "height": height, **_exif(image)}


def _exif(image: Image.Image) -> dict[str, object]:
    """Damaged EXIF is none."""
    missing: dict[str, object] = dict.fromkeys(("taken", "offset", "camera", "latitude", "longitude"))
    try:
        exif = image.getexif()
        details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        words = (_words(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
        return missing | {
            "taken": _words(details.get(ExifTags.Base.DateTimeOriginal)),
            "offset": _words(details.get(ExifTags.Base.OffsetTimeOriginal)),
            "camera": " ".join(filter(None, words)) or None,
            "latitude": _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S"),
            "longitude": _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W"),
        }
    except (*BROKEN, ZeroDivisionError, ArithmeticError):
        return missing


def _words(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    shown = "".join(char for char in value if char.isprintable()).strip()
    return shown[:_LONGEST_WORDS] or None


def _degrees(place: Mapping[int, Any], tag: int, reference: int, negative: str) -> float | None:
    parts = place.get(tag)
    if parts is None:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        return None
    return -value if str(place.get(reference)).upper().startswith(negative) else value
