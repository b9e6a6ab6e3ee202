"""Read apart: opens pictures, as all who read them do: HEIC too, and however many dots they have, as each has limits of
its own that are told in words."""

import io

from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()
Image.MAX_IMAGE_PIXELS = None


def open_picture(content: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Only its header is read. Raises what Pillow raises for what is no picture of these formats, named as it does."""
    return Image.open(io.BytesIO(content), formats=formats)
