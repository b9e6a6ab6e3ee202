"""Pages that are pictures."""

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.pdf.grids import grids_of
from services.tasks_api.plan_imports.pdf.pictures import drawn
from services.tasks_api.plan_imports.pdf.scans import MAX_SCANS
from services.tasks_api.plan_imports.proposal import build_proposal
from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.recogniser import find_recogniser
from shared.domain import errors
from tests.tasks_api.plan_imports.building import HEADER
from tests.tasks_api.plan_imports.pdf_building import Sheet, pdf_bytes

DOTS = 200 / 72
COLUMNS = (40, 80, 230, 330, 430, 490, 560)
ROWS = (60, 110, 160, 210)
FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf")


def blank() -> Image.Image:
    return Image.new("L", (round(595 * DOTS), round(842 * DOTS)), 255)


def ruled(image: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(image)
    for y in ROWS:
        draw.line([(COLUMNS[0] * DOTS, y * DOTS), (COLUMNS[-1] * DOTS, y * DOTS)], fill=0, width=2)
    for x in COLUMNS:
        draw.line([(x * DOTS, ROWS[0] * DOTS), (x * DOTS, ROWS[-1] * DOTS)], fill=0, width=2)
    return image


def scanned(image: Image.Image) -> Sheet:
    return Sheet(picture=(*image.size, image.tobytes()))


def read(*sheets: Sheet, recogniser: str | None = None) -> Document:
    return read_document(pdf_bytes(*sheets), "kế hoạch.pdf", recogniser)


def test_pictures_that_nothing_can_read_are_refused_with_what_to_do() -> None:
    with pytest.raises(errors.Invalid, match=r"trang 1–2.*tesseract") as refusal:
        read(scanned(blank()), scanned(blank()))
    assert refusal.value.code == "document-needs-ocr"


def test_of_a_file_with_some_pictures_the_rest_is_read_and_they_are_named() -> None:
    document = read(Sheet().text(60, 60, "Kế hoạch"), scanned(blank()), scanned(blank()))
    assert [paragraph.text for paragraph in document.paragraphs] == ["Kế hoạch"]
    assert [(note.code, "trang 2–3" in note.message.lower()) for note in document.notes] == [("pages-not-read", True)]


def test_more_pictures_than_can_be_read_in_time_are_refused() -> None:
    with pytest.raises(errors.TooLarge) as refusal:
        read(*[scanned(Image.new("L", (60, 80), 255))] * (MAX_SCANS + 1), recogniser="/bin/false")
    assert refusal.value.code == "document-too-many-scans"


def test_words_that_a_scanner_recognised_are_read_in_the_lines_of_its_picture() -> None:
    sheet = scanned(ruled(blank()))
    for at, text in enumerate(HEADER):
        sheet.text(COLUMNS[at] + 3, 90, text, size=6)
    for number in (1, 2):
        for column, text in enumerate((str(number), "Xây dựng đề án", "Đề án", "Sở Nội vụ", "", "Năm 2026")):
            sheet.text(COLUMNS[column] + 3, 90 + 50 * number, text, size=6)
    sheet.text(40, 700, "x" * 400, size=1)
    document = read(sheet)
    assert [note.code for note in document.notes] == ["document-recognised"]
    assert [task.row.title for task in build_proposal(document, None, None).tasks] == ["Xây dựng đề án"] * 2


@pytest.mark.parametrize("turn", [0.0, 0.8, -1.5], ids=["straight", "turned left", "turned right"])
def test_ruling_lines_are_found_however_the_paper_lay(turn: float) -> None:

    image = ruled(blank()).rotate(turn, fillcolor=255, resample=Image.Resampling.BICUBIC)
    picture = drawn(pypdfium2.PdfDocument(pdf_bytes(scanned(image))), 1)
    (grid,) = grids_of(picture.rulings)
    assert (len(grid.rows), len(grid.columns), len(grid.boxes)) == (4, 7, 18)


def test_a_scanned_table_is_recognised_and_says_so() -> None:
    recogniser = find_recogniser()
    if recogniser is None:
        pytest.skip("tesseract with Vietnamese is not installed here")
    font = _font()
    if font is None:
        pytest.skip("no font with Vietnamese letters is installed here")
    image = ruled(blank())
    draw = ImageDraw.Draw(image)
    rows = (
        HEADER,
        ("1", "Xây dựng đề án", "Đề án", "Sở Nội vụ", "", "Năm 2026"),
        ("2", "Tập huấn", "Lớp học", "Sở Y tế", "", "Quý IV"),
    )
    for at, cells in enumerate(rows):
        for column, text in enumerate(cells):
            spot = (COLUMNS[column] + 4) * DOTS, (ROWS[at] + 8) * DOTS
            words = text.replace("hoàn thành", "hoàn\nthành").replace("Đơn vị ", "Đơn vị\n")
            draw.multiline_text(spot, words, font=font)
    document = read(scanned(image), recogniser=recogniser)
    tasks = build_proposal(document, None, None).tasks
    assert [(task.row.title, task.row.lead_text) for task in tasks] == [
        ("Xây dựng đề án", "Sở Nội vụ"),
        ("Tập huấn", "Sở Y tế"),
    ]
    assert [note.code for note in document.notes] == ["document-recognised"]


def _font() -> ImageFont.FreeTypeFont | None:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, round(10 * DOTS))
        except OSError:
            continue
    return None
