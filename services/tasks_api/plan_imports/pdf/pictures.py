"""Pages as pictures: drawn, straightened, and searched for ruling lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import atan, degrees, sqrt
from statistics import median

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

from services.tasks_api.plan_imports.pdf.matter import Ruling

DOTS_PER_INCH = 200
_MOST_DOTS = 12_000_000
_DARK = 150
_LEAST_RUN = 60  # dots: longer than any stroke of a letter of the text
_GAP = 8
_STEP = 2
_THICKEST = 14
_SKEW = 0.0015
_MOST_SKEW = 0.1
_TELLING = 0.3  # of the width: a line this long says how the page lies


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in grey, lying straight, and the lines that were ruled on it, in points; `scale` is dots in a point.

    The lines are wiped out of the picture: letters beside them are recognised better.
    """

    image: Image.Image
    scale: float
    rulings: tuple[Ruling, ...]


def drawn(pdf: pypdfium2.PdfDocument, number: int) -> Picture:
    """The page with this number, from 1."""
    page = pdf[number - 1]
    width, height = page.get_size()
    scale = min(DOTS_PER_INCH / 72, sqrt(_MOST_DOTS / (width * height)))
    image = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    page.close()
    skew = _skew(image)
    if _SKEW < abs(skew) < _MOST_SKEW:
        image = image.rotate(degrees(atan(skew)), resample=Image.Resampling.BICUBIC, fillcolor=255)
    rulings: list[Ruling] = []
    dark, wiping = _dark(image), ImageDraw.Draw(image)
    for level, lying in ((True, dark), (False, dark.transpose(Image.Transpose.TRANSPOSE))):
        for stroke in _strokes(lying):
            if not stroke.is_block:
                rulings.append(Ruling(level, stroke.at / scale, stroke.start / scale, stroke.end / scale))
                along, across = (stroke.start - 1, stroke.end + 1), (stroke.first - 1, stroke.last + 1)
                (left, right), (top, bottom) = (along, across) if level else (across, along)
                wiping.rectangle((left, top, right, bottom), fill=255)
    return Picture(image, scale, tuple(rulings))


@dataclass(slots=True)
class _Stroke:
    """Dark runs of neighbouring rows that follow each other; `dots` is all they cover, and `left_at` and `right_at`
    are the rows of its ends."""

    first: int
    last: int
    start: int
    end: int
    dots: int
    left_at: int
    right_at: int

    @property
    def at(self) -> float:
        return (self.first + self.last) / 2

    @property
    def is_block(self) -> bool:
        """Too thick for a line: a shadow at the edge of the paper, a picture."""
        return self.dots > _THICKEST * (self.end - self.start)


def _dark(image: Image.Image) -> Image.Image:
    """Black where the picture is dark or next to it, so that thin and broken lines hold together."""
    return image.filter(ImageFilter.MinFilter(3)).point(lambda value: 0 if value < _DARK else 255)


def _strokes(image: Image.Image) -> list[_Stroke]:
    strokes: list[_Stroke] = []
    living: list[_Stroke] = []
    for row, start, end in _runs(image):
        living = [stroke for stroke in living if row - stroke.last <= _STEP]
        near = [stroke for stroke in living if start <= stroke.end + _GAP and end >= stroke.start - _GAP]
        if not near:
            stroke = _Stroke(row, row, start, end, end - start, row, row)
            strokes.append(stroke)
            living.append(stroke)
            continue
        whole = near[0]
        whole.last, whole.dots = row, whole.dots + end - start
        if start < whole.start:
            whole.start, whole.left_at = start, row
        if end > whole.end:
            whole.end, whole.right_at = end, row
    return strokes


def _runs(image: Image.Image) -> Iterator[tuple[int, int, int]]:
    """Row, start and end of every long dark run, from the top."""
    width, height = image.size
    dots = image.tobytes()
    pattern = re.compile(b"\x00{%d,}" % _LEAST_RUN)
    for row in range(height):
        for run in pattern.finditer(dots, row * width, (row + 1) * width):
            yield row, run.start() - row * width, run.end() - row * width


def _skew(image: Image.Image) -> float:
    """How far lines fall on their way to the right, as the long ones tell; 0 when there are none."""
    slopes = [
        (stroke.right_at - stroke.left_at) / (stroke.end - stroke.start)
        for stroke in _strokes(_dark(image))
        if stroke.end - stroke.start > _TELLING * image.width and not stroke.is_block
    ]
    return median(slopes) if slopes else 0.0
