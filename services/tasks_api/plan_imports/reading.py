"""From uploaded bytes to a document; the content decides the type, never the name."""

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.docx_reader import read_docx
from services.tasks_api.plan_imports.packages import MAX_FILE_BYTES, MIB, Package, encrypted
from services.tasks_api.plan_imports.xlsx_reader import read_xlsx
from shared.domain import errors

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def read_document(content: bytes, filename: str) -> Document:
    """Read a plan document; `filename` only names it in messages.

    Raises Invalid (`document-empty`), TooLarge (`document-too-large`, `document-expands-too-much`,
    `document-too-long`, `table-too-large`), UnsupportedFile (`document-type-unsupported`,
    `document-encrypted`) or Malformed (`document-unreadable`).
    """
    if not content:
        raise errors.Invalid("document-empty", f"Tệp “{filename}” không có nội dung (0 byte).")
    if len(content) > MAX_FILE_BYTES:
        raise errors.TooLarge(
            "document-too-large",
            f"Tệp “{filename}” lớn hơn {MAX_FILE_BYTES // MIB} MB. Hãy bỏ bớt hình ảnh rồi nhập lại.",
            facts={"limit_bytes": MAX_FILE_BYTES, "size_bytes": len(content)},
        )
    if content.startswith(_OLE) and _ENCRYPTED_STREAM in content:
        raise encrypted()
    if not content.startswith(_ZIP):
        raise _unsupported(content, filename)
    package = Package(content)
    if "word/document.xml" in package.names:
        return read_docx(package)
    if "xl/workbook.xml" in package.names:
        return read_xlsx(package)
    raise _unsupported(content, filename)


def _unsupported(content: bytes, filename: str) -> errors.UnsupportedFile:
    if content.startswith(_OLE):
        what = "là tệp Word hoặc Excel đời cũ (.doc, .xls)"
    elif content.startswith(b"%PDF"):
        what = "là tệp PDF"
    else:
        what = "không phải tệp Word (.docx) hoặc Excel (.xlsx)"
    return errors.UnsupportedFile(
        "document-type-unsupported",
        f"Tệp “{filename}” {what}. Hãy mở kế hoạch bằng Word hoặc Excel, lưu thành .docx hoặc .xlsx rồi nhập lại.",
    )
