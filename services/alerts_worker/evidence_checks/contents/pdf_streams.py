"""Read apart: the streams of a PDF, each found by its word in the file and unpacked within the budget."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdfparser import PDFStreamParser
from pdfminer.pdftypes import PDFStream

from services.alerts_worker.evidence_checks.contents.beginnings import is_program
from services.alerts_worker.evidence_checks.contents.budget import MIB, Budget, TooMuch
from services.alerts_worker.evidence_checks.contents.pdf_filters import unfiltered
from services.alerts_worker.evidence_checks.contents.pdf_objects import (
    MALFORMED,
    Objects,
    entries,
    name,
    number,
    resolved,
)
from services.alerts_worker.evidence_checks.contents.pixels import MOST_PIXELS_TAKEN, count_pixels

MOST_UNPACKED = 96 * MIB
"""Of one stream that is no picture: drawings of whole provinces take some 50."""
_MOST_OBJECTS = 64 * MIB
_MOST_PICTURES = 1024 * MIB
"""Pictures are unpacked one at a time: their readers need what their sides say, which is looked at for so much."""
_PICTURE_MARGIN = MIB
_LARGEST_OBJECT = MIB
"""Of an object that is no stream, as it is written; reading one takes some seconds."""
_STREAM = re.compile(rb"stream(?:\r?\n|\r)")
_OBJECT = re.compile(rb"(\d{1,10})\s+(\d{1,5})\s+obj\b")
_PAINTED = re.compile(rb"/([^\s/<>\[\]()]+)\s+Do\b")
_END = b"endstream"
_ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


@dataclass(frozen=True, slots=True)
class Stream:
    """One of the file, with where its packed bytes stand and what its dictionary says."""

    number: int
    generation: int
    attributes: dict[str, Any]
    start: int
    end: int

    @property
    def filters(self) -> list[str]:
        """Their names, in the order they are undone."""
        told = resolved(self.attributes.get("Filter", self.attributes.get("F")))
        return [name(each) for each in (told if isinstance(told, list) else [told])]


@dataclass(slots=True)
class Form:
    """What is drawn as one: how often its content paints others, by their numbers."""

    paints: Counter[int] = field(default_factory=Counter)


class PdfStreams:
    """All streams of a file, unpacked. `objects` are the texts that hold further objects; `forms` by their numbers.

    Raises TooMuch.
    """

    def __init__(self, content: bytes, document: Objects, budget: Budget) -> None:
        self.refusals: set[str] = set()
        self.objects: list[bytes] = []
        self.forms: dict[int, Form] = {}
        self._content, self._document, self._budget = content, document, budget
        self._by_number: dict[int, Stream] = {}
        self._files: list[Stream] = []
        self._pictures = 0
        for stream in self._find():
            self._by_number[stream.number] = stream
            self._look_at(stream)

    def data(self, number: int) -> bytes:
        """Of the last stream of that number, unpacked; of none empty. Raises TooMuch."""
        stream = self._by_number.get(number)
        return self._unpacked(stream) if stream else b""

    def hidden_files(self, taken: set[int]) -> list[tuple[str, bytes]]:
        """Streams that are files and that no list of attachments names. Raises TooMuch."""
        return [("", self._unpacked(stream)) for stream in self._files if stream.number not in taken]

    def _find(self) -> Iterator[Stream]:
        before = end = 0
        for word in _STREAM.finditer(self._content):
            if self._content.endswith(b"end", 0, word.start()):
                continue
            self._look_between(end, word.start())
            stream = self._described(self._content[before : word.start()], word.end())
            before, end = word.end(), max(end, stream.end)
            yield stream
        self._look_between(end, len(self._content))

    def _look_between(self, start: int, end: int) -> None:
        """Objects that are no streams; the tables of those there are may be long."""
        if end - start > _LARGEST_OBJECT and any(
            len(each) > _LARGEST_OBJECT and not each.lstrip().startswith(b"xref")
            for each in self._content[start:end].split(b"endobj")
        ):
            raise TooMuch("entries")

    def _described(self, head: bytes, start: int) -> Stream:
        """By the last object that begins in `head`, if it is a dictionary."""
        found, attributes = None, {}
        for each in reversed(list(_OBJECT.finditer(head))):
            if attributes := self._dictionary(head[each.end() :]):
                found = each
                break
        numbers = (int(found[1]), int(found[2])) if found else (-1, 0)
        end = start + number(attributes.get("Length"))
        if not self._content[end : end + 32].lstrip().startswith(_END) or end < start:
            end = self._content.find(_END, start)
        return Stream(*numbers, attributes, start, end if end >= 0 else len(self._content))

    def _dictionary(self, text: bytes) -> dict[str, Any]:
        parser = PDFStreamParser(text)
        parser.set_document(self._document)
        try:
            return entries(parser.nextobject()[1])
        except MALFORMED:
            return {}

    def _look_at(self, stream: Stream) -> None:
        about = stream.attributes
        if name(about.get("Subtype")) == "Image":
            self._look_at_picture(stream)
            return
        data = self._unpacked(stream)
        self._budget.spend(len(data))
        kind = name(about.get("Type"))
        if kind == "ObjStm":
            self._keep_objects(data, stream)
        elif name(about.get("Subtype")) == "Form" or "BBox" in about:
            self.forms[stream.number] = Form(self._painted(about, data))
        elif kind == "EmbeddedFile" or is_program(data) or data.startswith(_ARCHIVES):
            self._files.append(stream)

    def _look_at_picture(self, stream: Stream) -> None:
        about = stream.attributes
        dots = number(about.get("Width", about.get("W"))) * number(about.get("Height", about.get("H")))
        bits = number(about.get("BitsPerComponent")) or 8
        if dots > MOST_PIXELS_TAKEN:
            self.refusals.add("pixels")
        elif self._pictures < _MOST_PICTURES:
            data = self._unpacked(stream, most=dots * 4 * bits // 8 + _PICTURE_MARGIN)
            self._pictures += len(data)
            sides = count_pixels(data) if "DCTDecode" in stream.filters else None
            if sides and sides[0] * sides[1] > MOST_PIXELS_TAKEN:
                self.refusals.add("pixels")

    def _unpacked(self, stream: Stream, most: int = MOST_UNPACKED) -> bytes:
        data = self._content[stream.start : stream.end]
        decipher = self._document.decipher
        if decipher and stream.number >= 0 and name(stream.attributes.get("Type")) != "XRef":
            try:
                data = decipher(stream.number, stream.generation, data, stream.attributes)
            except MALFORMED:
                return b""
        filters = stream.filters if stream.attributes else ["FlateDecode"]
        return unfiltered(data, filters, most)

    def _keep_objects(self, data: bytes, stream: Stream) -> None:
        if sum(map(len, self.objects)) + len(data) > _MOST_OBJECTS:
            raise TooMuch("expands")
        whole = PDFStream(stream.attributes, self._content[stream.start : stream.end], self._document.decipher)
        whole.set_objid(stream.number, stream.generation)
        try:
            self.objects.append(whole.get_data())  # with the predictor undone
        except MALFORMED:
            self.objects.append(data)

    def _painted(self, about: dict[str, Any], data: bytes) -> Counter[int]:
        numbers = {
            label: each.objid
            for label, each in entries(entries(about.get("Resources")).get("XObject")).items()
            if hasattr(each, "objid")
        }
        if not numbers:
            return Counter()
        labels = (label.decode("latin-1") for label in _PAINTED.findall(data))
        return Counter(numbers[label] for label in labels if label in numbers)
