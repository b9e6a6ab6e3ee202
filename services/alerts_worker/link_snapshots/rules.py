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
    """Why nothing is kept: `outcome` is stable, `facts` are for the submitter and the appraiser."""

    outcome: str
    facts: dict[str, object]


def media_type_of(headers: Mapping[str, str]) -> str:
    """The type an answer claims, without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def find_refusal(status: int, headers: Mapping[str, str], content: bytes) -> Refusal | None:
    """None for a page or file to be kept. Where a redirect leads is told, so that its target can be submitted."""
    if 300 <= status < 400 and "location" in headers:
        return Refusal("redirected", {"status": status, "location": headers["location"][:2000]})
    if status != 200:
        return Refusal("not_found", {"status": status})
    media_type = media_type_of(headers)
    if media_type not in EXTENSIONS:
        return Refusal("type_refused", {"media_type": media_type[:200]})
    return None if content else Refusal("empty", {"status": status})


def kept_headers(headers: Mapping[str, str]) -> dict[str, object]:
    """The headers that say something of the content: cookies and the like are nobody's evidence."""
    return {name: headers[name][:500] for name in KEPT_HEADERS if name in headers}
