"""What is said of a file that cannot be read, and what to do about it."""

from shared.domain import errors


def unreadable(detail: str) -> errors.Malformed:
    return errors.Malformed(
        "document-unreadable",
        f"Không đọc được tài liệu: {detail}. Hãy mở tệp bằng chương trình đã tạo ra nó, lưu lại rồi nhập lại.",
    )


def expands_too_much() -> errors.TooLarge:
    return errors.TooLarge(
        "document-expands-too-much",
        "Tài liệu khi giải nén lớn bất thường nên không được đọc. "
        "Hãy bỏ hình ảnh, dữ liệu thừa hoặc tách tài liệu rồi nhập lại.",
    )


def encrypted() -> errors.UnsupportedFile:
    return errors.UnsupportedFile(
        "document-encrypted",
        "Tài liệu được đặt mật khẩu. Hãy bỏ mật khẩu (Tệp → Thông tin → Bảo vệ) rồi nhập lại.",
    )


def too_complex() -> errors.Invalid:
    return errors.Invalid(
        "document-too-complex",
        "Tài liệu cần nhiều thời gian hoặc bộ nhớ hơn mức cho phép nên đã dừng đọc. Hãy bỏ hình ảnh, trang thừa, "
        "tách thành nhiều tài liệu, hoặc lưu kế hoạch thành .docx rồi nhập lại.",
    )


def too_many_pages(limit: int) -> errors.TooLarge:
    return errors.TooLarge(
        "document-too-many-pages",
        f"Tài liệu có hơn {limit} trang. Hãy tách lấy phần kế hoạch rồi nhập lại.",
        facts={"limit_pages": limit},
    )


def too_many_scans(found: int, limit: int) -> errors.TooLarge:
    return errors.TooLarge(
        "document-too-many-scans",
        f"Tài liệu có {found} trang là ảnh quét; mỗi lần chỉ nhận dạng được {limit} trang. Hãy tách lấy các trang có "
        "bảng nhiệm vụ, hoặc nhập bản .docx hay PDF xuất thẳng từ Word.",
        facts={"limit_pages": limit, "scanned_pages": found},
    )


def needs_recognition(pages: str) -> errors.Invalid:
    """`pages` says where, as in `trang 3–7`."""
    return errors.Invalid(
        "document-needs-ocr",
        f"Tài liệu là ảnh quét hoặc ảnh chụp, không có chữ để đọc ({pages}), và máy chủ chưa cài chương trình nhận "
        "dạng chữ. Hãy nhập bản .docx hoặc PDF xuất thẳng từ Word; hoặc đề nghị quản trị cài tesseract với tiếng "
        "Việt (gói tesseract-ocr-vie) rồi nhập lại.",
    )


def only_pictures() -> errors.Invalid:
    return errors.Invalid(
        "document-needs-ocr",
        "Tài liệu chỉ có hình ảnh, không có chữ để đọc. Hãy nhập bản gốc có chữ; hoặc lưu tài liệu thành PDF rồi "
        "nhập lại để máy nhận dạng chữ trong ảnh.",
    )
