"""What people, and papers on shadow attacks, do to signed files."""

import io
import re

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.alerts_worker.signatures.papers import (
    TEXT,
    appearance,
    box,
    byte_range,
    drawing,
    message_of,
    updated,
    updating,
)


def flipped(content: bytes, words: bytes = b"100 trieu", other: bytes = b"900 trieu") -> bytes:
    """Other words of the same length in the bytes themselves."""
    assert words in content
    return content.replace(words, other, 1)


def appended(content: bytes, objects: dict[int, bytes], *, root: int | None = None, listed: bool = True) -> bytes:
    """The file with one more revision written by hand; unless `listed`, no table names its objects."""
    body = bytearray(content)
    places = {}
    for number, text in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    return table_appended(bytes(body), content, places if listed else {}, root=root)


def table_appended(body: bytes, content: bytes, places: dict[int, int], *, root: int | None = None) -> bytes:
    """The body with a table of these places and a trailer that goes on from the file's last."""
    reader = PdfFileReader(io.BytesIO(content))
    start = len(body)
    lines = [b"xref\n0 1\n0000000000 65535 f \n"]
    lines += [b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())]
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        max([int(reader.trailer_view["/Size"]), *(number + 1 for number in places)]),
        root or reader.root_ref.idnum,
        last_table(content),
        start,
    )
    return body + b"".join(lines) + trailer


def last_table(content: bytes) -> int:
    return int(content[content.rindex(b"startxref") + 9 :].split()[0])


def page_number(content: bytes) -> int:
    """The object that is the first page."""
    return int(PdfFileReader(io.BytesIO(content)).root["/Pages"]["/Kids"].raw_get(0).idnum)


def stream_of(content: bytes) -> int:
    """The object that draws the first page."""
    page = PdfFileReader(io.BytesIO(content)).root["/Pages"]["/Kids"][0]
    return int(page.raw_get("/Contents").idnum)


def drawn(text: str) -> bytes:
    data = f"BT /F1 14 Tf 72 700 Td ({text}) Tj ET".encode()
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data)


FORGED = TEXT.replace("100", "900")


def redrawn(content: bytes) -> bytes:
    """An update in which the stream of the page says something else."""
    writer = updating(content)
    page = writer.root["/Pages"]["/Kids"][0]
    reference = page.raw_get("/Contents").reference
    writer.objects[(reference.generation, reference.idnum)] = drawing(FORGED)
    return updated(writer)


def page_replaced(content: bytes) -> bytes:
    writer = updating(content)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(drawing(FORGED))
    writer.update_container(page)
    return updated(writer)


def page_drawn_over(content: bytes) -> bytes:
    writer = updating(content)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), writer.add_object(drawing(FORGED, 690))])
    writer.update_container(page)
    return updated(writer)


def page_added(content: bytes) -> bytes:
    writer = updating(content)
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(pages["/Kids"][0])
    page["/Contents"] = writer.add_object(drawing(FORGED))
    pages["/Kids"].append(writer.add_object(page))
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)
    return updated(writer)


def page_removed(content: bytes) -> bytes:
    writer = updating(content)
    pages = writer.root["/Pages"]
    del pages["/Kids"][0]
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)
    return updated(writer)


def note_added(content: bytes, subtype: str = "/FreeText") -> bytes:
    """A note drawn over the text."""
    writer = updating(content)
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name(subtype),
            pdf_name("/Rect"): box(60, 690, 400, 720),
            pdf_name("/Contents"): generic.pdf_string(FORGED),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(appearance(FORGED))}),
        }
    )
    notes = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    page["/Annots"] = notes
    writer.update_container(page)
    return updated(writer)


def font_replaced(content: bytes) -> bytes:
    """Shadow attack "replace": the same codes, drawn as other letters."""
    writer = updating(content)
    font = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"].raw_get("/F1").get_object()
    font["/BaseFont"] = pdf_name("/Symbol")
    writer.update_container(font)
    return updated(writer)


def object_freed(content: bytes, number: int) -> bytes:
    """An update that declares an object gone."""
    start = len(content)
    reader = PdfFileReader(io.BytesIO(content))
    text = b"xref\n%d 1\n0000000000 00001 f \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return content + text % (
        number,
        int(reader.trailer_view["/Size"]),
        reader.root_ref.idnum,
        last_table(content),
        start,
    )


def form_redrawn(content: bytes) -> bytes:
    """Every program is told to draw the fields anew."""
    writer = updating(content)
    writer.root["/AcroForm"]["/NeedAppearances"] = generic.BooleanObject(True)
    writer.update_container(writer.root["/AcroForm"])
    return updated(writer)


def field_looks_different(content: bytes) -> bytes:
    """Shadow attack on forms: the value stays, what is drawn does not."""
    writer = updating(content)
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0).get_object()
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(appearance("900"))})
    writer.update_container(field)
    return updated(writer)


def other_catalog(content: bytes) -> bytes:
    """An update whose trailer leads to another tree of pages."""
    size = int(PdfFileReader(io.BytesIO(content)).trailer_view["/Size"])
    page = page_number(content)
    objects = {
        size: b"<< /Type /Catalog /Pages %d 0 R >>" % (size + 1),
        size + 1: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (size + 2),
        size + 2: b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>" % (size + 1, size + 3),
        size + 3: drawn(FORGED),
    }
    assert page
    return appended(content, objects, root=size)


def hidden_twin(content: bytes) -> tuple[bytes, int]:
    """Before signing: a second stream for the first page, which no table names. And where it stands."""
    number = stream_of(content)
    place = len(content)
    twin = content + b"%d 0 obj\n%b\nendobj\n" % (number, drawn(FORGED))
    return table_appended(twin, content, {}), place


def rewired(content: bytes, place: int) -> bytes:
    """Shadow attack "hide and replace": after signing only a table is added that leads to the hidden twin."""
    return table_appended(content, content, {stream_of(content): place})


def repeated_end(content: bytes, text: bytes) -> bytes:
    """Incremental saving attack: bytes after the end, and the old table named again."""
    return content + text + b"startxref\n%d\n%%%%EOF\n" % last_table(content)


def range_rewritten(content: bytes, numbers: tuple[int, ...]) -> bytes:
    """Another byte range of the same length in the file."""
    found = re.search(rb"/ByteRange ?\[[^\]]*\]", content)
    assert found is not None
    text = b"/ByteRange [" + b" ".join(b"%d" % number for number in numbers) + b"]"
    return content[: found.start()] + text.ljust(len(found[0])) + content[found.end() :]


def value_of(content: bytes) -> tuple[int, int]:
    """Where the value of the signature stands, with its brackets."""
    _, gap, resumes, _ = byte_range(content)
    return gap, resumes


def value_replaced(content: bytes, value: bytes) -> bytes:
    """Another signature in the place of the present one."""
    start, end = value_of(content)
    return content[:start] + b"<" + value.hex().encode().ljust(end - start - 2, b"0") + b">" + content[end:]


def message_changed(content: bytes, change: str) -> bytes:
    """The signature itself with one thing changed."""
    message = cms.ContentInfo.load(message_of(content).dump())
    info = message["content"]["signer_infos"][0]
    if change == "value":
        value = bytearray(info["signature"].native)
        value[40] ^= 1
        info["signature"] = bytes(value)
    elif change == "digest":
        raw = message.dump()
        digest = next(a for a in info["signed_attrs"] if a["type"].native == "message_digest")["values"][0].native
        return value_replaced(content, raw.replace(digest, bytes([digest[0] ^ 1]) + digest[1:]))
    elif change == "two signers":
        message["content"]["signer_infos"] = cms.SignerInfos([info, info.copy()])
    elif change == "no certificate":
        message["content"]["certificates"] = cms.CertificateSet([])
    return value_replaced(content, message.dump(force=True))


def without_signature(content: bytes, key: str) -> bytes:
    """An update in which the signature is no longer there: its value, or all fields."""
    writer = updating(content)
    form = writer.root["/AcroForm"]
    if key == "/V":
        field = form["/Fields"].raw_get(0).get_object()
        del field["/V"]
        writer.update_container(field)
    else:
        form["/Fields"] = generic.ArrayObject()
        writer.update_container(form)
    return updated(writer)


def dictionary_rewritten(content: bytes, key: bytes, other: bytes) -> bytes:
    """A key of the signature's dictionary in other letters, of the same length."""
    assert key in content
    assert len(key) == len(other)
    return content.replace(key, other, 1)
