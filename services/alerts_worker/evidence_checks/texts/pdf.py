"""Read apart: the text layer of a PDF, and its first page as a picture."""

import base64
import io
from typing import Any

import pypdfium2

from services.alerts_worker.evidence_checks.texts.forms import PAGE_END, Text

_MOST_PAGES = 1000
_PICTURE_EDGE = 1200
"""Dots of the longer edge."""
_PASSWORD = "password"  # noqa: S105 -- a word in the library's message


def pdf_text(content: bytes, most: int, pages: int | None) -> Text:
    """The letters of the first `pages` pages (at most `_MOST_PAGES`), page after page."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return Text("", why="encrypted" if _PASSWORD in str(error).lower() else "damaged")
    total = len(document)
    if not total:
        return Text("", why="damaged")
    last = min(total, pages or _MOST_PAGES, _MOST_PAGES)
    found: list[str] = []
    length = 0
    for number in range(last):
        try:
            letters = document[number].get_textpage().get_text_range()
        except pypdfium2.PdfiumError:
            continue  # a page that is damaged does not hide the others
        found.append(letters)
        length += len(letters)
        if length > most:
            break
    text = PAGE_END.join(found)
    cut = len(found) < total and pages is None
    return Text(text, total, is_cut=cut, why=None if text.strip() else "no-text-layer")


def draw_first_page(content: bytes, _argument: Any) -> dict[str, object]:
    """`jpeg` in base64, or `why` there is none."""
    try:
        page = pypdfium2.PdfDocument(content)[0]
        scale = _PICTURE_EDGE / max(*page.get_size(), 1.0)
        image = page.render(scale=min(scale, 3.0)).to_pil().convert("RGB")
    except pypdfium2.PdfiumError as error:
        return {"jpeg": None, "why": "encrypted" if _PASSWORD in str(error).lower() else "damaged"}
    except IndexError:
        return {"jpeg": None, "why": "damaged"}
    target = io.BytesIO()
    image.save(target, "JPEG", quality=80)
    return {"jpeg": base64.b64encode(target.getvalue()).decode(), "why": None}
