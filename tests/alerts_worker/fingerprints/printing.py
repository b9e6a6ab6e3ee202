"""The fingerprints of a file as the checks have them, read in this process, and documents to read."""

import io

from docx import Document
from docx.shared import Length

from services.alerts_worker.evidence_checks.fingerprints import images, wordings
from services.alerts_worker.evidence_checks.fingerprints.prints import FilePrints, joined

HEAD = ("ỦY BAN NHÂN DÂN PHƯỜNG BÌNH MINH", "Số: 57/KH-UBND", "Bình Minh, ngày 12 tháng 3 năm 2026", "KẾ HOẠCH")


def prints_of(content: bytes, media_type: str) -> FilePrints:
    return joined([wordings.prints_of(content, media_type), images.prints_of(content, media_type)])


def docx(*paragraphs: str, picture: bytes | None = None, width: Length | None = None, in_header: bool = False) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if picture:
        place = document.sections[0].header.paragraphs[0] if in_header else document.add_paragraph()
        place.add_run().add_picture(io.BytesIO(picture), width=width)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
