"""Read apart: the size of a picture as its header says, without decoding it."""

import io
import warnings

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

register_heif_opener()
warnings.simplefilter("ignore", Image.DecompressionBombWarning)
Image.MAX_IMAGE_PIXELS = None  # our own limit is told in words

MOST_PIXELS = 250_000_000
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


def count_pixels(content: bytes) -> list[int] | None:
    """Width and height; None for what is no picture."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return list(image.size)
    except BROKEN:
        return None
