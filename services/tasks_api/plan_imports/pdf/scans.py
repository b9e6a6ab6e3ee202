"""Pages without a text layer of their own: recognised where a program for it is there, and told of in any case."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pypdfium2

from services.tasks_api.plan_imports.documents import DocumentBuilder
from services.tasks_api.plan_imports.pdf.matter import Page
from services.tasks_api.plan_imports.pdf.pictures import drawn
from services.tasks_api.plan_imports.pdf.recognition import words_in
from services.tasks_api.plan_imports.refusals import needs_recognition, too_many_scans

_PROCESSORS = min(4, os.cpu_count() or 1)
MAX_SCANS = 4 * _PROCESSORS
"""Pages recognised of one document: each takes two to four seconds of a processor."""
_FEW = 400  # letters: a stamp, a page number, a signature over the picture of a page


def needs_reading(page: Page) -> bool:
    """Whether what is seen on the page is not in its text layer."""
    if page.illegible:
        return True
    if page.glyphs:
        return page.pictured > 0.5 and len(page.glyphs) < _FEW
    return page.pictured > 0.2 or page.drawn_shapes > _FEW


def read_scans(content: bytes, pages: Sequence[Page], recogniser: str | None, builder: DocumentBuilder) -> None:
    """Put words and lines into the pages that are pictures, and a note about them into the document.

    Raises Invalid `document-needs-ocr` when there is nothing else to read, TooLarge `document-too-many-scans`.
    """
    scans = [page for page in pages if needs_reading(page)]
    pictured = [page for page in pages if page.recognised and page not in scans]
    if not scans and not pictured:
        return
    numbers = _ranges([page.number for page in scans])
    if len(scans) > MAX_SCANS and recogniser is not None:
        raise too_many_scans(len(scans), MAX_SCANS)
    if recogniser is None and not any(page.glyphs for page in pages if page not in scans):
        raise needs_recognition(numbers)
    pdf = pypdfium2.PdfDocument(content)
    for page in pictured:
        page.rulings += drawn(pdf, page.number).rulings
    if recogniser is not None and scans:
        sure = _recognise(pdf, scans, recogniser)
        builder.note(
            "document-recognised",
            f"Chữ ở {numbers} được nhận dạng từ ảnh quét (độ tin cậy trung bình {sure:.0f}%): hãy đối chiếu từng dòng "
            "với tài liệu.",
        )
    elif scans:
        builder.note(
            "pages-not-read",
            f"{numbers.capitalize()} là ảnh quét không có chữ và không được đọc, vì máy chủ chưa cài chương trình nhận "
            "dạng chữ; hãy đối chiếu với tài liệu hoặc nhập bản có chữ.",
        )
    if pictured:
        builder.note(
            "document-recognised",
            f"Chữ ở {_ranges([page.number for page in pictured])} do máy quét nhận dạng từ ảnh: hãy đối chiếu với tài "
            "liệu.",
        )


def _recognise(pdf: pypdfium2.PdfDocument, scans: Sequence[Page], program: str) -> float:
    """Fill the pages; how sure the program is on average, in per cent."""
    pictures = [drawn(pdf, page.number) for page in scans]  # one after the other: the library knows no threads
    with ThreadPoolExecutor(max_workers=_PROCESSORS) as pool:
        found = list(pool.map(lambda picture: words_in(picture, program), pictures))
    sure: list[float] = []
    for page, picture, (words, certainties) in zip(scans, pictures, found, strict=True):
        page.glyphs, page.rulings = words, list(picture.rulings)
        page.recognised = True
        sure += certainties
    return sum(sure) / len(sure) if sure else 0.0


def _ranges(numbers: Sequence[int]) -> str:
    """`trang 1–3, 7`."""
    return "trang " + ", ".join(_runs(numbers))


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    start = last = None
    for number in [*numbers, None]:
        if start is not None and last is not None and number != last + 1:
            yield str(start) if start == last else f"{start}–{last}"
            start = None
        start = number if start is None else start
        last = number
