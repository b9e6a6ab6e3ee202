"""PDFs made to do harm."""

import zlib
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks.making import deflated, pdf, pdf_of, zipped

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


EVIL: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf and zip": ("a.pdf", lambda: pdf("x") + ZIP),
    "pdf and program": ("a.pdf", lambda: pdf("x") + b"MZ\x90\0" + b"\0" * 200),
    "pdf and web page": ("a.pdf", lambda: pdf("x") + b"<html><script>alert(1)</script></html>"),
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
    "pdf that says it is encrypted": ("a.pdf", lambda: pdf("x").replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R")),
    "pdf that becomes 1 GiB": ("a.pdf", partial(bomb, 1024 * MIB)),
    "pdf that becomes 1 GiB, packed twice": ("a.pdf", partial(bomb, 1024 * MIB, packed_twice=True)),
    "pdf whose page becomes 1 GiB": ("a.pdf", partial(packed_text, 1024 * MIB)),
    "pdf whose page becomes 1 GiB, packed twice": ("a.pdf", partial(packed_text, 1024 * MIB, packed_twice=True)),
    "pdf with a picture of 1,600,000,000 dots": ("a.pdf", partial(flooding, 40_000)),
    "pdf with a page that is a mile wide": (
        "a.pdf",
        lambda: pdf("x", size="99999999 99999999") + b"\0" * 9 + b"%" * 99,
    ),
    "pdf whose pages go round": ("a.pdf", going_round),
    "pdf of 100,000 brackets": ("a.pdf", lambda: nested_arrays(100_000) + b"%" * 99),
    "pdf that draws itself": ("a.pdf", lambda: drawing_itself() + b"%" * 99),
    "pdf without pages": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"),
    "pdf of nothing": ("a.pdf", lambda: b"%PDF-1.7\n"),
}
