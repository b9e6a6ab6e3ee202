"""Small PDF files for the tests, written by hand: text in a font of which only the letters' names are there."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.reading import read_document

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 12.0
LETTER = 0.5  # of the size: every letter is as wide as any other
LEADING = 15.0
PADDING = 4.0

_CMAP = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""
_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@dataclass
class Sheet:
    """A page to print on; heights are counted from the top."""

    width: float = WIDTH
    height: float = HEIGHT
    content: list[str] = field(default_factory=list)
    picture: tuple[int, int, bytes] | None = None
    """Width, height and grey dots of a picture over the whole page."""

    def text(self, x: float, base: float, text: str, *, bold: bool = False, size: float = SIZE) -> "Sheet":
        codes = text.encode("utf-16-be").hex()
        y = self.height - base
        self.content.append(f"BT /{'B' if bold else 'R'} {size} Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET")
        return self

    def centred(self, base: float, text: str, *, bold: bool = False) -> "Sheet":
        return self.text((self.width - len(text) * SIZE * LETTER) / 2, base, text, bold=bold)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "Sheet":
        self.content.append(f"0.5 w {x0} {self.height - y0} m {x1} {self.height - y1} l S")
        return self

    def table(
        self,
        top: float,
        columns: Sequence[float],
        rows: Sequence[Sequence[str | None]],
        *,
        closed: bool = True,
        open_top: bool = False,
    ) -> "Sheet":
        """Rows of cells between the columns' edges; lines of a cell are parted by `\\n`. None goes on with the cell
        above, `<` with the cell on the left. Not `closed`, no line is drawn below."""
        edges = [top]
        for cells in rows:
            most = max((text or "").count("\n") + 1 for text in cells)
            edges.append(edges[-1] + most * LEADING + 6)
        for at, cells in enumerate(rows):
            for column, text in enumerate(cells):
                left, right, above, below = columns[column], columns[column + 1], edges[at], edges[at + 1]
                if text is not None and not (open_top and at == 0):
                    self.line(left, above, right, above)
                if text != "<":
                    self.line(left, above, left, below)
                    for down, line in enumerate((text or "").split("\n")):
                        self.text(left + PADDING, above + (down + 1) * LEADING, line)
            self.line(columns[-1], edges[at], columns[-1], edges[at + 1])
        if closed:
            self.line(columns[0], edges[-1], columns[-1], edges[-1])
        return self


def wrapped(text: str, width: float) -> str:
    """The text as it is set in a column of this width, its padding included."""
    room = int((width - 2 * PADDING) / (SIZE * LETTER))
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def pdf_bytes(*sheets: Sheet, user_password: str | None = None) -> bytes:
    """The file; with a password it is encrypted, with an empty one for everybody to open."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    for name in (b"Test-Regular", b"Test-Bold"):
        at = len(objects) + 1
        objects += [
            b"<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] "
            b"/ToUnicode %d 0 R >>" % (name, at + 1, at + 3),
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering "
            b"(Identity) /Supplement 0 >> /DW %d /FontDescriptor %d 0 R >>" % (name, int(LETTER * 1000), at + 2),
            b"<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 "
            b"/Descent -200 /CapHeight 700 /StemV 80 >>" % name,
            _stream(_CMAP),
        ]
    kids = []
    for sheet in sheets:
        resources = b"/Font << /R 3 0 R /B 7 0 R >>"
        content = "\n".join(sheet.content).encode()
        if sheet.picture is not None:
            across, down, dots = sheet.picture
            extra = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8"
            objects.append(_stream(dots, extra % (across, down)))
            resources += b" /XObject << /P %d 0 R >>" % len(objects)
            content = b"q %f 0 0 %f 0 0 cm /P Do Q\n" % (sheet.width, sheet.height) + content
        objects.append(_stream(content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %f %f] /Contents %d 0 R /Resources << %s >> >>"
            % (sheet.width, sheet.height, len(objects), resources)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return file_of(objects, user_password)


def file_of(objects: Sequence[bytes], user_password: str | None = None) -> bytes:
    """Numbered objects as a file; object 1 is the catalog."""
    key, encryption = (b"", b"") if user_password is None else _encryption(user_password.encode())
    body = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, data in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, _encrypted(data, key, number) if key else data)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer << /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, encryption, start)
    return bytes(body)


def _stream(data: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(data)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (extra, len(packed), packed)


def _encryption(password: bytes) -> tuple[bytes, bytes]:
    """The key of a file and the words of its trailer: RC4 of 40 bits, the oldest and shortest form there is."""
    identity = bytes(16)
    owner = _rc4(hashlib.md5((b"owner" + _PAD)[:32]).digest()[:5], (password + _PAD)[:32])  # noqa: S324 -- the format
    permissions = (-4 & 0xFFFFFFFF).to_bytes(4, "little")
    key = hashlib.md5((password + _PAD)[:32] + owner + permissions + identity).digest()[:5]  # noqa: S324 -- the format
    user = _rc4(key, _PAD)
    words = b"/ID [<%s> <%s>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> "
    return key, words % tuple(part.hex().encode() for part in (identity, identity, owner, user))


def _encrypted(data: bytes, key: bytes, number: int) -> bytes:
    head, mark, rest = data.partition(b"\nstream\n")
    if not mark:
        return data
    content, end, _ = rest.rpartition(b"\nendstream")
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]  # noqa: S324 -- the format
    return head + mark + _rc4(own, content) + end


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    found = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        found.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(found)


def read_pdf(*sheets: Sheet) -> Document:
    return read_document(pdf_bytes(*sheets), "kế hoạch.pdf")


def texts(rows: Iterable[Iterable[object]]) -> list[list[str]]:
    """The texts of a table's squares."""
    return [[str(getattr(cell, "text", cell)) for cell in row] for row in rows]
