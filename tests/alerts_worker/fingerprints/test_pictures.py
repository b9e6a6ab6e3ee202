"""A photo is known again after it was saved again, trimmed, resized and brightened; other photos are not."""

from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from bench.lookalikes.photos import encoded, make_page, make_photo, saved_again
from services.alerts_worker.evidence_checks.fingerprints import pictures
from services.alerts_worker.evidence_checks.fingerprints.prints import PicturePrint
from services.alerts_worker.evidence_checks.fingerprints.storing import bands, probes, signed

SIZE = (640, 480)


def print_of(content: bytes | Image.Image) -> PicturePrint:
    image = content if isinstance(content, Image.Image) else Image.open(BytesIO(content))
    found = pictures.print_of(image, 1)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(12))
def test_an_altered_photo_is_known_again(seed: int) -> None:
    rng = Random(seed)
    photo = make_photo(rng, SIZE)
    assert pictures.are_near(print_of(encoded(photo)), print_of(saved_again(rng, photo)))


@pytest.mark.parametrize("seed", range(12))
def test_another_photo_is_another(seed: int) -> None:
    rng = Random(100 + seed)
    assert not pictures.are_near(print_of(make_photo(rng, SIZE)), print_of(make_photo(rng, SIZE)))


def test_scans_of_one_template_are_other_pages_and_each_is_known_again() -> None:
    rng = Random(1)
    pages = [make_page(rng, 5) for _ in range(4)]
    prints = [print_of(page) for page in pages]
    assert all(each.is_page for each in prints)
    assert not any(pictures.are_near(one, other) for place, one in enumerate(prints) for other in prints[:place])
    for page, known in zip(pages, prints, strict=True):
        assert pictures.are_near(known, print_of(saved_again(rng, page, trimmed=False)))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "CMYK", "1", "I;16"])
def test_a_blank_picture_is_known_by_nothing(mode: str) -> None:
    assert pictures.print_of(Image.new(mode, SIZE), 1) is None


def test_a_picture_that_is_nearly_blank_is_known_by_nothing() -> None:
    image = Image.new("L", SIZE, 240)
    ImageDraw.Draw(image).line((0, 0, 60, 60), fill=200)
    assert pictures.print_of(image, 1) is None


def test_a_photo_is_seen_upright() -> None:
    """Phones store how they were held beside the picture."""
    photo = make_photo(Random(3), SIZE)
    file = BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned right by a quarter
    photo.rotate(90, expand=True).save(file, "JPEG", exif=turned, quality=92)
    assert pictures.are_near(print_of(photo), print_of(file.getvalue()))


def test_what_lets_light_through_lies_on_white() -> None:
    photo = make_photo(Random(4), SIZE)
    clear = photo.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(SIZE))
    white = Image.alpha_composite(Image.new("RGBA", SIZE, "white"), clear).convert("RGB")
    assert print_of(clear).detail == print_of(white).detail


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=pictures.NEAR_COARSE))
def test_whatever_is_near_is_met_by_a_band(coarse: int, flipped: set[int]) -> None:
    other = coarse
    for bit in flipped:
        other ^= 1 << bit
    assert any(band in probes(sought) for band, sought in zip(bands(other), bands(coarse), strict=True))


@given(st.integers(0, 2**64 - 1))
def test_bands_and_sign_keep_all_bits(coarse: int) -> None:
    first, second, third, fourth = bands(coarse)
    assert first << 48 | second << 32 | third << 16 | fourth == coarse
    assert -(2**63) <= signed(coarse) < 2**63
    assert signed(coarse) % 2**64 == coarse
