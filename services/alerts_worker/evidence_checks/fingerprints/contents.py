"""The texts and pictures in a file, for their fingerprints. Runs only in the throwaway process: it reads foreign bytes.

What cannot be read has no fingerprint: the checks of types tell of it, and the same bytes are found without any.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing

import pillow_heif
import pypdfium2
from docx import Document
from docx.oxml.ns import qn
from PIL import Image, UnidentifiedImageError

from services.alerts_worker.evidence_checks.fingerprints import pictures, texts
from services.alerts_worker.evidence_checks.fingerprints.prints import MOST_PICTURES, FilePrints, PicturePrint

MOST_PAGES = 1000
MOST_PIXELS, MOST_PIXELS_OF_FILES = 120_000_000, 240_000_000
"""Of a picture in a PDF, which is unfolded whole; and of others, of which a JPEG is decoded smaller."""
MOST_MEDIA_BYTES = 64 << 20
"""Of one picture in a package, unpacked."""
LEAST_SIDE, LEAST_INNER_SIDE = 32, 160
"""Pixels: below, a picture says too little; within documents such are emblems, seals and signatures."""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PACKAGES = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")
_MEDIA = re.compile(r"(?:word|xl|ppt)/media/[^/]+|Pictures/[^/]+")
_UNREADABLE = (
    pypdfium2.PdfiumError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    UnidentifiedImageError,
    NotImplementedError,
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
)
"""What the libraries raise for files and pictures that are broken, encrypted or of a form they do not know."""

Image.MAX_IMAGE_PIXELS = None  # for all who read apart, with limits of their own
pillow_heif.register_heif_opener()


def prints_of(content: bytes, media_type: str) -> FilePrints:
    """The fingerprints of a file of a type that was established by its content."""
    try:
        if media_type == PDF:
            return _of_pdf(content)
        if media_type.startswith("image/"):
            return FilePrints(None, _distinct([(1, Image.open(io.BytesIO(content)))], LEAST_SIDE))
        if media_type.startswith(_PACKAGES):
            return _of_package(content, media_type)
        if media_type.startswith("text/"):
            return FilePrints(texts.print_of([content.decode("utf-8-sig")]))
    except _UNREADABLE:
        return FilePrints()
    return FilePrints()


def _of_pdf(content: bytes) -> FilePrints:
    with closing(pypdfium2.PdfDocument(content)) as pdf:
        pages = range(min(len(pdf), MOST_PAGES))
        text = texts.print_of([pdf[number].get_textpage().get_text_bounded() for number in pages])
        return FilePrints(text, _distinct(_in_pdf(pdf), LEAST_INNER_SIDE))


def _in_pdf(pdf: pypdfium2.PdfDocument) -> Iterator[tuple[int, Image.Image]]:
    place = 0
    for number in range(min(len(pdf), MOST_PAGES)):
        for found in pdf[number].get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)):
            place += 1
            width, height = found.get_px_size()
            if min(width, height) >= LEAST_INNER_SIDE and width * height <= MOST_PIXELS:
                yield place, found.get_bitmap().to_pil()


def _of_package(content: bytes, media_type: str) -> FilePrints:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        text = texts.print_of([_text_of_docx(content)]) if media_type == DOCX else None
        return FilePrints(text, _distinct(_in_package(package), LEAST_INNER_SIDE))


def _in_package(package: zipfile.ZipFile) -> Iterator[tuple[int, Image.Image]]:
    media = sorted(name for name in package.namelist() if _MEDIA.fullmatch(name))
    for place, name in enumerate(media, 1):
        with package.open(name) as member:
            data = member.read(MOST_MEDIA_BYTES + 1)
        if len(data) > MOST_MEDIA_BYTES:
            continue
        try:
            yield place, Image.open(io.BytesIO(data))
        except UnidentifiedImageError:  # drawings of vectors are media too
            continue


def _text_of_docx(content: bytes) -> str:
    """One paragraph a line, those in tables and frames where they stand."""
    body = Document(io.BytesIO(content)).element.body
    letters, gaps, ends = qn("w:t"), {qn("w:tab"), qn("w:br")}, qn("w:p")
    parts = []
    for node in body.iter(letters, *gaps, ends):
        if node.tag == letters:
            parts.append(node.text or "")
        else:
            parts.append("\n" if node.tag == ends else " ")
    return "".join(parts)


def _distinct(
    found: Iterator[tuple[int, Image.Image]] | list[tuple[int, Image.Image]], least: int
) -> tuple[PicturePrint, ...]:
    """One print for each picture, however often it is repeated; none for those that are small, blank or too large."""
    prints: dict[tuple[int, int], PicturePrint] = {}
    for place, image in found:
        if min(image.size) < least or image.width * image.height > MOST_PIXELS_OF_FILES:
            continue
        made = pictures.print_of(image, place)
        if made is not None:
            prints.setdefault((made.coarse, made.detail), made)
        if len(prints) == MOST_PICTURES:
            break
    return tuple(prints.values())
