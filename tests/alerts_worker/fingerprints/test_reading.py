"""Files are read in a process of their own; what it answers is looked over."""

import io
import zipfile
from random import Random
from typing import Any

import pytest
from docx import Document
from PIL import Image

from bench.lookalikes.minutes import PRINTERS, printed, write_minutes
from bench.lookalikes.photos import encoded, make_photo, saved_again
from services.alerts_worker.evidence_checks.fingerprints import pictures
from services.alerts_worker.evidence_checks.fingerprints.asking import has_prints, read_prints
from services.alerts_worker.evidence_checks.fingerprints.contents import DOCX, PDF, prints_of
from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints, MisunderstoodPrints, understood
from tests.tasks_api.plan_imports.pdf_building import Sheet, pdf_bytes

PHOTO = make_photo(Random(1), (640, 480))
MINUTES = write_minutes(Random(1), 1)


def docx(*paragraphs: str, picture: bytes | None = None) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if picture:
        document.add_picture(io.BytesIO(picture))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


async def test_prints_cross_from_the_process_unchanged() -> None:
    content = docx(*MINUTES, picture=encoded(PHOTO))
    assert await read_prints(content, DOCX) == understood(prints_of(content, DOCX).as_json())


async def test_a_document_saved_as_another_type_has_the_same_text() -> None:
    written = prints_of(docx(*MINUTES), DOCX).text
    read = prints_of(printed(MINUTES, PRINTERS[1]), PDF).text
    typed = prints_of("\n".join(MINUTES).encode(), "text/plain").text
    assert written is not None
    assert read is not None
    assert typed is not None
    assert written.sha256 == read.sha256 == typed.sha256


@pytest.mark.parametrize("kind", ["docx", "pdf", "png", "webp", "heic"])
def test_a_photo_is_known_wherever_it_stands(kind: str) -> None:
    (sought,) = prints_of(saved_again(Random(2), PHOTO), "image/jpeg").pictures
    file = io.BytesIO()
    if kind == "docx":
        found = prints_of(docx(picture=encoded(PHOTO)), DOCX)
    elif kind == "pdf":
        grey = PHOTO.convert("L")
        found = prints_of(pdf_bytes(Sheet(picture=(*grey.size, grey.tobytes()))), PDF)
    else:
        PHOTO.save(file, "HEIF" if kind == "heic" else kind.upper())
        found = prints_of(file.getvalue(), f"image/{kind}")
    (picture,) = found.pictures
    assert pictures.are_near(sought, picture)


def test_emblems_in_documents_and_repeated_pictures_do_not_count() -> None:
    emblem = encoded(PHOTO.resize((120, 90)))
    assert prints_of(docx(picture=emblem), DOCX).pictures == ()
    grey = PHOTO.convert("L")
    sheet = Sheet(picture=(*grey.size, grey.tobytes()))
    assert len(prints_of(pdf_bytes(sheet, sheet, sheet), PDF).pictures) == 1


def hollow_package() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/media/image1.png", b"no picture")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\nbroken", PDF),
        (b"\xff\xd8\xffbroken", "image/jpeg"),
        (b"PK\x03\x04broken", DOCX),
        (hollow_package(), DOCX),
        (b"\xff\xfe no UTF-8", "text/plain"),
        (encoded(Image.new("RGB", (16, 16))), "image/jpeg"),
        (pdf_bytes(Sheet().text(40, 40, "x"), user_password="abc"), PDF),
        (b"", PDF),
        (b"anything", "video/mp4"),
    ],
)
def test_what_cannot_be_read_has_no_fingerprint(content: bytes, media_type: str) -> None:
    assert prints_of(content, media_type) == FilePrints()


async def test_a_picture_that_unfolds_to_more_than_the_memory_is_not_read() -> None:
    file = io.BytesIO()
    Image.new("1", (16_000, 16_000)).save(file, "PNG")
    assert await read_prints(file.getvalue(), "image/png") == FilePrints()


def test_which_files_are_read() -> None:
    assert has_prints(PDF, 1 << 20)
    assert not has_prints("video/mp4", 1 << 20)
    assert not has_prints(PDF, 1 << 30)


def answer(**changes: Any) -> dict[str, Any]:
    told: Any = prints_of(docx(*MINUTES, picture=encoded(PHOTO)), DOCX).as_json()
    for path, value in changes.items():
        place, name = path.split("_", 1)
        (told["pictures"][0] if place == "picture" else told["text"])[name] = value
    return told  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"text": None},
        {"text": None, "pictures": None},
        {"text": None, "pictures": [{}] * 50},
        {"text": {}, "pictures": []},
        answer(text_sha256="x" * 64),
        answer(text_sha256="A" * 64),
        answer(text_words=-1),
        answer(text_words=True),
        answer(text_sketch=[0] * 255),
        answer(text_sketch=[70_000] * 256),
        answer(text_facts=[2, 1]),
        answer(text_facts=list(range(300))),
        answer(picture_coarse="1" + "0" * 16),
        answer(picture_coarse="-1"),
        answer(picture_detail="1" + "0" * 64),
        answer(picture_is_page="yes"),
        answer(picture_place=1.5),
    ],
)
def test_an_answer_of_another_shape_is_refused(told: object) -> None:
    assert understood(answer())
    with pytest.raises(MisunderstoodPrints):
        understood(told)
