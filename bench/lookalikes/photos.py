"""Pictures with the light, shapes and grain of photos, scanned pages, and what becomes of them on their way."""

import io
from random import Random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SIZE = (1280, 960)
PAGE_SIZE = (1240, 1754)
TRIMMED = 0.02  # of width and of height
_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"


def make_photo(rng: Random, size: tuple[int, int] = SIZE) -> Image.Image:
    """Light that changes over the whole, ground and sky, things before them, grain."""
    width, height = size
    image = Image.blend(
        _clouds(rng, size, rng.randint(2, 4)), _clouds(rng, size, rng.randint(6, 12)), rng.uniform(0.2, 0.5)
    )
    draw = ImageDraw.Draw(image)
    if rng.random() < 0.7:
        draw.rectangle((0, rng.uniform(0.3, 0.7) * height, width, height), fill=_colour(rng))
    for _ in range(rng.randint(3, 12)):
        left, top = rng.uniform(-0.1, 0.9) * width, rng.uniform(-0.1, 0.9) * height
        right, bottom = left + rng.uniform(0.05, 0.4) * width, top + rng.uniform(0.05, 0.4) * height
        kind = rng.random()
        if kind < 0.5:
            draw.rectangle((left, top, right, bottom), fill=_colour(rng))
        elif kind < 0.8:
            draw.ellipse((left, top, right, bottom), fill=_colour(rng))
        else:
            draw.polygon([(left, bottom), ((left + right) / 2, top), (right, bottom)], fill=_colour(rng))
    draw.text((0.05 * width, 0.9 * height), f"{rng.randrange(1, 29):02}/0{rng.randrange(1, 10)}/2026", fill="white")
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 3)))
    return Image.blend(image, _clouds(rng, size, 160), rng.uniform(0.03, 0.15))


def make_page(rng: Random, template: int) -> Image.Image:
    """A scanned page: every third line and the head are the template's, in the same places on every page of it."""
    same = Random(template)
    image = Image.new("L", PAGE_SIZE, 250)
    draw = ImageDraw.Draw(image)
    for line in range(36):
        source = same if line < 12 or line % 3 == 0 else rng
        words = ("".join(source.choices(_LETTERS, k=source.randint(2, 6))) for _ in range(11))
        draw.text((130, 120 + 42 * line), " ".join(words), fill=20, font_size=26)
    return image.filter(ImageFilter.GaussianBlur(0.7)).convert("RGB")


def saved_again(rng: Random, image: Image.Image, *, trimmed: bool = True) -> bytes:
    """A JPEG of lower quality, 40 to 130 % as large, up to a tenth brighter or darker; of a trimmed picture 2 % of
    each side's length is gone, from either end.
    """
    if trimmed:
        width, height = image.size
        left, top = rng.uniform(0, TRIMMED) * width, rng.uniform(0, TRIMMED) * height
        image = image.crop((round(left), round(top), round(left + 0.98 * width), round(top + 0.98 * height)))
    scale = rng.uniform(0.4, 1.3)
    image = image.resize(
        (round(image.width * scale), round(image.height * scale)),
        rng.choice([Image.Resampling.BILINEAR, Image.Resampling.LANCZOS]),
    )
    return encoded(ImageEnhance.Brightness(image).enhance(rng.uniform(0.9, 1.1)), quality=rng.randint(45, 90))


def encoded(image: Image.Image, *, quality: int = 92) -> bytes:
    """The picture as a JPEG file."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _clouds(rng: Random, size: tuple[int, int], cells: int) -> Image.Image:
    down = max(2, round(cells * size[1] / size[0]))
    noise = Image.frombytes("RGB", (cells, down), rng.randbytes(3 * cells * down))
    return noise.resize(size, Image.Resampling.BICUBIC)


def _colour(rng: Random) -> tuple[int, int, int]:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)
