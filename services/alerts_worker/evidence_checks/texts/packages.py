"""Read apart: the text of office documents, part by part, as a stream: no tree of them is ever built."""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from services.alerts_worker.evidence_checks.texts.forms import Text
from shared.domain.file_types import DOCX, ODT, PPTX, XLSX

_PARTS = {
    DOCX: re.compile(r"word/(?:header\d*|document|footnotes|endnotes|footer\d*)\.xml"),
    PPTX: re.compile(r"ppt/(?:slides|notesSlides)/\w+\.xml"),
    XLSX: re.compile(r"xl/(?:sharedStrings|worksheets/\w+|drawings/drawing\d+)\.xml"),
    ODT: re.compile(r"content\.xml|styles\.xml"),
}
_CHUNK = 64 << 10
_MOST_BYTES = 200 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)

_LETTERS = frozenset({"w:t", "a:t", "t", "v"})
_LINES = frozenset({"w:p", "a:p", "w:br", "text:p", "text:h", "text:line-break", "si", "row", "w:tr"})
_GAPS = frozenset({"w:tab", "w:tc", "text:tab", "table:table-cell", "c"})


class _Enough(Exception):
    """So many letters were read."""


class _Letters:
    """Collects the letters of parts; lines end where paragraphs do, cells are set apart by tabs."""

    def __init__(self, most: int, *, everywhere: bool) -> None:
        self.pieces: list[str] = []
        self._length = 0
        self._most = most
        self._everywhere = everywhere
        self._within = 0

    def start(self, name: str, _attributes: object) -> None:
        if name in _LETTERS:
            self._within += 1
        elif name in _LINES:
            self.pieces.append("\n")
        elif name in _GAPS:
            self.pieces.append("\t")

    def end(self, name: str) -> None:
        if name in _LETTERS:
            self._within -= 1
        elif name in _LINES:
            self.pieces.append("\n")

    def letters(self, data: str) -> None:
        if self._everywhere or self._within:
            self.pieces.append(data)
            self._length += len(data)
            if self._length > self._most:
                raise _Enough


def package_text(content: bytes, media_type: str, most: int) -> Text:
    """The words of the parts that a reader sees, in the order of the package: headers before, notes after the body."""
    letters = _Letters(most, everywhere=media_type == ODT)
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        wanted = _PARTS[media_type]
        for name in sorted(filter(wanted.fullmatch, package.namelist()), key=_in_order):
            _read_part(package, name, letters)
    except _Enough:
        return Text(_tidy(letters.pieces), is_cut=True)
    except (*_DAMAGED, expat.ExpatError):
        text = _tidy(letters.pieces)
        return Text(text, is_cut=True, why=None if text else "damaged")
    text = _tidy(letters.pieces)
    return Text(text, why=None if text else "no-text-layer")


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
