"""Read apart: the objects of a PDF as its parser gives them, where nothing need be what it should be."""

from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFStreamParser, PDFSyntaxError
from pdfminer.pdftypes import PDFObjRef, PDFStream, int_value
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSLiteral

MALFORMED = (
    PSException,
    AssertionError,
    AttributeError,
    LookupError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    NotImplementedError,
    OSError,
)
"""What the parser raises for objects that are none."""
_LONGEST_CHAIN = 16


class Objects(PDFDocument):
    """Reads of packed objects only the one that is asked for: of those of a large document most are never."""

    def _getobj_objstm(self, stream: PDFStream, index: int, objid: int) -> object:
        data, first = stream.get_data(), int_value(stream["First"])
        numbers = data[:first].split()
        if 2 * index + 1 >= len(numbers):
            raise PDFSyntaxError(f"no object {objid} among the packed ones")
        at = first + int(numbers[2 * index + 1])
        end = first + int(numbers[2 * index + 3]) if 2 * index + 3 < len(numbers) else len(data)
        parser = PDFStreamParser(data[at:end] if end > at else data[at:])
        parser.set_document(self)
        return parser.nextobject()[1]


def resolved(value: object) -> Any:
    """What a reference leads to; None where it leads nowhere, or on and on."""
    for _ in range(_LONGEST_CHAIN):
        if not isinstance(value, PDFObjRef):
            return value
        try:
            value = value.resolve()
        except MALFORMED:
            return None
    return None


def entries(value: object) -> dict[str, Any]:
    """Of a dictionary or stream; of anything else none."""
    value = resolved(value)
    if isinstance(value, PDFStream):
        value = value.attrs
    return value if isinstance(value, dict) else {}


def name(value: object) -> str:
    """Of a name, without its slash; of anything else empty."""
    value = resolved(value)
    if not isinstance(value, PSLiteral):
        return ""
    return value.name if isinstance(value.name, str) else value.name.decode("latin-1")


def words(value: object) -> str:
    """Of a string; of anything else empty."""
    value = resolved(value)
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.decode("utf-8", "replace")


def number(value: object) -> int:
    """Of a number; of anything else zero."""
    value = resolved(value)
    return int(value) if isinstance(value, int | float) and abs(value) < 1e18 else 0
