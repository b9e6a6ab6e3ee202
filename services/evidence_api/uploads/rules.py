"""Which files are taken as evidence, and what is said of others."""

from services.evidence_api.uploads.refused_types import recognise
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
        raise refused_type(head)
    return found


def ensure_raw(content_type: str | None) -> None:
    """A form wraps the file in lines of its own. Raises UnsupportedFile("content-type-unsupported")."""
    if (content_type or "").lstrip().lower().startswith("multipart/"):
        raise UnsupportedFile(
            "content-type-unsupported",
            "Hãy gửi nội dung tệp thô làm thân yêu cầu (curl --data-binary @tệp), không dùng multipart (curl -F).",
        )


def refused_type(head: bytes = b"") -> UnsupportedFile:
    """The refusal that tells what the file seems to be, what to do, and which types are taken."""
    found = recognise(head)
    seems, todo = found or ("", "chuyển tệp sang một trong các loại được nhận")
    return UnsupportedFile(
        "file-type-refused",
        f"Loại tệp này không được nhận làm minh chứng{f': có vẻ là {seems}' if seems else ''}. "
        f"Hãy {todo} rồi tải lại. Các loại được nhận: {_ACCEPTED}.",
    )


def broken_text() -> UnsupportedFile:
    """The refusal of what begins as text and goes on as something else."""
    return UnsupportedFile(
        "file-type-refused",
        "Tệp bắt đầu như văn bản nhưng có chỗ không phải chữ thuộc bảng mã UTF-8: hãy mở tệp, kiểm tra rồi lưu lại với "
        f"bảng mã UTF-8. Các loại được nhận: {_ACCEPTED}.",
    )
