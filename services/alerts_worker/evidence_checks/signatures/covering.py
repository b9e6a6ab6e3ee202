"""What later signatures are drawn over. Any holder of a key chooses where a signature stands and what it shows.

A seal may stand over the name or the picture of the one who signed before, and does in practice: so not all that lies
over what was signed is an attack, and nothing of it goes unsaid. What hides more than half of the marks below it, or
is larger than any seal, counts as a change of the document.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Self

import pypdfium2
from PIL import Image, ImageChops, ImageStat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import enumerate_sig_fields

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points of the page."""

_LARGEST_PART = 1 / 8
"""Of a page: 105 mm by 74 mm of A4. The largest seal has 42 mm, a box with seal and words about 80 mm by 40 mm."""
_HIDDEN_PART = 1 / 2
"""Of the marks below: the ring of a seal crosses about a fifth of them."""
_CONTRAST = 48
"""Of 255: what stands out less from what is around it is no mark."""
_LEAST_MARKS = 10
"""Dots, about as many as a full stop has."""
_SCALE, _MOST_DOTS = 2.0, 4_000_000
_MOST_NODES = 20_000
_CORNERS = 4
_SHOWS_NOTHING = frozenset({"/Link", "/Popup"})


@dataclass(frozen=True, slots=True)
class Covering:
    """`pages` (from 1) on which a later signature is drawn over what was signed; `replaces`: it hides what is there."""

    pages: tuple[int, ...] = ()
    replaces: bool = False


def covering(before: PdfHandler, after: PdfHandler, content: bytes) -> Covering:
    """What is under the signatures that `after` (these bytes) holds and `before` does not.

    The pages must be the same otherwise. Raises pypdfium2.PdfiumError when they cannot be drawn.
    """
    later = _later_boxes(before, after)
    if not later:
        return Covering()
    signatures = {number for _, _, field in enumerate_sig_fields(after) for number in boxes_of(field)}
    covered, replaces = [], False
    with closing(pypdfium2.PdfDocument(content)) as document:
        document.init_forms()  # else no box of a form is drawn
        for number, page in enumerate(_pages(after)):
            notes = _notes(page)
            boxes = [later[each] for each in notes if each in later]
            if not boxes:
                continue
            beside = [
                _box(note)
                for each, note in notes.items()
                if each not in signatures and note.get("/Subtype") not in _SHOWS_NOTHING
            ]
            looks = list(map(_Drawn.of(document[number]).look, boxes))
            if any(look.covers or look.replaces for look in looks) or _cross(boxes, beside):
                covered.append(number + 1)
            replaces = replaces or any(look.replaces for look in looks)
    return Covering(tuple(covered), replaces)


@dataclass(frozen=True, slots=True)
class _Look:
    """`part` of the page that a box has; how many dots of what was signed stand out there, and how many are hidden."""

    part: float
    marks: int
    hidden: int

    @property
    def covers(self) -> bool:
        return self.marks >= _LEAST_MARKS

    @property
    def replaces(self) -> bool:
        return self.part > _LARGEST_PART or (self.covers and self.hidden > self.marks * _HIDDEN_PART)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page in shades of grey: `below` as its content is, `shown` with its notes and signatures."""

    below: Image.Image
    shown: Image.Image
    place: pypdfium2.PdfPosConv
    size: float

    @classmethod
    def of(cls, page: pypdfium2.PdfPage) -> Self:
        width, height = page.get_size()
        size = max(width * height, 1.0)
        scale = min(_SCALE, (_MOST_DOTS / size) ** 0.5)
        below, shown = (
            page.render(scale=scale, may_draw_forms=notes, draw_annots=notes, grayscale=True) for notes in (False, True)
        )
        return cls(below.to_pil().convert("L"), shown.to_pil().convert("L"), shown.get_posconv(page), size)

    def look(self, box: Box) -> _Look:
        """What the box has below it."""
        corners = [self.place.to_bitmap(x, y) for x, y in (box[:2], box[2:])]
        (left, right), (top, bottom) = (sorted(each) for each in zip(*corners, strict=True))
        part = (left, top, max(right, left + 1), max(bottom, top + 1))
        below, shown = self.below.crop(part), self.shown.crop(part)
        around = ImageStat.Stat(below).median[0]
        marks = below.point([255 * (abs(dot - around) > _CONTRAST) for dot in range(256)])
        lost = ImageChops.difference(below, shown).point([255 * (dot > _CONTRAST) for dot in range(256)])
        hidden = ImageChops.multiply(marks, lost)
        return _Look(area(box) / self.size, marks.histogram()[255], hidden.histogram()[255])


def area(box: Box) -> float:
    """In square points."""
    left, bottom, right, top = box
    return abs((right - left) * (top - bottom))


def boxes_of(field: generic.IndirectObject) -> dict[int, Box]:
    """Where a field is drawn, by the number of the object: itself, or its kids."""
    kids = [each for each in field.get_object().get("/Kids", ()) if isinstance(each, generic.IndirectObject)]
    return {each.idnum: _box(each.get_object()) for each in (field, *kids)}


def _box(note: generic.DictionaryObject) -> Box:
    corners = note.get("/Rect")
    if not isinstance(corners, generic.ArrayObject) or len(corners) != _CORNERS:
        return (0.0, 0.0, 0.0, 0.0)
    left, bottom, right, top = map(float, corners)
    return (min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def _later_boxes(before: PdfHandler, after: PdfHandler) -> dict[int, Box]:
    known = {name for name, _, _ in enumerate_sig_fields(before, filled_status=True)}
    later = [field for name, _, field in enumerate_sig_fields(after, filled_status=True) if name not in known]
    return {number: box for field in later for number, box in boxes_of(field).items() if area(box)}


def _notes(page: generic.DictionaryObject) -> dict[int, generic.DictionaryObject]:
    notes = page.get("/Annots", ())
    return {each.idnum: each.get_object() for each in notes if isinstance(each, generic.IndirectObject)}


def _pages(handler: PdfHandler) -> Iterator[generic.DictionaryObject]:
    """In order; of a tree that turns in a circle, its first nodes."""
    pending = [handler.root["/Pages"]]
    for _ in range(_MOST_NODES):
        if not pending:
            return
        node = pending.pop().get_object()
        kids = node.get("/Kids")
        if kids is None:
            yield node
        else:
            pending += reversed(list(kids))


def _cross(boxes: Iterable[Box], others: Sequence[Box]) -> bool:
    return any(
        max(one[0], other[0]) < min(one[2], other[2]) and max(one[1], other[1]) < min(one[3], other[3])
        for one in boxes
        for other in others
    )
