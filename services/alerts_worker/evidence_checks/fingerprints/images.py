"""The pictures in a file, for their fingerprints. Runs only in the throwaway process: it reads foreign bytes."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import partial

import pypdfium2
from PIL import Image

from services.alerts_worker.evidence_checks.contents.opening import open_picture
from services.alerts_worker.evidence_checks.fingerprints import pictures
from services.alerts_worker.evidence_checks.fingerprints.emblems import is_emblem, list_emblems
from services.alerts_worker.evidence_checks.fingerprints.prints import MOST_PICTURES, FilePrints, PicturePrint
from services.alerts_worker.evidence_checks.texts.members import TooMany, list_members
from shared.domain.file_types import EML, OFFICE, PDF, PICTURES, ZIP

MOST_PAGES = 1000
MOST_PIXELS_IN_PDF, MOST_PIXELS_COMPARED = 120_000_000, 240_000_000
"""Of a picture in a PDF, which is unfolded whole; and of others, of which a JPEG is decoded smaller. Larger ones
that are taken (`contents.pixels`) are told as not compared."""
MOST_DECODED = 300_000_000
"""Pixels of all pictures of a file together; of a JPEG an eighth counts, as it is decoded smaller."""
MOST_MEDIA_BYTES = 64 << 20
"""Of one picture in a package, unpacked."""
LEAST_SIDE, LEAST_INNER_SIDE = 32, 160
"""Pixels: below, a picture says too little; within documents, where emblems are, sooner."""

_MEDIA = re.compile(r"(?:(?:word|xl|ppt)/media|Pictures)/[^/]+(?<!\.emf|\.wmf|\.svg|\.svm)", re.IGNORECASE)
"""Drawings of lines are media too, but no pictures."""
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "BMP", "TIFF")
_PAGE_EDGE = 1200
"""Dots of the longer edge of a page that is drawn."""
_UNREADABLE = (
    pypdfium2.PdfiumError,
    zipfile.BadZipFile,
    NotImplementedError,
    MemoryError,
    RuntimeError,
    OSError,
    ValueError,
    SyntaxError,
    KeyError,
)
"""What the libraries raise for what is broken, encrypted, too large or of a form they do not know."""


def prints_of(content: bytes, media_type: str) -> FilePrints:
    """The fingerprints of a picture, or of the pictures in a file: each once, however often it is repeated."""
    gallery = _Gallery()
    try:
        gallery.look(content, media_type, LEAST_SIDE)
    except _Enough:
        gallery.is_whole = False
    return FilePrints(pictures=tuple(gallery.prints.values()), is_whole=gallery.is_whole)


class _Enough(Exception):
    """So many pictures were read."""


class _Gallery:
    """Collects prints of pictures; none of those that are small or blank. What cannot be read hides no other."""

    def __init__(self) -> None:
        self.prints: dict[tuple[int, int], PicturePrint] = {}
        self.is_whole = True
        self._place = 0
        self._decoded = 0.0

    def look(self, content: bytes, media_type: str, least: int) -> None:
        """Look at a file of a type that was established by its content."""
        try:
            if media_type in PICTURES:
                self._add(partial(open_picture, content, _FORMATS), least)
            elif media_type == PDF:
                self._look_in_pdf(content)
            elif media_type in OFFICE:
                self._look_in_package(content)
            elif media_type in {EML, ZIP}:
                for kind, member in list_members(content, media_type):
                    self.look(member, kind, LEAST_SIDE if media_type == ZIP else LEAST_INNER_SIDE)
        except (TooMany, *_UNREADABLE):
            self.is_whole = False

    def _add(self, open_picture: Callable[[], Image.Image], least: int) -> None:
        self._place += 1
        try:
            image = open_picture()
            if min(image.size) < least:
                return
            self._spend(image)
            made = pictures.print_of(image, self._place)
        except _UNREADABLE:
            self.is_whole = False
            return
        if made is not None:
            self.prints.setdefault((made.coarse, made.detail), made)

    def _spend(self, image: Image.Image) -> None:
        if image.width * image.height > MOST_PIXELS_COMPARED:
            raise ValueError("too many pixels")
        self._decoded += image.width * image.height / (8 if image.format == "JPEG" else 1)
        if self._decoded > MOST_DECODED or len(self.prints) == MOST_PICTURES:
            raise _Enough

    def _look_in_pdf(self, content: bytes) -> None:
        with closing(pypdfium2.PdfDocument(content)) as pdf:
            self.is_whole = self.is_whole and len(pdf) <= MOST_PAGES and not pdf.count_attachments()
            for number in range(min(len(pdf), MOST_PAGES)):
                try:
                    self._look_at_page(pdf[number])
                except _UNREADABLE:
                    self.is_whole = False

    def _look_at_page(self, page: pypdfium2.PdfPage) -> None:
        """Scanners that cut a page into strips leave no picture of it: then it is drawn."""
        if _has_attachment(page):
            self.is_whole = False
        found = list(page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)))
        large = [each for each in found if min(each.get_px_size()) >= LEAST_INNER_SIDE and not is_emblem(each)]
        for each in large:
            self._add(partial(_decoded, each, page.get_rotation()), LEAST_INNER_SIDE)
        if len(found) > 1 and not large and not page.get_textpage().count_chars():
            self._add(partial(_drawn, page), LEAST_INNER_SIDE)

    def _look_in_package(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            emblems = list_emblems(package)
            for name in sorted(name for name in package.namelist() if _MEDIA.fullmatch(name) and name not in emblems):
                self._add(partial(_unpacked, package, name), LEAST_INNER_SIDE)


def _has_attachment(page: pypdfium2.PdfPage) -> bool:
    """Pinned to the page, which the table of attachments does not list."""
    for number in range(pypdfium2.raw.FPDFPage_GetAnnotCount(page)):
        note = pypdfium2.raw.FPDFPage_GetAnnot(page, number)
        kind = pypdfium2.raw.FPDFAnnot_GetSubtype(note)
        pypdfium2.raw.FPDFPage_CloseAnnot(note)
        if kind == pypdfium2.raw.FPDF_ANNOT_FILEATTACHMENT:
            return True
    return False


def _decoded(found: pypdfium2.PdfImage, turn: int) -> Image.Image:
    """As it is drawn on its page: turned and mirrored as the page has it, at its own size."""
    width, height = found.get_px_size()
    if width * height > MOST_PIXELS_IN_PDF:
        raise ValueError("too many pixels")
    image: Image.Image = found.get_bitmap(render=True).to_pil()
    return image.rotate(-turn, expand=True)


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    image: Image.Image = page.render(scale=_PAGE_EDGE / max(*page.get_size(), 1.0)).to_pil()
    return image


def _unpacked(package: zipfile.ZipFile, name: str) -> Image.Image:
    with package.open(name) as member:
        data = member.read(MOST_MEDIA_BYTES + 1)
    if len(data) > MOST_MEDIA_BYTES:
        raise ValueError("too many bytes")
    return open_picture(data, _FORMATS)
