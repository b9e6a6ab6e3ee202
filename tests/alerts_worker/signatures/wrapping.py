"""Signature wrapping: the signed bytes stay whole, around a revision that nobody signed."""

import io

from pyhanko.pdf_utils.reader import PdfFileReader

from tests.alerts_worker.signatures.papers import byte_range
from tests.alerts_worker.signatures.tampering import FORGED, drawn, last_table, range_rewritten, stream_of


def wrapped(content: bytes) -> bytes:
    """Signature wrapping: what was signed still is all there, around a revision that nobody signed.

    The gap that the byte range leaves grows: into it go copies of the signing revision's objects, another text, the
    signature with a byte range that leaps over it all, and, where the last line of the file points, another table.
    """
    reader = PdfFileReader(io.BytesIO(content))
    _, gap, resumes, rest = byte_range(content)
    last, own = reader.xrefs.total_revisions - 1, _signature_number(reader)
    table = last_table(content)
    data = reader.xrefs.get_xref_data(last)
    found = {ref.idnum: data.try_resolve(ref) for ref in reader.xrefs.explicit_refs_in_revision(last)}
    places = {number: place for number, place in found.items() if isinstance(place, int)}
    objects = {
        number: content[place : content.index(b"endobj", place)] for number, place in places.items() if place > gap
    }
    objects[stream_of(content)] = b"%d 0 obj\n%b\n" % (stream_of(content), drawn(FORGED))
    signature = content[places[own] : content.index(b"endobj", resumes)]
    value = content[gap:resumes].rstrip(b">").rstrip(b"0")
    objects[own] = signature.replace(content[gap:resumes], value + b"0" * (len(value) % 2 == 0) + b">")
    room = table - gap
    rows = b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, place)
        for number, place in sorted({**places, **_laid(objects, gap)}.items())
    )
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        int(reader.trailer_view["/Size"]),
        reader.root_ref.idnum,
        reader.xrefs.get_startxref_for_revision(last - 1),
        table,
    )
    foreign = b"xref\n0 1\n0000000000 65535 f \n" + rows + trailer
    leap = table + len(foreign)
    objects[own] = range_rewritten(objects[own], (0, gap, leap, rest))
    filling = b"".join(text + b"endobj\n" for text in objects.values()).ljust(room)
    assert len(filling) == room
    return content[:gap] + filling + foreign + content[resumes:]


def _laid(objects: dict[int, bytes], start: int) -> dict[int, int]:
    places = {}
    for number, text in objects.items():
        places[number] = start
        start += len(text) + len(b"endobj\n")
    return places


def _signature_number(reader: PdfFileReader) -> int:
    return int(reader.root["/AcroForm"]["/Fields"][0].raw_get("/V").idnum)
