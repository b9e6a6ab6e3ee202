"""What a file that is not taken probably is, and what its sender can do about it."""

import re

_SAVE_AS_MP4 = "xuất lại thành MP4"
_ZIP_AGAIN = "giải nén rồi nén lại thành ZIP"
_KINDS: tuple[tuple[re.Pattern[bytes], str, str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), what, todo)
    for pattern, what, todo in (
        (
            rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "tệp Office đời cũ (.doc, .xls, .ppt)",
            "mở tệp rồi lưu lại thành .docx, .xlsx, .pptx hoặc PDF",
        ),
        (rb"Rar!\x1a\x07", "tệp nén RAR", _ZIP_AGAIN),
        (rb"7z\xbc\xaf\x27\x1c", "tệp nén 7-Zip", _ZIP_AGAIN),
        (rb"\x1f\x8b", "tệp nén GZIP", _ZIP_AGAIN),
        (rb".{4}ftypqt  |.{4}(?:moov|mdat|wide|free|skip)", "video QuickTime (.mov)", _SAVE_AS_MP4),
        (rb"RIFF.{4}AVI ", "video AVI", _SAVE_AS_MP4),
        (rb"\x1aE\xdf\xa3", "video MKV hoặc WebM", _SAVE_AS_MP4),
        (rb"GIF8|BM.{4}\0\0\0\0|.{4}ftypavi[fs]", "ảnh GIF, BMP hoặc AVIF", "lưu lại thành JPEG hoặc PNG"),
        (rb"II\*\0|MM\0\*", "ảnh TIFF", "lưu lại thành PDF, JPEG hoặc PNG"),
        (rb"\s*\{\\rtf", "văn bản RTF", "mở tệp rồi lưu lại thành .docx hoặc PDF"),
        (rb"%!PS", "tệp in PostScript", "in hoặc xuất ra PDF"),
        (rb"\s*(?:\xef\xbb\xbf)?\s*<(?i:!doctype|html)", "trang web (HTML)", "in hoặc lưu trang thành PDF"),
        (rb"\s+%PDF-", "PDF có ký tự thừa ở đầu tệp", "mở tệp rồi lưu lại thành PDF"),
        (rb"MZ|\x7fELF|#!", "chương trình", "chọn tài liệu, ảnh hoặc video"),
        (
            rb"PK\x03\x04",
            "tệp nén hoặc gói có loại tệp không được nhận bên trong",
            "chỉ nén các tệp thuộc loại được nhận",
        ),
        (
            rb"\xff\xfe|\xfe\xff|(?:[\t\n\r -~]\0){8}|(?:\0[\t\n\r -~]){8}",
            "văn bản mã UTF-16",
            "mở tệp, chọn “Lưu thành” và lưu với bảng mã UTF-8",
        ),
    )
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def recognise(head: bytes) -> tuple[str, str] | None:
    """What the file that begins with `head` probably is, and what to do, in Vietnamese; None where nothing is known."""
    for pattern, what, todo in _KINDS:
        if pattern.match(head):
            return what, todo
    if head and not _BINARY.search(head) and not _is_utf_8(head):
        return (
            "văn bản không thuộc bảng mã UTF-8 (có thể là TCVN3, VNI hoặc Windows-1258)",
            "mở tệp bằng đúng bảng mã rồi lưu lại với bảng mã UTF-8",
        )
    return None


def _is_utf_8(head: bytes) -> bool:
    """Whether it is, but for a letter that its end cuts."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
