"""E2: how often different minutes of one template, and different photos, pass for the same; how often altered ones are
still known again. Files go the way of the checks: printed or saved, read, compared."""

from io import BytesIO
from random import Random

from PIL import Image

from bench.lookalikes.minutes import PRINTERS, printed, retyped, write_minutes
from bench.lookalikes.photos import encoded, make_page, make_photo, saved_again
from bench.lookalikes.sheets import ROWS, write_sheet
from bench.rounds import tell
from services.alerts_worker.evidence_checks.fingerprints import pictures, texts
from services.alerts_worker.evidence_checks.fingerprints.prints import PicturePrint, TextPrint
from services.alerts_worker.evidence_checks.fingerprints.wordings import prints_of
from shared.domain.file_types import PDF, XLSX
from tests.alerts_worker.evidence_checks.making import excel_file, excel_file_elsewhere

PAIRS = 600
TEMPLATES = 12
PAGES = 120
"""Scanned pages made, of as many templates as minutes: pairs of one template are compared."""


def measure() -> str:
    """The line of the figure."""
    told = [_minutes(form=False), _minutes(form=True), _sheets(), _photos(), _scans()]
    return "E2 " + "; ".join(told)


def _minutes(*, form: bool) -> str:
    rng = Random(2 + form)
    different = exact = again = near = 0
    wording: list[float] = []
    for number in range(PAIRS):
        template = number % TEMPLATES
        one, other = (write_minutes(rng, template, form=form) for _ in range(2))
        first, second = _text(printed(one, rng.choice(PRINTERS))), _text(printed(other, rng.choice(PRINTERS)))
        wording.append(texts.shared_wording(first, second))
        different += _same(first, second)
        reprint = _text(printed(one, rng.choice(PRINTERS)))
        exact += first.sha256 == reprint.sha256
        again += _same(first, reprint)
        near += _same(first, _text(printed(retyped(rng, one), rng.choice(PRINTERS))))
    kind = "forms" if form else "minutes"
    tell(f"E2 {kind}: different ones share {min(wording):.2f} to {max(wording):.2f} of their wording")
    return (
        f"{kind} of one template: false {_share(different)}, reprinted found {_share(again)} "
        f"(exactly {_share(exact)}), retyped found {_share(near)}"
    )


def _sheets() -> str:
    rng = Random(9)
    different = exact = 0
    wording: list[float] = []
    for number in range(PAIRS):
        one, other = (write_sheet(rng, number % TEMPLATES, rng.randint(2, ROWS)) for _ in range(2))
        first, second = _text(excel_file(*one), XLSX), _text(excel_file(*other), XLSX)
        wording.append(texts.shared_wording(first, second))
        different += _same(first, second)
        exact += first.sha256 == _text(excel_file_elsewhere(*one), XLSX).sha256
    tell(f"E2 sheets: different ones share {min(wording):.2f} to {max(wording):.2f} of their wording")
    return f"sheets of one form: false {_share(different)}, saved by another program found exactly {_share(exact)}"


def _photos() -> str:
    rng = Random(5)
    photos = [make_photo(rng) for _ in range(PAIRS)]
    prints = [_picture(encoded(photo)) for photo in photos]
    altered = [_picture(saved_again(rng, photo)) for photo in photos]
    found = sum(map(pictures.are_near, prints, altered))
    false = sum(pictures.are_near(one, other) for place, one in enumerate(prints) for other in altered[:place])
    bits = sorted((one.coarse ^ other.coarse).bit_count() for one, other in zip(prints, altered, strict=True))
    pairs = PAIRS * (PAIRS - 1) // 2
    tell(f"E2 photos: altered ones differ in {bits[len(bits) // 2]} bits of 64, at most {bits[-1]}")
    tell(f"E2 photos: {sum(each.is_page for each in prints)} of {PAIRS} are taken for pages")
    return f"photos: false {_share(false, pairs)}, trimmed, resized, brightened, saved again found {_share(found)}"


def _scans() -> str:
    rng = Random(7)
    pages = [(number % TEMPLATES, make_page(rng, number % TEMPLATES)) for number in range(PAGES)]
    prints = [(template, _picture(encoded(page))) for template, page in pages]
    pairs = [
        pictures.are_near(one, other)
        for place, (template, one) in enumerate(prints)
        for other_template, other in prints[:place]
        if template == other_template
    ]
    again = [_picture(saved_again(rng, page, trimmed=False)) for _, page in pages]
    found = sum(pictures.are_near(one, other) for (_, one), other in zip(prints, again, strict=True))
    return (
        f"scans of one template: false {_share(sum(pairs), len(pairs))}, "
        f"resized, brightened, saved again found {_share(found, PAGES)}"
    )


def _same(one: TextPrint, other: TextPrint) -> bool:
    """As the search goes: the same letters, or near by what both measures say, and met by a band."""
    met = not set(texts.bands_of(one)).isdisjoint(texts.bands_of(other))
    return one.sha256 == other.sha256 or (met and texts.are_near(one, other))


def _text(content: bytes, media_type: str = PDF) -> TextPrint:
    (text,) = prints_of(content, media_type).texts
    return text


def _picture(content: bytes) -> PicturePrint:
    found = pictures.print_of(Image.open(BytesIO(content)), 1)
    assert found is not None
    return found


def _share(count: int, of: int = PAIRS) -> str:
    return f"{100 * count / of:.2f} % ({count}/{of})"
