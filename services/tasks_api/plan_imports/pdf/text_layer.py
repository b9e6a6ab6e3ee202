"""The text layer and ruling lines of a PDF, page by page."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, pairwise
from typing import Any

import pdfplumber
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage, LTItem, LTLine, LTPage, LTRect
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from services.tasks_api.plan_imports.pdf.matter import Glyph, Page, Ruling
from services.tasks_api.plan_imports.pdf.turned import Turned, upright_lines
from services.tasks_api.plan_imports.refusals import encrypted, too_many_pages, unreadable

MAX_PAGES = 250
_MOST_GLYPHS = 60_000  # of one page; a page of small print has 8,000
_THIN = 3.0
_SLOPE = 0.05
_ALMOST_WHITE = 0.97
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
# Fonts of the time before Unicode: what is stored are other letters than those that are seen.
_OLD_FONT = re.compile(r"^(?:[A-Z]{6}\+)?(?:\.Vn|VNI-)")
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")
_SIGNS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf02d": "-", "\uf0d8": "➢", "\uf0fc": "✓", "\uf076": "❖", "\uf0b3": "≥"}


@contextmanager
def opened(content: bytes) -> Iterator[PDF]:
    """The file, open; one that only an owner's password protects opens for everybody."""
    try:
        pdf = pdfplumber.open(io.BytesIO(content))
        pages = sum(1 for _ in islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1))
    except PdfminerException as error:
        raise _refusal(error) from error
    if pages > MAX_PAGES:
        raise too_many_pages(MAX_PAGES)
    if not pages:
        raise unreadable("tệp PDF không có trang nào hoặc tải lên chưa trọn")
    with pdf:
        yield pdf


def pages_of(pdf: PDF) -> Iterator[Page]:
    """What each page carries; a page is forgotten when the next is asked for."""
    for number, page in enumerate(pdf.pages, start=1):
        try:
            layout = page.layout
        except PdfminerException as error:
            raise _refusal(error) from error
        yield _page(number, layout)
        page.close()


def _refusal(error: PdfminerException) -> Exception:
    """What the library wrapped: whatever is not told apart is a damaged file."""
    wrapped = error.args[0] if error.args else None
    if isinstance(wrapped, PDFPasswordIncorrect):
        return encrypted()
    if isinstance(wrapped, MemoryError | RecursionError):
        return wrapped
    return unreadable("tệp PDF bị hỏng hoặc tải lên chưa trọn")


def _page(number: int, layout: LTPage) -> Page:
    page = Page(number, layout.width, layout.height)
    illegible = 0
    turned: list[Turned] = []
    for item in _items(layout):
        if isinstance(item, LTChar):
            illegible += _take_letter(page, item, layout, turned)
            if len(page.glyphs) > _MOST_GLYPHS:
                raise unreadable(f"trang {number} có nhiều chữ bất thường")
        elif isinstance(item, LTImage):
            page.pictured = min(1.0, page.pictured + item.width * item.height / (page.width * page.height))
        elif isinstance(item, LTCurve):
            page.drawn_shapes += not isinstance(item, LTLine | LTRect)
            page.rulings.extend(_rulings(item, layout))
    page.glyphs.extend(upright_lines(turned))
    page.illegible = illegible * 5 > len(page.glyphs)
    page.recognised = page.pictured > 0.7 and bool(page.glyphs)
    return page


def _items(container: Any) -> Iterator[LTItem]:
    """Everything on the page, also what stands in forms drawn on it."""
    waiting = [iter(container)]
    while waiting:
        for item in waiting[-1]:
            if isinstance(item, LTFigure):
                waiting.append(iter(item))
                break
            yield item
        else:
            waiting.pop()


def _take_letter(page: Page, letter: LTChar, layout: LTPage, turned: list[Turned]) -> bool:
    """Add a letter that stands on the page; true when nobody can tell which letter it is."""
    across, up, _, _, x, y = letter.matrix
    text = _SIGNS.get(letter.get_text(), letter.get_text())
    base, left, right = layout.y1 - y, letter.x0 - layout.x0, letter.x1 - layout.x0
    if not -1 <= (left + right) / 2 <= page.width + 1 or not -1 <= base <= page.height + 1:
        return False
    bold = bool(_BOLD.search(letter.fontname))
    if abs(up) <= abs(across) * _SLOPE and across > 0:
        page.glyphs.append(Glyph(text, left, right, base, letter.size or 1.0, bold))
    elif abs(across) <= abs(up) * _SLOPE:
        turned.append(Turned(text, x - layout.x0, layout.y1 - letter.y0, layout.y1 - letter.y1, up > 0, bold))
    else:
        return False  # slanting over the page: a watermark
    return bool(_UNMAPPED.search(text) or _OLD_FONT.search(letter.fontname))


def _rulings(curve: LTCurve, layout: LTPage) -> Iterator[Ruling]:
    """A stroked outline is its sides, a thin filled bar is a line; what is painted white is not seen."""
    colour = curve.stroking_color if curve.stroke else curve.non_stroking_color
    if not (curve.stroke or curve.fill) or _is_white(colour):
        return
    left, right = curve.x0 - layout.x0, curve.x1 - layout.x0
    top, bottom = layout.y1 - curve.y1, layout.y1 - curve.y0
    if bottom - top <= _THIN or right - left <= _THIN:
        if right - left > bottom - top:
            yield Ruling(True, (top + bottom) / 2, left, right)
        elif bottom - top > 0:
            yield Ruling(False, (left + right) / 2, top, bottom)
    elif curve.stroke and not isinstance(curve, LTLine):
        corners = [(x - layout.x0, layout.y1 - y) for x, y in curve.pts]
        if isinstance(curve, LTRect):
            corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        for (x0, y0), (x1, y1) in pairwise(corners):
            if abs(y1 - y0) < 1 <= abs(x1 - x0):
                yield Ruling(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
            elif abs(x1 - x0) < 1 <= abs(y1 - y0):
                yield Ruling(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def _is_white(colour: object) -> bool:
    parts = colour if isinstance(colour, list | tuple) else (colour,)
    return len(parts) in {1, 3} and all(isinstance(part, int | float) and part > _ALMOST_WHITE for part in parts)
