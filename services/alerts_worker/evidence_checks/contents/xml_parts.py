"""Read apart: the XML of office documents as a stream, told from the elements and not from the bytes: encodings, quotes
and references hide nothing."""

import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from services.alerts_worker.evidence_checks.contents.links import (
    judge_fetched,
    judge_field,
    judge_formula,
    judge_relation,
    where,
)
from services.alerts_worker.evidence_checks.contents.members import Account

_MACRO_TYPE = re.compile(r"macroenabled|vbaproject|macrosheet|attachedtoolbars|keymapcustomizations", re.IGNORECASE)
_CONTROL_TYPE = re.compile(r"activex|ms-office\.intlmacro", re.IGNORECASE)
_PAGE_TYPE = re.compile(r"text/html|xhtml|/rtf|message/rfc822|multipart/related", re.IGNORECASE)
_MACRO_ACTION = re.compile(r"ppaction://(?:macro|program)", re.IGNORECASE)
_MACRO_LINK = re.compile(r"\s*(?:vnd\.sun\.star\.script|macro|script|javascript|vbscript|slot)\s*:", re.IGNORECASE)
_AUTO_NAME = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)", re.IGNORECASE)
_REFUSED = {
    "ddeLink": "dde",
    "dde-source": "dde",
    "dde-connection-decl": "dde",
    "dde-connection": "dde",
    "dde-link": "dde",
    "webPr": "external",
    "ocx": "activex",
    "applet": "foreign-part",
    "plugin": "foreign-part",
    "encryption-data": "encrypted",
    "macrosheet": "macros",
    "event-listener": "macros",
    "script": "macros",
}
"""Elements that no harmless document has, by their local names."""
_FETCHED = {
    "image": "image",
    "section-source": "text",
    "object": "object",
    "object-ole": "object",
    "imagedata": "image",
}
_FETCHED |= {"floating-frame": "frame", "fill-image": "image", "background-image": "image", "template": "text"}
_CELLS = frozenset({"c", "v", "row", "w:r", "w:t", "w:p", "w:rPr", "w:pPr"})
"""Of these there are millions, and nothing in their attributes matters."""
_DRAWING_TYPE = "-//W3C//DTD SVG"


class EntityDeclared(Exception):
    """A part declares a type of documents, which may expand without end or fetch: no office program writes one."""


class PartReader:
    """Reads one part, piece by piece; `feed` raises EntityDeclared, and ExpatError for what is no XML."""

    def __init__(self, name: str, account: Account) -> None:
        self._name = name
        self._account = account
        self._field: list[str] = []
        self._formula: list[str] = []
        self._acts: dict[str, Callable[[dict[str, str]], None]] = {
            "f": self._begin_formula,
            "formula1": self._begin_formula,
            "formula2": self._begin_formula,
            "definedName": self._begin_formula,
            "instrText": self._begin_field,
            "fldSimple": self._whole_field,
            "fldChar": self._end_field,
        }
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._declare
        self._parser.EntityDeclHandler = self._declare_entity
        if name.lower() == "[content_types].xml":
            self._parser.StartElementHandler = self._content_type
        elif name.lower().endswith(".rels"):
            self._parser.StartElementHandler = self._relation
        else:
            self._parser.StartElementHandler = self._element
        self._is_empty = True

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        self._is_empty = self._is_empty and not piece
        self._parser.Parse(piece, False)

    def finish(self) -> None:
        """The part is over; LibreOffice leaves some of them empty."""
        if not self._is_empty:
            self._parser.Parse(b"", True)
            self._end_field()

    def _declare(self, _name: str, _system: str | None, public: str | None, has_subset: bool) -> None:
        is_drawing = self._name.lower().endswith(".svg") and (public or "").startswith(_DRAWING_TYPE)
        if has_subset or not is_drawing:
            raise EntityDeclared

    def _declare_entity(self, *_: object) -> None:
        raise EntityDeclared

    def _content_type(self, _tag: str, attributes: dict[str, str]) -> None:
        for value in attributes.values():
            if _MACRO_TYPE.search(value):
                self._account.refuse("macros", self._name)
            elif _CONTROL_TYPE.search(value):
                self._account.refuse("activex", self._name)
            elif _PAGE_TYPE.search(value):
                self._account.refuse("foreign-part", self._name)

    def _relation(self, tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "Relationship":
            kind = attributes.get("Type", "").rstrip("/").rpartition("/")[2].lower()
            judge_relation(kind, attributes.get("Target", ""), self._name, self._account)

    def _element(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELLS:
            return
        local = _local(tag)
        if local in _REFUSED:
            self._account.refuse(_REFUSED[local], self._name)
        elif act := self._acts.get(local):
            act(attributes)
        if attributes:
            self._look_at_links(local, attributes)

    def _look_at_links(self, local: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if key.endswith("href"):
                if _MACRO_LINK.match(value):
                    self._account.refuse("macros", self._name)
                elif local in _FETCHED:
                    judge_fetched(where(value), _FETCHED[local], self._name, self._account)
            elif key == "action" and _MACRO_ACTION.match(value):
                self._account.refuse("macros", self._name)
            elif key == "src" and local in {"imagedata", "fill", "stroke"}:
                judge_fetched(where(value), "image", self._name, self._account)
            elif key.startswith("on") and self._name.lower().endswith(".svg"):
                self._account.refuse("macros", self._name)

    def _begin_formula(self, attributes: dict[str, str]) -> None:
        if _AUTO_NAME.match(attributes.get("name", "")):
            self._account.refuse("macros", self._name)
        self._collect(self._formula)

    def _begin_field(self, _attributes: dict[str, str]) -> None:
        self._collect(self._field)

    def _whole_field(self, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if _local(key) == "instr":
                judge_field(value, self._name, self._account)

    def _end_field(self, _attributes: dict[str, str] | None = None) -> None:
        """Word takes the pieces of a field for one; fields may stand in fields."""
        judge_field("".join(self._field), self._name, self._account)
        self._field.clear()

    def _collect(self, into: list[str]) -> None:
        self._parser.CharacterDataHandler = into.append
        self._parser.EndElementHandler = self._end_text

    def _end_text(self, _tag: str) -> None:
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None
        if self._formula:
            judge_formula("".join(self._formula), self._name, self._account)
            self._formula.clear()


def read_part(name: str, pieces: Iterable[bytes], account: Account) -> None:
    """Look one part through; it is refused where it declares entities, or is no XML."""
    reader = PartReader(name, account)
    try:
        for piece in pieces:
            reader.feed(piece)
        reader.finish()
    except EntityDeclared:
        account.refuse("entities", name)
    except expat.ExpatError:
        account.refuse("damaged", name)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
