"""From uploaded bytes to a document; the content decides the type, never the name.

Each reader is imported when a file of its type is there: its libraries take longer to load than most files to read.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from services.tasks_api.plan_imports.documents import Document, Note
from services.tasks_api.plan_imports.refusals import encrypted
from shared.domain import errors

MAX_FILE_MIB = 20
MAX_FILE_BYTES = MAX_FILE_MIB << 20

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MACROS = "vbaproject.bin"
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # readers take some bytes of other programs before it


def read_document(content: bytes, filename: str, recogniser: str | None = None) -> Document:
    """Read a plan document; `filename` only names it in messages, `recogniser` is the program that reads pictures.

    Raises Invalid (`document-empty`, `document-needs-ocr`), TooLarge (`document-too-large`, `document-too-long`,
    `document-expands-too-much`, `document-too-many-pages`, `table-too-large`), UnsupportedFile
    (`document-type-unsupported`, `document-encrypted`) or Malformed (`document-unreadable`).
    """
    ensure_size(content, filename)
    if content.startswith(_OLE) and _ENCRYPTED_STREAM in content:
        raise encrypted()
    if content.startswith(_ZIP):
        return _read_package(content, filename)
    if _PDF in content[:_PDF_WITHIN]:
        from services.tasks_api.plan_imports.pdf.reader import read_pdf  # noqa: PLC0415 -- loaded when needed

        return read_pdf(content, recogniser)
    raise _unsupported(content, filename)


def ensure_size(content: bytes, filename: str) -> None:
    """Raises Invalid `document-empty` and TooLarge `document-too-large`."""
    if not content:
        raise errors.Invalid("document-empty", f"Tệp “{filename}” không có nội dung (0 byte).")
    if len(content) > MAX_FILE_BYTES:
        raise errors.TooLarge(
            "document-too-large",
            f"Tệp “{filename}” lớn hơn {MAX_FILE_MIB} MB. Hãy bỏ bớt hình ảnh rồi nhập lại.",
            facts={"limit_bytes": MAX_FILE_BYTES, "size_bytes": len(content)},
        )


def read_as_json(content: bytes, argument: dict[str, Any]) -> dict[str, Any]:
    """What a throwaway process runs: `argument` holds `filename` and `recogniser`."""
    from services.tasks_api.plan_imports.document_json import document_json  # noqa: PLC0415 -- not needed to refuse

    return document_json(read_document(content, argument["filename"], argument["recogniser"]))


def _read_package(content: bytes, filename: str) -> Document:
    from services.tasks_api.plan_imports.packages import Package  # noqa: PLC0415 -- loaded when needed

    package = Package(content)
    if "word/document.xml" in package.names:
        from services.tasks_api.plan_imports.docx_reader import read_docx  # noqa: PLC0415 -- loaded when needed

        return _with_macros_told(read_docx(package), package.names)
    if "xl/workbook.xml" in package.names:
        from services.tasks_api.plan_imports.xlsx_reader import read_xlsx  # noqa: PLC0415 -- loaded when needed

        return _with_macros_told(read_xlsx(package), package.names)
    raise _unsupported(content, filename)


def _with_macros_told(document: Document, names: Collection[str]) -> Document:
    """Macros are never run; a person is told that what they would have written is not there."""
    if not any(name.rpartition("/")[2].lower() == _MACROS for name in names):
        return document
    message = "Tài liệu có macro: macro không được chạy; nội dung do macro tạo ra, nếu có, không được đọc."
    return replace(document, notes=(*document.notes, Note("document-has-macros", message)))


def _unsupported(content: bytes, filename: str) -> errors.UnsupportedFile:
    if content.startswith(_OLE):
        what = "là tệp Word hoặc Excel đời cũ (.doc, .xls)"
    else:
        what = "không phải tệp Word (.docx), Excel (.xlsx) hoặc PDF"
    return errors.UnsupportedFile(
        "document-type-unsupported",
        f"Tệp “{filename}” {what}. Hãy mở kế hoạch bằng Word hoặc Excel, lưu thành .docx hoặc .xlsx rồi nhập lại.",
    )
