"""What of an answer of a public address is kept, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "text/html": ".html",
        "application/xhtml+xml": ".xhtml",
        "text/plain": ".txt",
        "application/pdf": ".pdf",
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/webp": ".webp",
    }
)
"""Types that are kept, as the other side names them: what the content is, the checks of every file say."""

KEPT_HEADERS = ("content-type", "content-length", "date", "etag", "last-modified", "server", "content-language")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is kept: `outcome` is stable, `message` and `facts` are for the submitter and the appraiser."""

    outcome: str
    message: str
    facts: dict[str, object]


def not_fetched(url: str, code: str, detail: str) -> Refusal:
    """The address was not reached, or may not be asked; `detail` is a sentence in Vietnamese."""
    message = f"Không chụp lại được trang này. {detail} Hãy kiểm tra địa chỉ rồi nộp phiên bản mới."
    return Refusal("not_fetched", message, {"url": url, "code": code, "detail": detail})


def over_quota(url: str, size: int, detail: str) -> Refusal:
    """The submitter's organization has no room for the `size` bytes; `detail` says what to do about it."""
    message = f"Trang này tải được ({size} byte) nhưng không lưu được. {detail} Sau đó hãy nộp phiên bản mới."
    return Refusal("over_quota", message, {"url": url, "size": size})


def media_type_of(headers: Mapping[str, str]) -> str:
    """The type an answer claims, without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def find_refusal(url: str, status: int, headers: Mapping[str, str], content: bytes) -> Refusal | None:
    """None for a page or file to be kept. Where a redirect leads is told, so that its target can be submitted."""
    told: dict[str, object] = {"url": url, "status": status}
    if 300 <= status < 400 and "location" in headers:
        message = "Địa chỉ này chuyển hướng sang địa chỉ khác: hãy mở địa chỉ đích, kiểm tra rồi nộp chính địa chỉ đó."
        return Refusal("redirected", message, told | {"location": headers["location"][:2000]})
    if status != 200:
        message = f"Máy chủ không cho xem trang này (trả lời {status}): hãy kiểm tra địa chỉ rồi nộp phiên bản mới."
        return Refusal("not_found", message, told)
    media_type = media_type_of(headers)
    if media_type not in EXTENSIONS:
        message = (
            "Địa chỉ này không dẫn đến trang web, văn bản thuần, PDF hoặc ảnh JPEG, PNG, WebP: "
            "hãy tải tệp về rồi nộp tệp làm minh chứng."
        )
        return Refusal("type_refused", message, told | {"media_type": media_type[:200]})
    if not content:
        return Refusal("empty", "Trang này không có nội dung: hãy kiểm tra địa chỉ rồi nộp phiên bản mới.", told)
    return None


def kept_headers(headers: Mapping[str, str]) -> dict[str, object]:
    """The headers that say something of the content: cookies and the like are nobody's evidence."""
    return {name: headers[name][:500] for name in KEPT_HEADERS if name in headers}
