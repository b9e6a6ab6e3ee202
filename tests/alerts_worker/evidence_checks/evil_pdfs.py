"""PDFs made to do harm."""

import zlib
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks.making import (
    acting,
    add_to_zip,
    attaching,
    deflated,
    locked,
    packed_objects,
    pdf,
    pdf_of,
    word_file,
    zipped,
)

MIB = 1 << 20
ZIP = zipped(("a.txt", b"a"))
_IMAGE = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode"


def flooding(width: int) -> bytes:
    content = pdf("x", streams=[(_IMAGE + b" /Width %d /Height %d" % (width, width), deflated(64 * MIB))])
    return content.replace(b"BT /F1", b"/X0 Do BT /F1")


def bomb(size: int, *, packed_twice: bool = False) -> bytes:
    data = deflated(size)
    filters = b"/Filter [/FlateDecode /FlateDecode]" if packed_twice else b"/Filter /FlateDecode"
    return pdf("x", streams=[(filters, zlib.compress(data, 9) if packed_twice else data)])


def packed_text(size: int, *, packed_twice: bool = False) -> bytes:
    """What is on the page itself is the bomb: whoever shows the page unpacks it."""
    data = deflated(size, b" ")
    filters = b"[/FlateDecode /FlateDecode]" if packed_twice else b"/FlateDecode"
    data = zlib.compress(data, 9) if packed_twice else data
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            b"<< /Filter %s /Length %d >>\nstream\n%s\nendstream" % (filters, len(data), data),
        ]
    )


def going_round() -> bytes:
    """A tree of pages that has itself for a branch."""
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"])


def nested_arrays(depth: int) -> bytes:
    return pdf("x", extra=b"/Deep " + b"[" * depth + b"]" * depth)


def drawing_itself() -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X0 6 0 R >> >>"
    return pdf("x", streams=[(form, b"/X0 Do " * 50)]).replace(b"BT /F1", b"/X0 Do BT /F1")


def drawing_others(levels: int, times: int) -> bytes:
    """Each drawing draws the next so often: all together 10**9 things."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X0 %d 0 R >> >>"
    streams = [(form % (level + 7), b"/X0 Do " * times) for level in range(levels)]
    return pdf("x", streams=streams).replace(b"BT /F1", b"/X0 Do BT /F1")


def filtered_text(filters: bytes, data: bytes) -> bytes:
    """A page whose words went through these filters."""
    return pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            b"<< /Filter [%s] /Length %d >>\nstream\n%s\nendstream" % (filters, len(data), data),
        ]
    )


def crowded(count: int) -> bytes:
    kids = b"3 0 R " * count
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, b"<< /Type /Page /MediaBox [0 0 9 9] >>"])


def going_deep(levels: int) -> bytes:
    """A tree of pages that is a chain."""
    branches = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (level + 3) for level in range(levels)]
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", *branches, b"<< /Type /Page /MediaBox [0 0 9 9] >>"])


def referring_flood() -> bytes:
    """The sides of the picture stand elsewhere."""
    picture = (_IMAGE + b" /Width 7 0 R /Height 7 0 R", deflated(64 * MIB))
    return pdf("x", streams=[picture], more=[b"40000"]).replace(b"BT /F1", b"/X0 Do BT /F1")


LAUNCH = b"<< /S /Launch /Win << /F (cmd.exe) >> >>"
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
XFA = b"<xdp:xdp><template><subform/>%s<script contentType='application/x-javascript'>a()</script></template></xdp:xdp>"

EVIL: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf and zip": ("a.pdf", lambda: pdf("x") + ZIP),
    "pdf and program": ("a.pdf", lambda: pdf("x") + b"MZ\x90\0" + b"\0" * 200),
    "pdf and web page": ("a.pdf", lambda: pdf("x") + b"<html><script>alert(1)</script></html>"),
    "pdf and another": ("a.pdf", lambda: pdf("x") + pdf("y")),
    "pdf and an archive, behind some letters": ("a.pdf", lambda: pdf("x") + b"A" * 30 + b"Rar!\x1a\7\1\0" + b"x" * 20),
    "pdf that is a web page": ("a.pdf", lambda: pdf("x").replace(b"%PDF-1.7\n", b"%PDF-1.7\n%<html><body>\n", 1)),
    "pdf with a zip inside": ("a.pdf", lambda: pdf("x", streams=[(b"/Type /EmbeddedFile", ZIP)])),
    "pdf with JavaScript": (
        "a.pdf",
        lambda: pdf("x", extra=b"/OpenAction << /S /JavaScript /JS (x) >>"),
    ),
    "pdf that starts a program": ("a.pdf", lambda: pdf("x", extra=b"/OpenAction << /S /Launch /F (cmd.exe) >>")),
    "pdf with an attached program": (
        "a.pdf",
        lambda: pdf("x", streams=[(b"/Type /EmbeddedFile", b"MZ\x90\0")], extra=b"/Names << /EmbeddedFiles 7 0 R >>"),
    ),
    "pdf with JavaScript in packed objects": ("a.pdf", lambda: packed_objects(b"/OpenAction " + SCRIPT)),
    "pdf with JavaScript spelt otherwise": ("a.pdf", lambda: acting(b"<< /S /J#61vaScript /J#53 (x) >>")),
    "pdf with JavaScript by its name": (
        "a.pdf",
        lambda: pdf("x", extra=b"/Names << /JavaScript << /Names [(a) %s] >> >>" % SCRIPT),
    ),
    "pdf with JavaScript when it closes": ("a.pdf", lambda: pdf("x", extra=b"/AA << /WC %s >>" % SCRIPT)),
    "pdf with JavaScript after a link": ("a.pdf", lambda: acting(b"<< /S /URI /URI (a) /Next [%s] >>" % SCRIPT)),
    "pdf with JavaScript that nothing leads to": ("a.pdf", lambda: pdf("x", more=[SCRIPT])),
    "pdf with a field that acts when it is shown": (
        "a.pdf",
        lambda: pdf("x", extra=b"/AcroForm << /Fields [<< /FT /Tx /T (a) /AA << /PO %s >> >>] >>" % SCRIPT),
    ),
    "pdf with a form that has a script": (
        "a.pdf",
        lambda: pdf("x", streams=[(b"", XFA % (b" " * 1024))], extra=b"/AcroForm << /XFA 6 0 R /Fields [] >>"),
    ),
    "pdf that starts a program from packed objects": ("a.pdf", lambda: packed_objects(b"/OpenAction " + LAUNCH)),
    "pdf with a program hidden in packed objects": (
        "a.pdf",
        lambda: packed_objects(b"/Resources << /A " + LAUNCH + b" >>"),
    ),
    "pdf whose packed page opens a file": (
        "a.pdf",
        lambda: packed_objects(b"", page=b"/AA << /O << /S /GoToR /F (a.pdf) >> >>"),
    ),
    "pdf that starts a program, spelt otherwise": ("a.pdf", lambda: acting(b"<< /S /L#61unch /F (cmd.exe) >>")),
    "pdf that starts a program when it is clicked": (
        "a.pdf",
        lambda: pdf("x", extra=b"/Outlines << /First << /Title (a) /A %s >> >>" % LAUNCH),
    ),
    "pdf that opens a file on a server": ("a.pdf", lambda: acting(b"<< /S /GoToR /F (\\\\\\\\e\\\\x.pdf) >>")),
    "pdf that sends a form by itself": ("a.pdf", lambda: acting(b"<< /S /SubmitForm /F (http://e) >>")),
    "pdf that loads data by itself": ("a.pdf", lambda: acting(b"<< /S /ImportData /F (a.fdf) >>")),
    "pdf with a link to a program": ("a.pdf", lambda: acting(b"<< /S /URI /URI (file:///c:/a.exe) >>")),
    "pdf with a packed program attached": ("a.pdf", lambda: attaching("bao cao.pdf", b"MZ\x90\0" + b"\0" * 99)),
    "pdf with an attached program from packed objects": (
        "a.pdf",
        lambda: packed_objects(
            b"/Names << /EmbeddedFiles << /Names [(a) << /F (a.exe) /EF << /F 8 0 R >> >>] >> >>",
            (b"/Filter /FlateDecode", zlib.compress(b"MZ\x90\0")),
        ),
    ),
    "pdf with attached macros": (
        "a.pdf",
        lambda: attaching("a.docx", add_to_zip(word_file(), ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"))),
    ),
    "pdf with an attached archive": ("a.pdf", lambda: attaching("a.zip", ZIP)),
    "pdf with an attached archive of another kind": (
        "a.pdf",
        lambda: attaching("a.pdf", b"Rar!\x1a\7\1\0" + b"x" * 99),
    ),
    "pdf with an attached web page": ("a.pdf", lambda: attaching("a.xml", b"<?xml version='1.0'?><html><script>a()")),
    "pdf with an attached pdf that starts a program": (
        "a.pdf",
        lambda: attaching("a.pdf", pdf("x", extra=b"/OpenAction " + LAUNCH)),
    ),
    "pdf in a pdf in a pdf": ("a.pdf", lambda: attaching("a.pdf", attaching("b.pdf", pdf("x")))),
    "pdf with a password": ("a.pdf", lambda: locked(pdf("x"), opens_with="mat khau")),
    "pdf with JavaScript, restricted": ("a.pdf", lambda: locked(pdf("x", extra=b"/OpenAction " + SCRIPT))),
    "pdf that says it is encrypted": ("a.pdf", lambda: pdf("x").replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")),
    "pdf that becomes 1 GiB": ("a.pdf", partial(bomb, 1024 * MIB)),
    "pdf that becomes 1 GiB, packed twice": ("a.pdf", partial(bomb, 1024 * MIB, packed_twice=True)),
    "pdf whose page becomes 1 GiB": ("a.pdf", partial(packed_text, 1024 * MIB)),
    "pdf whose page becomes 1 GiB, packed twice": ("a.pdf", partial(packed_text, 1024 * MIB, packed_twice=True)),
    "pdf whose page becomes 1 GiB, packed three times": (
        "a.pdf",
        lambda: filtered_text(b"/Fl /Fl /Fl", zlib.compress(zlib.compress(deflated(1024 * MIB, b" "), 9), 9)),
    ),
    "pdf whose page becomes 1 GiB, in letters": (
        "a.pdf",
        lambda: filtered_text(b"/ASCIIHexDecode /FlateDecode", deflated(1024 * MIB, b" ").hex().encode() + b">"),
    ),
    "pdf whose page becomes 128 MiB of repetitions": ("a.pdf", lambda: filtered_text(b"/RL", b"\x81 " * MIB)),
    "pdf whose objects become 450 MiB": (
        "a.pdf",
        lambda: pdf("x", streams=[(b"/Type /ObjStm /N 1 /First 9 /Filter /FlateDecode", deflated(450 * MIB, b" "))]),
    ),
    "pdf whose tiny picture becomes 1 GiB": (
        "a.pdf",
        lambda: pdf("x", streams=[(_IMAGE + b" /Width 9 /Height 9", deflated(1024 * MIB))]),
    ),
    "pdf with a picture of 1,600,000,000 dots, elsewhere": ("a.pdf", referring_flood),
    "pdf with a picture of 1,600,000,000 dots": ("a.pdf", partial(flooding, 40_000)),
    "pdf whose pages go round": ("a.pdf", going_round),
    "pdf whose pages go deep": ("a.pdf", partial(going_deep, 2_000)),
    "pdf of 1,000,000 pages that are one": ("a.pdf", partial(crowded, 1_000_000)),
    "pdf of 100,000 brackets": ("a.pdf", partial(nested_arrays, 100_000)),
    "pdf that draws itself": ("a.pdf", drawing_itself),
    "pdf that draws 1,000,000,000 things": ("a.pdf", partial(drawing_others, 9, 10)),
    "pdf without pages": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"),
    "pdf of nothing": ("a.pdf", lambda: b"%PDF-1.7\n"),
}
