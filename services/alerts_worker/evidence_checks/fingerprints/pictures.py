"""What a picture is known by, after it was saved again, made smaller, trimmed a little, or made brighter.

The discrete cosine transform of a small grey copy tells how light and shade are spread over the picture; whether each
of its lowest frequencies is above their median is a bit. 8 × 8 of them are searched by, 16 × 16 make sure.
"""

import math
from collections.abc import Sequence
from operator import mul
from statistics import fmean, median, pstdev

from PIL import Image, ImageChops, ImageOps

from services.alerts_worker.evidence_checks.fingerprints.prints import PicturePrint

SIDE = 64  # of the grey copy
COARSE, FINE = 8, 16
LEAST_CONTRAST = 6.0
"""Standard deviation of grey (0 to 255) below which a picture is blank to the eye."""

NEAR_COARSE = 11
"""Bits of 64 that two pictures may differ in to be compared closely."""
NEAR_PHOTO, NEAR_PAGE = 64, 20
"""Bits of 256 that nearly the same pictures may differ in. Two scans of one template differ in 40 and more, a scan
from itself saved again in 12 at most; photos differ in 80 and more."""

_PAPER_FROM = 150
_PAPER_SHARE = 0.6
_PAPER_SPREAD = 24
_PAPER_COLOUR = 40  # yellowed, or under a lamp

_WAVES = [[math.cos(math.pi * (2 * x + 1) * wave / (2 * SIDE)) for x in range(SIDE)] for wave in range(FINE + 1)]


def print_of(image: Image.Image, place: int) -> PicturePrint | None:
    """The fingerprint of a picture; None when it is blank or nearly so. Pillow's errors for what it cannot decode."""
    upright = _upright(image)
    small = upright.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS).tobytes()
    if pstdev(small) < LEAST_CONTRAST:
        return None
    spectrum = _spectrum(small)
    return PicturePrint(place, _bits(spectrum, COARSE), _bits(spectrum, FINE), _is_page(upright))


def likeness(one: PicturePrint, other: PicturePrint) -> float:
    """The share (0 to 1) of 256 bits that two pictures agree in; chance makes about half of them."""
    return 1 - _difference(one, other) / (FINE * FINE)


def are_near(one: PicturePrint, other: PicturePrint) -> bool:
    """Whether one picture is the other, saved again. Scanned pages look alike: they must agree more closely."""
    limit = NEAR_PAGE if one.is_page or other.is_page else NEAR_PHOTO
    return (one.coarse ^ other.coarse).bit_count() <= NEAR_COARSE and _difference(one, other) <= limit


def _difference(one: PicturePrint, other: PicturePrint) -> int:
    return (one.detail ^ other.detail).bit_count()


def _upright(image: Image.Image) -> Image.Image:
    """As it is looked at: turned as its camera was held, on white where it lets light through."""
    # A JPEG is decoded at the scale needed, in a fraction of the memory.
    image.draft("RGB", (8 * SIDE, 8 * SIDE))
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        solid = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", solid.size, "white"), solid)
    return upright


def _spectrum(small: bytes) -> list[list[float]]:
    """The lowest 17 × 17 frequencies of 64 × 64 dots, by row and column."""
    rows = [small[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]
    across = [[sum(map(mul, row, wave)) for row in rows] for wave in _WAVES]
    return [[sum(map(mul, column, wave)) for column in across] for wave in _WAVES]


def _bits(spectrum: Sequence[Sequence[float]], size: int) -> int:
    """Frequencies 1 to `size` each way: number 0 is brightness, which changes easily."""
    values = [value for row in spectrum[1 : size + 1] for value in row[1 : size + 1]]
    middle = median(values)
    return sum((value > middle) << place for place, value in enumerate(values))


def _is_page(upright: Image.Image) -> bool:
    """Whether most of the picture is of one light shade with hardly any colour, as paper is."""
    reduced = upright.convert("RGB").resize((2 * SIDE, 2 * SIDE), Image.Resampling.BOX)
    counts = reduced.convert("L").histogram()
    shade = max(range(256), key=counts.__getitem__)
    alike = sum(counts[max(0, shade - _PAPER_SPREAD) : shade + _PAPER_SPREAD + 1])
    if shade < _PAPER_FROM or alike < _PAPER_SHARE * sum(counts):
        return False
    red, green, blue = reduced.split()
    most, least = (each(each(red, green), blue) for each in (ImageChops.lighter, ImageChops.darker))
    return fmean(ImageChops.subtract(most, least).tobytes()) <= _PAPER_COLOUR
