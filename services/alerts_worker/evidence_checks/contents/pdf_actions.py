"""Read apart: what a PDF does and brings along, found by following its objects from the catalog."""

import re
from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdftypes import PDFObjRef, PDFStream

from services.alerts_worker.evidence_checks.contents.budget import TooMuch
from services.alerts_worker.evidence_checks.contents.pdf_objects import Objects, entries, name, number, resolved, words
from services.alerts_worker.evidence_checks.contents.pdf_streams import PdfStreams
from shared.domain.file_types import is_runnable_name

_MOST_OBJECTS = 200_000
_MOST_ATTACHED = 200
_DEEPEST = 100
"""Dictionaries and lists within one another, within one object."""
_DEEPEST_TREE = 256
_WIDEST = 14_400
"""Points: 5.08 m, the widest page of the usual readers."""
_PASSED_BY = frozenset(
    {"Parent", "P", "StructTreeRoot", "StructParent", "StructParents", "Resources", "Contents", "Metadata", "Dests"}
    | {"PieceInfo", "Thumb", "AP", "Pg", "OCProperties", "PageLabels", "OutputIntents", "LastModified", "DR", "D"}
)
"""Keys behind which nothing is done: what is shown, and ways back up."""
_AT_PAGES = frozenset({"PO", "PC", "PV", "PI"})
"""Events of an annotation that come without anybody's doing."""
_SCRIPT = re.compile(rb"<(?:\w+:)?script\b|/x-javascript", re.IGNORECASE)
_ELSEWHERE = re.compile(r"^(?:\\\\|//|file:|smb:|https?:|ftp:)", re.IGNORECASE)


@dataclass(slots=True)
class Deeds:
    """Words for what is done in the file, its attachments by name, and the numbers of their streams."""

    refusals: set[str] = field(default_factory=set)
    notices: set[str] = field(default_factory=set)
    attachments: list[tuple[str, bytes]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _At:
    """A value on the way: whether it is done without anybody's doing, and how deep it lies in its object."""

    value: object
    by_itself: bool = False
    depth: int = 0


def follow(document: Objects, streams: PdfStreams) -> Deeds:
    """Everything that can be come upon. Raises TooMuch."""
    found = Deeds()
    seen: set[tuple[int, bool]] = set()
    way = [_At(document.catalog)]
    while way:
        here = way.pop()
        value, depth = here.value, here.depth
        if isinstance(value, PDFObjRef):
            if (value.objid, here.by_itself) in seen:
                continue
            seen.add((value.objid, here.by_itself))
            if len(seen) > _MOST_OBJECTS:
                raise TooMuch("entries")
            value, depth = resolved(value), 0
        if depth > _DEEPEST:
            found.refusals.add("deep")
        elif isinstance(value, list):
            way += [_At(each, here.by_itself, depth + 1) for each in value]
        elif isinstance(value, dict | PDFStream):
            about = entries(value)
            _look_at(about, here.by_itself, streams, found)
            way += _from(about, here.by_itself, depth + 1)
    _look_at_pages(document, found)
    return found


def _from(about: dict[str, Any], by_itself: bool, depth: int) -> list[_At]:
    """What to look at next; the catalog and pages act by themselves where annotations and fields wait for a hand."""
    waits = any(key in about for key in ("Subtype", "FT", "T", "Rect"))
    next_ones = []
    for key, value in about.items():
        if key in _PASSED_BY and not (key == "D" and "AA" not in about and by_itself):
            continue
        if key == "AA" and waits:
            next_ones += [_At(each, event in _AT_PAGES, depth) for event, each in entries(value).items()]
        else:
            acts = by_itself or key in {"OpenAction", "AA", "JavaScript"}
            next_ones.append(_At(value, acts and key not in {"Annots", "Kids"}, depth))
    return next_ones


def _look_at(about: dict[str, Any], by_itself: bool, streams: PdfStreams, found: Deeds) -> None:
    if "EF" in about:
        _take_attachment(about, streams, found)
    if "XFA" in about:
        _look_at_xfa(about["XFA"], streams, found)
    if name(about.get("Subtype")) in {"RichMedia", "3D", "Movie", "Sound", "Screen"}:
        found.notices.add("media")
    action = name(about.get("S"))
    if action == "Launch":
        found.refusals.add("launch")
    elif action == "JavaScript" or (action == "Rendition" and "JS" in about):
        _add(found, by_itself, "javascript", "javascript-in-form")
    elif action in {"GoToR", "GoToE", "Thread"} and "F" in about:
        target = _file_name(about["F"])
        runs = is_runnable_name(target) or _ELSEWHERE.match(target)
        _add(found, by_itself or bool(runs), "opens-file", "other-file")
    elif action in {"SubmitForm", "ImportData"}:
        _add(found, by_itself, "sends", "sends-when-asked")
    elif action == "URI":
        address = words(about.get("URI"))
        if address.lower().startswith(("javascript:", "vbscript:", "data:")) or (
            address.lower().startswith(("file:", "smb:", "\\\\")) and is_runnable_name(address)
        ):
            found.refusals.add("opens-file")
        elif by_itself:
            found.notices.add("opens-address")


def _add(found: Deeds, refuses: bool, refusal: str, notice: str) -> None:
    if refuses:
        found.refusals.add(refusal)
    else:
        found.notices.add(notice)


def _file_name(value: object) -> str:
    about = entries(value)
    return words(value) or words(about.get("UF")) or words(about.get("F")) or words(about.get("DOS"))


def _take_attachment(about: dict[str, Any], streams: PdfStreams, found: Deeds) -> None:
    called = _file_name(about)
    for each in entries(about["EF"]).values():
        objid = getattr(each, "objid", None)
        if objid is None or objid in found.taken:
            continue
        found.taken.add(objid)
        if len(found.taken) > _MOST_ATTACHED:
            raise TooMuch("entries")
        found.attachments.append((called, streams.data(objid)))


def _look_at_xfa(value: object, streams: PdfStreams, found: Deeds) -> None:
    value = resolved(value) if not isinstance(value, PDFObjRef) or isinstance(resolved(value), list) else [value]
    packets = [streams.data(each.objid) for each in value if isinstance(each, PDFObjRef)] if value else []
    _add(found, any(_SCRIPT.search(packet) for packet in packets), "javascript", "xfa")


def _look_at_pages(document: Objects, found: Deeds) -> None:
    """A tree without leaves, or one that goes too deep, shows nothing; one page leads to no other."""
    seen: set[int] = set()
    pages, way = 0, [(document.catalog.get("Pages"), 0)]
    while way:
        value, depth = way.pop()
        objid = getattr(value, "objid", None)
        if objid in seen:
            continue
        if objid is not None:
            seen.add(objid)
        about = entries(value)
        if depth > _DEEPEST_TREE:
            found.refusals.add("pages")
            return
        kids = resolved(about.get("Kids"))
        if isinstance(kids, list):
            way += [(kid, depth + 1) for kid in kids]
        elif about:
            pages += 1
        box = resolved(about.get("MediaBox"))
        if isinstance(box, list) and any(abs(number(side)) > _WIDEST for side in box):
            found.notices.add("page-size")
    if not pages:
        found.refusals.add("pages")
