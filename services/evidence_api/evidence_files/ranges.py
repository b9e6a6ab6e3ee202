"""Which bytes a `Range` header asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_SINGLE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `start` to `end`, both included, counted from 0."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start + 1


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def read_range(header: str | None, size: int) -> ByteRange | None:
    """The part of a file of `size` bytes (at least one) that is wanted; None for all of it.

    Several ranges, other units and malformed ranges are ignored, as the standard allows.
    Raises Unsatisfiable.
    """
    match = _SINGLE.fullmatch((header or "").strip())
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        return _suffix(int(match[2]), size)
    start = int(match[1])
    end = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return ByteRange(start, end)


def _suffix(length: int, size: int) -> ByteRange:
    if length == 0:
        raise Unsatisfiable
    return ByteRange(max(0, size - length), size - 1)
