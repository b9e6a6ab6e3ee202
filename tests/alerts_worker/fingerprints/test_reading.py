"""Files are read in a process of their own."""

import io
import math
from email import message_from_bytes, policy
from random import Random

import pytest
from docx.shared import Cm
from PIL import Image

from bench.lookalikes.minutes import PRINTERS, printed, write_minutes
from bench.lookalikes.photos import encoded, make_photo, saved_again
from services.alerts_worker.evidence_checks.contents.pixels import MOST_PIXELS_TAKEN
from services.alerts_worker.evidence_checks.fingerprints import pictures
from services.alerts_worker.evidence_checks.fingerprints.asking import has_prints, read_prints
from services.alerts_worker.evidence_checks.fingerprints.images import MOST_PIXELS_COMPARED
from services.alerts_worker.evidence_checks.fingerprints.prints import (
    MOST_PICTURES,
    FilePrints,
    understood,
)
from shared.domain.file_types import DOCX, EML, JPEG, ODT, PDF, PPTX, TEXT, XLSX, ZIP
from tests.alerts_worker.evidence_checks.making import (
    add_to_zip,
    attaching,
    excel_file,
    excel_file_elsewhere,
    mail,
    open_document,
    pdf_of,
    slides,
    word_file,
    zipped,
)
from tests.alerts_worker.fingerprints.printing import HEAD, docx, prints_of
from tests.tasks_api.plan_imports.pdf_building import Sheet, pdf_bytes

PHOTO = make_photo(Random(1), (640, 480))
MINUTES = write_minutes(Random(1), 1)


async def test_prints_cross_from_the_process_unchanged() -> None:
    content = docx(*HEAD, *MINUTES, picture=encoded(PHOTO))
    assert await read_prints(content, DOCX) == understood(prints_of(content, DOCX).as_json())


SAVED = {
    "pdf": (PDF, printed(MINUTES, PRINTERS[1])),
    "xlsx": (XLSX, excel_file(*([line] for line in MINUTES))),
    "xlsx elsewhere": (XLSX, excel_file_elsewhere(*([line] for line in MINUTES))),
    "pptx": (PPTX, slides(*MINUTES)),
    "odt": (ODT, open_document(*MINUTES)),
    "page": ("text/html", f"<style>p {{}}</style><p>{'<p>'.join(MINUTES)}".encode()),
    "text": (TEXT, "\n".join(MINUTES).encode()),
    "zip": (ZIP, zipped(("Biên bản.docx", word_file(*MINUTES)))),
    "attached": (EML, mail(("Biên bản.docx", word_file(*MINUTES)))),
    "zip attached": (EML, mail(("Hồ sơ.zip", zipped(("Biên bản.docx", word_file(*MINUTES)))))),
    "attached in zip": (ZIP, zipped(("Thư.eml", mail(("Biên bản.docx", word_file(*MINUTES)))))),
}


@pytest.mark.parametrize("kind", SAVED)
def test_a_document_saved_as_another_type_has_the_same_text(kind: str) -> None:
    (written,) = prints_of(docx(*MINUTES), DOCX).texts
    media_type, content = SAVED[kind]
    (found,) = prints_of(content, media_type).texts
    assert found.sha256 == written.sha256


def test_a_message_is_its_header_and_its_words() -> None:
    one, other = mail(text="\n".join(MINUTES)), mail(text="\n\n".join(MINUTES))
    (first,), (second,) = prints_of(one, EML).texts, prints_of(other, EML).texts
    assert first.sha256 == second.sha256


@pytest.mark.parametrize("kind", ["docx", "pdf", "zip", "docx in zip", "mail", "png", "webp", "heic"])
def test_a_photo_is_known_wherever_it_stands(kind: str) -> None:
    (sought,) = prints_of(saved_again(Random(2), PHOTO), "image/jpeg").pictures
    file = io.BytesIO()
    if kind == "docx":
        found = prints_of(docx(picture=encoded(PHOTO)), DOCX)
    elif kind == "zip":
        found = prints_of(zipped(("1.jpg", encoded(PHOTO)), ("2.jpg", encoded(PHOTO))), ZIP)
    elif kind == "docx in zip":
        found = prints_of(zipped(("a.docx", docx(picture=encoded(PHOTO)))), ZIP)
    elif kind == "mail":
        found = prints_of(mail(("1.jpg", encoded(PHOTO))), EML)
    elif kind == "pdf":
        grey = PHOTO.convert("L")
        found = prints_of(pdf_bytes(Sheet(picture=(*grey.size, grey.tobytes()))), PDF)
    else:
        PHOTO.save(file, "HEIF" if kind == "heic" else kind.upper())
        found = prints_of(file.getvalue(), f"image/{kind}")
    (picture,) = found.pictures
    assert pictures.are_near(sought, picture)


def drawn(draw: bytes, *images: Image.Image, turn: int = 0) -> bytes:
    """A page that draws grey pictures, called /S0, /S1 …; readers turn it by so many degrees."""
    named = b"".join(b"/S%d %d 0 R " % (at, at + 5) for at in range(len(images)))
    about = (
        b"<< /Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Width %d /Height %d /Length %d"
    )
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 640 640] /Rotate %d /Contents 4 0 R"
            b" /Resources << /XObject << %s>> >> >>" % (turn, named),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(draw), draw),
            *(
                b"%s >>\nstream\n%s\nendstream" % (about % (*image.size, image.width * image.height), image.tobytes())
                for image in images
            ),
        ]
    )


GREY = PHOTO.convert("L")


def test_emblems_in_documents_and_repeated_pictures_do_not_count() -> None:
    """However many pixels they have: what is drawn small, or on every page, is the template's."""
    assert prints_of(docx(picture=encoded(PHOTO.resize((120, 90)))), DOCX).pictures == ()
    assert prints_of(docx(picture=encoded(PHOTO), width=Cm(3)), DOCX).pictures == ()
    assert prints_of(docx(picture=encoded(PHOTO), in_header=True), DOCX).pictures == ()
    assert prints_of(drawn(b"q 85 0 0 64 500 500 cm /S0 Do Q", GREY), PDF).pictures == ()
    sheet = Sheet(picture=(*GREY.size, GREY.tobytes()))
    assert len(prints_of(pdf_bytes(sheet, sheet, sheet), PDF).pictures) == 1


@pytest.mark.parametrize(
    "content",
    [
        drawn(b"q 0 -480 640 0 0 480 cm /S0 Do Q", GREY.rotate(90, expand=True)),
        drawn(b"q 640 0 0 -480 0 480 cm /S0 Do Q", GREY.transpose(Image.Transpose.FLIP_TOP_BOTTOM)),
        drawn(b"q 480 0 0 640 0 0 cm /S0 Do Q", GREY.rotate(90, expand=True), turn=90),
    ],
    ids=["turned", "mirrored", "page turned"],
)
def test_a_photo_in_a_document_is_seen_as_it_is_drawn(content: bytes) -> None:
    (found,) = prints_of(content, PDF).pictures
    (sought,) = prints_of(encoded(PHOTO), JPEG).pictures
    assert pictures.are_near(sought, found)


def strips(scale: int) -> bytes:
    """A page as some scanners write it: in stripes, which are no pictures of anything."""
    whole = GREY.resize((640 * scale, 480 * scale))
    cut = [whole.crop((0, top, whole.width, top + 60 * scale)) for top in range(0, whole.height, 60 * scale)]
    return drawn(b"".join(b"q 640 0 0 80 0 %d cm /S%d Do Q " % (560 - 80 * at, at) for at in range(8)), *cut)


@pytest.mark.parametrize("scale", [1, 3])
def test_a_scanned_page_in_stripes_is_seen_as_one(scale: int) -> None:
    (page,) = prints_of(strips(scale), PDF).pictures
    (sought,) = prints_of(encoded(PHOTO), JPEG).pictures
    assert pictures.are_near(sought, page)


def with_media(*media: bytes) -> bytes:
    return add_to_zip(docx(*MINUTES), *((f"word/media/image{at}.png", each) for at, each in enumerate(media)))


def test_what_cannot_be_read_hides_nothing_beside_it() -> None:
    broken = encoded(PHOTO)[:2000]
    found = prints_of(with_media(b"no picture", broken, bomb(), encoded(PHOTO)), DOCX)
    assert (len(found.texts), len(found.pictures), found.is_whole) == (1, 1, False)


def test_pictures_beyond_so_many_are_said_to_be_left_out() -> None:
    rng = Random(5)
    small = [encoded(make_photo(rng, (200, 200))) for _ in range(MOST_PICTURES + 1)]
    assert prints_of(with_media(*small[1:]), DOCX).is_whole
    found = prints_of(with_media(*small), DOCX)
    assert (len(found.pictures), found.is_whole) == (MOST_PICTURES, False)


async def test_a_large_message_is_read_within_the_memory() -> None:
    large = mail(*((f"{at}.bin", Random(at).randbytes(11 << 20)) for at in range(4)), ("a.docx", word_file(*MINUTES)))
    found = await read_prints(large, EML)
    assert (len(found.texts), found.is_whole) == (1, True)


def test_what_is_broken_in_a_container_hides_nothing_beside_it() -> None:
    broken = ("a.zip", zipped(("b.docx", word_file(*MINUTES)))[:-8])
    found = prints_of(mail(broken, ("c.docx", word_file(*MINUTES))), EML)
    assert (len(found.texts), found.is_whole) == (1, False)


def pinned(content: bytes) -> bytes:
    """A file on the page that its readers show as a pin."""
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 640 640] /Annots [4 0 R] >>",
            b"<< /Type /Annot /Subtype /FileAttachment /Rect [9 9 29 29] /FS << /F (a.docx) /EF << /F 5 0 R >> >> >>",
            b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    )


def mail_with_another() -> bytes:
    message = message_from_bytes(mail(), policy=policy.default)
    message.add_attachment(message_from_bytes(mail(text="\n".join(MINUTES)), policy=policy.default))
    return message.as_bytes()


NOTHING, UNREAD = FilePrints(), FilePrints(is_whole=False)


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        (b"%PDF-1.7\nbroken", PDF, UNREAD),
        (b"\xff\xd8\xffbroken", JPEG, UNREAD),
        (b"PK\x03\x04broken", DOCX, UNREAD),
        (b"PK\x03\x04broken", ZIP, UNREAD),
        (pdf_bytes(Sheet().text(40, 40, "x"), user_password="abc"), PDF, UNREAD),
        (b"", PDF, UNREAD),
        (attaching("a.docx", word_file(*MINUTES)), PDF, UNREAD),
        (pinned(word_file(*MINUTES)), PDF, UNREAD),
        (mail_with_another(), EML, UNREAD),
        (zipped(("word/media/image1.png", b"no picture")), DOCX, UNREAD),
        (zipped(("word/media/image1.emf", b"lines")), DOCX, NOTHING),
        (b"\xff\xfe no UTF-8", TEXT, NOTHING),
        (encoded(Image.new("RGB", (16, 16))), JPEG, NOTHING),
        (b"anything", "video/mp4", NOTHING),
    ],
)
def test_what_cannot_be_read_has_no_fingerprint(content: bytes, media_type: str, expected: FilePrints) -> None:
    assert prints_of(content, media_type) == expected


def bomb(side: int = 16_000) -> bytes:
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG")
    return file.getvalue()


async def test_a_picture_that_unfolds_to_more_than_the_memory_is_not_read() -> None:
    assert await read_prints(bomb(), "image/png") == UNREAD


def test_a_picture_that_is_taken_but_too_large_to_compare_is_told() -> None:
    side = math.isqrt(MOST_PIXELS_COMPARED) + 1
    assert side * side < MOST_PIXELS_TAKEN
    assert prints_of(bomb(side), "image/png") == UNREAD


def test_which_files_are_read() -> None:
    assert has_prints(PDF, 1 << 20)
    assert not has_prints("video/mp4", 1 << 20)
    assert not has_prints(PDF, 1 << 30)
