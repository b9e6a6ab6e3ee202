"""Which pages of other origins may call us from a browser: those listed exactly, without cookies."""

from collections.abc import Mapping, Sequence

from shared.http.exchange import Head

Headers = list[tuple[bytes, bytes]]

EXPOSED = (
    b"ETag, X-Request-Id, Retry-After, Location, Content-Disposition, Tus-Resumable, Tus-Version, Tus-Extension, "
    b"Tus-Max-Size, Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires, "
    b"Upload-Concat"
)
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range, Repr-Digest, traceparent, "
        "Tus-Resumable, Upload-Length, Upload-Offset, Upload-Metadata, Upload-Checksum, Upload-Concat, "
        "Upload-Defer-Length, X-HTTP-Method-Override, X-Request-Id, X-Requested-With"
    ),
    "Access-Control-Max-Age": "600",  # seconds
}


class Cors:
    """Nothing is said where no origin is listed."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def of_answer(self, origin: bytes | None) -> Headers:
        """What an answer to a page of `origin` carries."""
        if not self._origins:
            return []
        vary = (b"vary", b"Origin")
        if origin not in self._origins:
            return [vary]
        assert origin is not None
        return [vary, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED)]

    def of_preflight(self, method: str, head: Head) -> Mapping[str, str] | None:
        """The whole answer to a browser that asks before it sends; None when this is no such question of a listed
        origin.
        """
        if method != "OPTIONS" or head.get(b"origin") not in self._origins:
            return None
        return _PREFLIGHT if head.get(b"access-control-request-method") else None
