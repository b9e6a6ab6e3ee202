"""Which files are taken as evidence, and what is said of others."""

from shared.domain.errors import UnsupportedFile
from shared.domain.file_types import find_media_type

_ACCEPTED = (
    "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument (.odt), "
    "ảnh JPEG, PNG, WebP, HEIC, video MP4, thư điện tử (.eml), văn bản thuần (.txt, .csv), "
    "tệp nén ZIP chỉ chứa các loại này"
)


def media_type_of(head: bytes, filename: str) -> str:
    """`file_types.find_media_type`. Raises UnsupportedFile("file-type-refused") for what is not taken."""
    found = find_media_type(head, filename)
    if found is None:
        raise refused_type()
    return found


def refused_type() -> UnsupportedFile:
    """The refusal that tells which types are taken."""
    return UnsupportedFile(
        "file-type-refused",
        f"Loại tệp này không được nhận làm minh chứng. Các loại được nhận: {_ACCEPTED}. "
        "Hãy chuyển tệp sang một trong các loại này rồi tải lại.",
    )
