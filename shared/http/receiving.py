"""What a body may be: so large, so deep, and not dripping in."""

import re
from itertools import accumulate

from starlette.exceptions import HTTPException

from shared.http.wording import too_large_words

DEEPEST = 32
"""Levels of arrays and objects in JSON; ours need four."""
PACE = 16 << 10
"""Bytes a second that a body must keep up in the long run, unless it streams."""

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class BodyRefused(HTTPException):
    """A body that is not read to its end, or not parsed. FastAPI lets only this family through while it reads."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(status, code)
        self.code = code
        self.words = words


def nests_deeper(content: bytes, most: int) -> bool:
    """Whether JSON nests in more than `most` levels, in one pass, whatever else is wrong with it."""
    if content.count(b"[") + content.count(b"{") <= most:
        return False
    brackets = _STRINGS.sub(b"", content).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > most


def body_too_large(limit: int) -> BodyRefused:
    """The refusal of a body over `limit` bytes."""
    return BodyRefused(413, "body-too-large", too_large_words(limit))


class Body:
    """Follows one body through its chunks. `limit` is None where the handler counts for itself."""

    __slots__ = ("_chunks", "_seen", "limit", "whole")

    def __init__(self, limit: int | None, *, is_json: bool) -> None:
        self.limit = limit
        self._seen = 0
        self._chunks: list[bytes] | None = [] if is_json and limit is not None else None
        self.whole = False
        """Whether its end has been seen."""

    @property
    def streams(self) -> bool:
        """Whether its handler takes it chunk by chunk."""
        return self.limit is None

    def patience(self, grace: float) -> float:
        """The seconds from its beginning by which the next chunk must be here: `grace`, and more the more came."""
        return grace + self._seen / PACE

    def take(self, chunk: bytes, *, more: bool) -> None:
        """Look at the next chunk before anybody else does. Raises BodyRefused."""
        self._seen += len(chunk)
        if self.limit is not None and self._seen > self.limit:
            raise body_too_large(self.limit)
        self.whole = not more
        if self._chunks is not None:
            self._chunks.append(chunk)
            if self.whole:
                content = chunk if len(self._chunks) == 1 else b"".join(self._chunks)
                self._chunks = None
                if nests_deeper(content, DEEPEST):
                    words = f"Nội dung JSON lồng nhau quá {DEEPEST} tầng: hãy gửi đúng cấu trúc trong tài liệu."
                    raise BodyRefused(400, "json-too-deep", words)
