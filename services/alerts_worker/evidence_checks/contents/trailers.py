"""Read apart: what phones write behind a photo: further pictures, a short film, notes of the maker."""

import re

from services.alerts_worker.evidence_checks.contents.ends import FOREIGN, end_of
from shared.domain.file_types import HEAD, HEIC, JPEG, MP4, find_media_type

_MORE_PICTURES = re.compile(rb"\xff\xe2..MPF\0|GContainer|hdrgm:", re.DOTALL)
"""The index of a picture of several (CIPA DC-007), and the words for a gain map in XMP."""
_FILM = re.compile(rb"MotionPhoto|MicroVideo")
"""Of XMP, as Google and those after it write it."""
_FILM_NOTE = b"MotionPhoto_Data"
_NOTES, _NOTES_END = b"SEFH", b"SEFT"
_MOST_ZEROS = 64
"""Between what follows each other."""
_MOST_NOTES = 200
_LARGEST_NOTE = 4 << 20


def end_with_trailers(content: bytes, end: int, kind: str) -> int:
    """The offset after what belongs to a photo that ends by its own structure at `end`."""
    if kind not in {JPEG, HEIC}:
        return end
    if _MORE_PICTURES.search(content, 0, end):
        while content.startswith(b"\xff\xd8\xff", at := _past_zeros(content, end)):
            size = end_of(content[at:], JPEG)
            if size is None:
                break
            end = at + size
    notes = _notes_start(content)
    if _FILM.search(content, 0, end):
        at, until = content.find(b"ftyp", end, end + _MOST_ZEROS) - 4, len(content) if notes is None else notes
        if at >= end and not content[end:at].strip(b"\0") and _is_film(content[at:until]):
            end = until
    return len(content) if notes is not None and end == notes else end


def _past_zeros(content: bytes, at: int) -> int:
    zeros = content[at : at + _MOST_ZEROS]
    return at + len(zeros) - len(zeros.lstrip(b"\0"))


def _is_film(content: bytes) -> bool:
    return find_media_type(content[:HEAD], "") == MP4 and end_of(content, MP4) == len(content)


def _notes_start(content: bytes) -> int | None:
    """Where Samsung's notes begin, which a table at their end tells of; None where there are none, or others with them.

    Each is two zeros, its kind, the length of its name, its name and its value.
    """
    table = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    if not content.endswith(_NOTES_END) or table < 0 or not content.startswith(_NOTES, table):
        return None
    count = int.from_bytes(content[table + 8 : table + 12], "little")
    if count > _MOST_NOTES or table + 12 + 12 * count + 8 != len(content):
        return None
    start = table
    for row in range(count - 1, -1, -1):
        at = table + 12 + 12 * row
        offset, size = (int.from_bytes(content[each : each + 4], "little") for each in (at + 4, at + 8))
        if table - offset + size != start or not _is_note(content[table - offset : start]):
            return None
        start = table - offset
    return start


def _is_note(note: bytes) -> bool:
    length = int.from_bytes(note[4:8], "little")
    name, value = note[8 : 8 + length], note[8 + length :]
    if name == _FILM_NOTE:
        return _is_film(value)
    return note.startswith(b"\0\0") and len(value) <= _LARGEST_NOTE and not value.startswith(FOREIGN)
