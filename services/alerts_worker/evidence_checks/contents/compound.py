"""Read apart: OLE compound files (old Office documents, objects in new ones), told by what lies in them.

The format is [MS-CFB]: sectors in chains, of which one is a folder of entries of 128 bytes.
"""

import re
import struct
from dataclasses import dataclass

from services.alerts_worker.evidence_checks.contents.beginnings import OLE, ZIP_ENTRY, is_archive, is_program
from services.alerts_worker.evidence_checks.contents.budget import Budget
from services.alerts_worker.evidence_checks.contents.members import Found, Search

_END_OF_CHAIN = 0xFFFF_FFFA
"""Numbers from here on are no sectors."""
_HEADER_TABLE = 109
_ENTRY = 128
_STREAM = 2
_ROOT = 5
_HEAD = 64
_MACROS = frozenset({"vba", "macros", "_vba_project", "_vba_project_cur", "project", "projectwm"})
_PACKAGED = frozenset({"\x01ole10native", "\x01ole10itemname"})
_HARMLESS = frozenset({"equation native", "worddocument", "workbook", "book", "powerpoint document", "mathtype"})
_HOLDING = frozenset({"package", "contents", "embeddedodf"})
"""Streams that are a file of their own: an Office document, a PDF."""
_ELSEWHERE = re.compile(
    rb"(?:h\0t\0t\0p|f\0t\0p\0:|f\0i\0l\0e\0:\0/\0/|\\\0\\\0[a-z0-9]|https?://|script:)", re.IGNORECASE
)
_SHEET, _MACRO_SHEET = 0x85, 1


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Compound:
    """The entries of a compound file and their bytes. Raises ValueError, struct.error for what is none."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        if not content.startswith(OLE):
            raise ValueError("no compound file")
        self._content = content
        self._budget = budget
        self._sector = 1 << struct.unpack_from("<H", content, 30)[0]
        self._small = 1 << struct.unpack_from("<H", content, 32)[0]
        if self._sector not in {512, 4096} or self._small != _HEAD:
            raise ValueError("no compound file")
        folder, self._cutoff, small_table = (struct.unpack_from("<I", content, at)[0] for at in (48, 56, 60))
        self._table = self._read_table()
        rows = self._follow(folder)
        self.entries = [each for at in range(0, len(rows) - _ENTRY + 1, _ENTRY) if (each := _entry(rows, at))]
        root = next((each for each in self.entries if each.kind == _ROOT), None)
        if root is None:
            raise ValueError("no root")
        self._small_table = _numbers(self._follow(small_table))
        self._small_content = self._follow(root.start)

    def read(self, entry: _Entry) -> bytes:
        """The bytes of a stream."""
        if entry.size >= self._cutoff:
            return self._follow(entry.start)[: entry.size]
        pieces, at, left = [], entry.start, -(-entry.size // self._small)
        while at < _END_OF_CHAIN and left:
            pieces.append(self._small_content[at * self._small : (at + 1) * self._small])
            at, left = self._small_table[at], left - 1
        return b"".join(pieces)[: entry.size]

    def _read_table(self) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_HEADER_TABLE}I", self._content, 76))
        more, seen = struct.unpack_from("<I", self._content, 68)[0], set[int]()
        while more < _END_OF_CHAIN and more not in seen:
            seen.add(more)
            *numbers, more = _numbers(self._at(more))
            sectors += numbers
        return _numbers(b"".join(self._at(each) for each in sectors if each < _END_OF_CHAIN))

    def _at(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        if start >= len(self._content):
            raise ValueError("a sector beyond the end")
        return self._content[start : start + self._sector]

    def _follow(self, at: int) -> bytes:
        pieces = []
        while at < _END_OF_CHAIN:
            pieces.append(self._at(at))
            self._budget.spend(self._sector)  # a chain that goes round ends here
            at = self._table[at]
        return b"".join(pieces)


def _numbers(table: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))


def _entry(rows: bytes, at: int) -> _Entry | None:
    length, kind = struct.unpack_from("<HB", rows, at + 64)
    if kind == 0:
        return None
    start, size = struct.unpack_from("<II", rows, at + 116)
    return _Entry(rows[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le"), kind, start, size)


def judge_compound(found: Found, search: Search) -> bool:
    """Refuse what runs, hides or cannot be read; whether the rest is known to be harmless."""
    account, name = search.account, found.name
    try:
        compound = Compound(found.content, search.budget)
        streams = {each.name.lower(): compound.read(each) for each in compound.entries if each.kind == _STREAM}
    except (ValueError, IndexError, struct.error):
        account.refuse("unreadable-object", name)
        return False
    names = {each.name.lower() for each in compound.entries}
    if names & _MACROS or any(_has_macro_sheet(streams.get(book, b"")) for book in ("workbook", "book")):
        account.refuse("macros", name)
    if "encryptedpackage" in names:
        account.refuse("encrypted", name)
    if names & _PACKAGED or any(is_program(each) or is_archive(each) for each in streams.values()):
        account.refuse("packaged", name)
    if _ELSEWHERE.search(streams.get("\x01ole", b"")):
        account.refuse("external", name)
    held = [streams[each] for each in _HOLDING & streams.keys() if streams[each].startswith((ZIP_ENTRY, b"%PDF-"))]
    for content in held:
        search.look(Found(name, content), search)
    return bool(held) or bool(names & _HARMLESS)


def _has_macro_sheet(book: bytes) -> bool:
    """Whether the table of sheets at the beginning of a workbook names one of macros."""
    at = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        if kind == _SHEET and book[at + 9 : at + 10] == bytes([_MACRO_SHEET]):
            return True
        if kind == 0x0A:
            return False
        at += 4 + size
    return False
