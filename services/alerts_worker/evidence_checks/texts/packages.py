"""Read apart: the text of office documents, part by part, as a stream: no tree of them is ever built."""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from xml.parsers import expat

from services.alerts_worker.evidence_checks.texts.forms import Text
from shared.domain.file_types import DOCX, ODT, PPTX, XLSX

_PARTS = {
    DOCX: re.compile(r"word/(?:header\d*|document|footnotes|endnotes|footer\d*)\.xml"),
    PPTX: re.compile(r"ppt/(?:slides|notesSlides)/\w+\.xml"),
    XLSX: re.compile(r"xl/(?:worksheets/\w+|drawings/drawing\d+)\.xml"),
    ODT: re.compile(r"content\.xml|styles\.xml"),
}
_BODIES = {DOCX: re.compile(r"word/document\.xml"), ODT: re.compile(r"content\.xml")}
"""Of those that have running heads: the parts without them."""
_STRINGS = "xl/sharedStrings.xml"
_FIGURE = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_CHUNK = 64 << 10
_MOST_BYTES = 200 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)

_LETTERS = frozenset({"w:t", "a:t", "t", "v", "text:p", "text:h"})
_LINES = frozenset({"w:p", "a:p", "w:br", "text:p", "text:h", "text:line-break", "si", "row", "w:tr"})
_GAPS = frozenset({"w:tab", "w:tc", "text:tab", "text:s", "table:table-cell", "c"})
_UNSEEN = frozenset({"mc:Fallback", "text:tracked-changes", "rPh"})
"""What says again what stands beside it, or was crossed out."""


class _Enough(Exception):
    """So many letters were read."""


class _Letters:
    """Collects the letters of parts; lines end where paragraphs do, cells are set apart by tabs."""

    def __init__(self, most: int) -> None:
        self.pieces: list[str] = []
        self._length = 0
        self._most = most
        self._within = 0
        self._unseen = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._unseen += name in _UNSEEN
        self._within += name in _LETTERS
        if name in _LINES:
            self.pieces.append("\n")
        elif name in _GAPS:
            self.pieces.append("\t")

    def end(self, name: str) -> None:
        self._unseen -= name in _UNSEEN
        self._within -= name in _LETTERS
        if name in _LINES:
            self.pieces.append("\n")

    def letters(self, data: str) -> None:
        if self._within and not self._unseen:
            self.add(data)

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self._length += len(piece)
        if self._length > self._most:
            raise _Enough


class _Cells(_Letters):
    """The letters of sheets. Words stand beside them once each, and cells name their places; which programs choose."""

    def __init__(self, most: int, strings: Sequence[str]) -> None:
        super().__init__(most)
        self._strings = strings
        self._type = ""
        self._value: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.removeprefix("x:")
        if name == "c":
            self._type = attributes.get("t", "n")
        if name == "v":
            self._value = []
        else:
            super().start(name, attributes)

    def end(self, name: str) -> None:
        name = name.removeprefix("x:")
        if name == "v" and self._value is not None:
            self.add(self._shown("".join(self._value)))
            self._value = None
        else:
            super().end(name)

    def letters(self, data: str) -> None:
        if self._value is None:
            super().letters(data)
        else:
            self._value.append(data)

    def _shown(self, value: str) -> str:
        """Programs write the same number with 15 digits, or with 17; a formula nobody has worked out has none."""
        if self._type == "s" and value.isdecimal():
            return self._strings[int(value)] if int(value) < len(self._strings) else ""
        if self._type == "n" and _FIGURE.fullmatch(value):
            return f"{float(value):.15g}"
        return value


def package_text(content: bytes, media_type: str, most: int, *, body_only: bool = False) -> Text:
    """The words of the parts that a reader sees, in the order of the package: headers before, notes after the body;
    or, with `body_only`, neither.
    """
    letters = _Letters(most)
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        if media_type == XLSX:
            letters = _Cells(most, _shared_strings(package, most))
        wanted = (_BODIES if body_only else _PARTS).get(media_type, _PARTS[media_type])
        for name in sorted(filter(wanted.fullmatch, package.namelist()), key=_in_order):
            _read_part(package, name, letters)
    except _Enough:
        return Text(_tidy(letters.pieces), is_cut=True)
    except (*_DAMAGED, expat.ExpatError):
        text = _tidy(letters.pieces)
        return Text(text, is_cut=True, why=None if text else "damaged")
    text = _tidy(letters.pieces)
    return Text(text, why=None if text else "no-text-layer")


def _shared_strings(package: zipfile.ZipFile, most: int) -> Sequence[str]:
    """The words that cells name by their places."""
    if _STRINGS not in package.namelist():
        return []
    strings = _Strings(most)
    _read_part(package, _STRINGS, strings)
    return ["".join(pieces).strip("\n") for pieces in strings.found]


class _Strings(_Letters):
    """The letters of each string."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.found: list[list[str]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name.removeprefix("x:"), attributes)
        if name.removeprefix("x:") == "si":
            self.pieces = []
            self.found.append(self.pieces)

    def end(self, name: str) -> None:
        super().end(name.removeprefix("x:"))


def _in_order(name: str) -> tuple[int, int, str]:
    number = int(found[-1]) if (found := re.findall(r"\d+", name)) else 0
    rank = next((at for at, word in enumerate(("header", "document", "slides/", "content")) if word in name), 9)
    return rank, number, name


def _read_part(package: zipfile.ZipFile, name: str, letters: _Letters) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = letters.start
    parser.EndElementHandler = letters.end
    parser.CharacterDataHandler = letters.letters
    parser.EntityDeclHandler = _no_entities
    read = 0
    with package.open(name) as part:
        while chunk := part.read(_CHUNK):
            read += len(chunk)
            if read > _MOST_BYTES:
                raise _Enough
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    letters.pieces.append("\n")


def _no_entities(*_: object) -> None:
    """Entities that expand, or reach for other files, stand in no office document."""
    raise ValueError("an entity is declared")


def _tidy(pieces: list[str]) -> str:
    """No line twice ended, no gap at its ends."""
    lines = (line.strip(" \t") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
