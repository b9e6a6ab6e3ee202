"""Rules of files of evidence: what is never served, what counts as one read, under which name a file leaves."""

import unicodedata
from datetime import timedelta
from urllib.parse import quote

from shared.domain.errors import Conflict

ONE_READ = timedelta(minutes=10)
"""Parts of a file that somebody asks for within this time after a read was written down belong to it."""

_LETTERS = str.maketrans({"đ": "d", "Đ": "D", '"': "_", "\\": "_", "%": "_"})


def ensure_sound(*, damaged: bool) -> None:
    """Raises Conflict("file-damaged") for a file whose stored bytes are not those that were submitted."""
    if damaged:
        raise file_damaged()


def file_damaged() -> Conflict:
    """The refusal for bytes that were changed or lost in the store."""
    return Conflict(
        "file-damaged",
        "Tệp lưu trữ đã bị hỏng hoặc mất, không còn đúng với tệp đã nộp nên không được cung cấp: "
        "hãy báo quản trị hệ thống, hoặc đề nghị đơn vị nộp phiên bản mới.",
    )


def attachment(filename: str) -> str:
    """A `Content-Disposition` that makes browsers keep the file under its name, and never show it.

    Both forms of RFC 6266: without marks for old programs, and as it is (RFC 8187).
    """
    plain = "".join(char for char in unicodedata.normalize("NFD", filename) if not unicodedata.combining(char))
    fallback = plain.translate(_LETTERS).encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(filename, safe='')}"
