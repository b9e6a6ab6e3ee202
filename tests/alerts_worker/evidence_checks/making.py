"""Harmless files of every type that is taken, made by the libraries that offices use, to be told apart or spoilt."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from html import escape

from docx import Document
from openpyxl import Workbook
from PIL import Image
from pillow_heif import register_heif_opener
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from shared.domain.file_types import ODT

register_heif_opener()

Entry = tuple[str, bytes]


def zipped(*entries: Entry, stored: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


def add_to_zip(content: bytes, *entries: Entry) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, added in entries:
            archive.writestr(name, added)
    return target.getvalue()


def replace_in_zip(content: bytes, name: str, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [(each, new if each == name else archive.read(each)) for each in archive.namelist()]
    return zipped(*entries, stored=entries[0][0] == "mimetype")


def word_file(*lines: str) -> bytes:
    document = Document()
    for line in lines or ("Biên bản họp",):
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def excel_file(*rows: Sequence[object]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows or (("TT", "Nhiệm vụ"), (1, "Lập danh sách")):
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def excel_file_elsewhere(*rows: Sequence[object]) -> bytes:
    """As Excel and others write it: cells name words by their places, numbers have 17 digits, names a prefix."""
    strings: dict[str, int] = {}

    def cell(value: object) -> str:
        if value is None:
            return "<x:c/>"
        if isinstance(value, str):
            return f'<x:c t="s"><x:v>{strings.setdefault(value, len(strings))}</x:v></x:c>'
        return f"<x:c><x:v>{value:.17g}</x:v></x:c>"

    sheet = "".join(f"<x:row>{''.join(map(cell, row))}</x:row>" for row in rows)
    words = "".join(
        f'<x:si><x:t>{escape(each)}</x:t><x:rPh sb="0" eb="1"><x:t>đọc</x:t></x:rPh></x:si>' for each in strings
    )
    return zipped(
        ("[Content_Types].xml", b'<Types xmlns="t"/>'),
        ("xl/workbook.xml", b"<x/>"),
        ("xl/sharedStrings.xml", f'<x:sst xmlns:x="x">{words}</x:sst>'.encode()),
        ("xl/worksheets/sheet1.xml", f'<x:worksheet xmlns:x="x">{sheet}</x:worksheet>'.encode()),
    )


def slides(*lines: str) -> bytes:
    """The parts that make a presentation, and no more."""
    words = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    slide = f'<p:sld xmlns:p="p" xmlns:a="a">{words}</p:sld>'
    return zipped(
        ("[Content_Types].xml", b'<Types xmlns="t"/>'),
        ("ppt/presentation.xml", b"<p/>"),
        ("ppt/slides/slide1.xml", slide.encode()),
    )


def open_document(*lines: str) -> bytes:
    words = "".join(f"<text:p>{line}</text:p>" for line in lines)
    body = f'<office:document-content xmlns:office="o" xmlns:text="t">{words}</office:document-content>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODT.encode())
        archive.writestr("content.xml", body)
    return target.getvalue()


def mail(*attachments: tuple[str, bytes], text: str = "Kính gửi anh chị") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "an@example.vn", "binh@example.vn"
    message["Subject"], message["Date"] = "Gửi báo cáo tháng 3", "Mon, 02 Mar 2026 08:00:00 +0700"
    message.set_content(text)
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), **options: object) -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(target, kind, **options)
    return target.getvalue()


def pdf(
    *lines: str,
    streams: Sequence[tuple[bytes, bytes]] = (),
    more: Sequence[bytes] = (),
    extra: bytes = b"",
    size: str = "595 842",
) -> bytes:
    """One page with ASCII lines. `streams` are further ones, each the entries of its dictionary and its bytes, and
    `more` further objects, from 6 on; `extra` goes into the catalog.
    """
    words = b"BT /F1 12 Tf 50 780 Td 16 TL " + b" ".join(b"(%s) Tj T*" % line.encode() for line in lines) + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >>"
        b" /XObject << /X0 6 0 R >> >> >>" % size.encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    objects += [b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data) for entries, data in streams]
    return pdf_of([*objects, *more])


def acting(action: bytes) -> bytes:
    """One page, and what is done when it opens."""
    return pdf("x", extra=b"/OpenAction " + action)


def attaching(name: str, content: bytes) -> bytes:
    """One page with another file, packed."""
    spec = b"<< /Type /Filespec /F (%s) /EF << /F 6 0 R >> >>" % name.encode()
    stream = (b"/Type /EmbeddedFile /Filter /FlateDecode", zlib.compress(content))
    return pdf("x", streams=[stream], extra=b"/Names << /EmbeddedFiles << /Names [(a) %s] >> >>" % spec)


def packed_objects(extra: bytes, *streams: tuple[bytes, bytes], page: bytes = b"") -> bytes:
    """As programs write it since 2003: the objects lie packed in 6, their table in 7; `streams` follow from 8 on.
    `extra` goes into the catalog, `page` into that.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % page,
    ]
    places = [sum(len(each) + 1 for each in objects[:number]) for number in range(len(objects))]
    head = b"".join(b"%d %d " % (number, place) for number, place in enumerate(places, 1))
    holder = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(objects), len(head))
    packed = {6: (holder, zlib.compress(head + b"\n".join(objects)))} | dict(enumerate(streams, 8))
    content, rows = b"%PDF-1.7\n", {number: b"\2" + (6).to_bytes(4) + bytes([number - 1]) for number in (1, 2, 3)}
    for number, (entries, data) in packed.items():
        rows[number] = b"\1" + len(content).to_bytes(4) + b"\0"
        stream = b"%d 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        content += stream % (number, entries, len(data), data)
    rows[7], size = b"\1" + len(content).to_bytes(4) + b"\0", 8 + len(streams)
    table = b"".join(rows.get(number, b"\0" * 6) for number in range(size))
    about = b"7 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
    return content + about % (size, len(table), table) + b"startxref\n%d\n%%%%EOF\n" % len(content)


def locked(content: bytes, *, opens_with: str = "") -> bytes:
    """With a password of its owner, and one to open it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(content), strict=False))
    writer.encrypt(owner_pass="chu", user_pass=opens_with)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def scanned(pages: int, width: int = 2480, height: int = 3508) -> bytes:
    """Pages of A4 at 300 dpi in colour, unsharpened and lossless as office scanners write them."""
    row = bytes(range(256)) * (3 * width // 256 + 1)
    data = zlib.compress(b"".join(row[each % 97 :][: 3 * width] for each in range(height)), 1)
    about = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode"
    picture = (about + b" /Width %d /Height %d" % (width, height), data)
    return pdf("x", streams=[picture] * pages)


def noted(*notes: tuple[str, bytes]) -> bytes:
    """What Samsung's phones write behind a photo, as their readers know it."""
    blocks = [b"\0\0\1\x0a" + struct.pack("<I", len(name)) + name.encode() + value for name, value in notes]
    table, left = b"", sum(map(len, blocks))
    for block in blocks:
        table += b"\0\0\1\x0a" + struct.pack("<II", left, len(block))
        left -= len(block)
    table = b"SEFH" + struct.pack("<II", 106, len(blocks)) + table
    return b"".join(blocks) + table + struct.pack("<I", len(table)) + b"SEFT"


def moving_photo() -> bytes:
    """A photo with the film of its moment, as Google's phones write it."""
    return picture(xmp=b'<x:xmpmeta><rdf:Description GCamera:MotionPhoto="1"/></x:xmpmeta>') + film()


def photo_with_another() -> bytes:
    """With a gain map for bright screens behind it, as the index of its segments says."""
    target = io.BytesIO()
    small = Image.new("RGB", (80, 60))
    Image.new("RGB", (320, 240)).save(target, "MPO", save_all=True, append_images=[small])
    return target.getvalue()


def pdf_of(objects: Sequence[bytes]) -> bytes:
    """A file of numbered objects, of which the first is the catalog."""
    content, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return content + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def deflated(size: int, fill: bytes = b"\0") -> bytes:
    """So many bytes, packed as well as they can be, without ever being there."""
    packer = zlib.compressobj(9)
    block = fill * (1 << 20)
    packed = [packer.compress(block) for _ in range(size >> 20)]
    return b"".join([*packed, packer.flush()])


def chunk(kind: bytes, data: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_in_passes(rows: int = 79) -> bytes:
    """Eight dots by eight, grey, interlaced: seven passes of together 79 bytes."""
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


def boxes(*parts: tuple[bytes, bytes]) -> bytes:
    return b"".join((len(body) + 8).to_bytes(4) + kind + body for kind, body in parts)


def film(size: int = 1000) -> bytes:
    return boxes((b"ftyp", b"isom\0\0\2\0isomiso2"), (b"moov", b"\0" * 100), (b"mdat", b"\0" * size))


HARMLESS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("a.pdf", lambda: pdf("Bien ban hop")),
    "pdf with a line before it": ("a.pdf", lambda: b"\r\n" + pdf("x")),
    "pdf with packed objects": ("a.pdf", lambda: packed_objects(b"/PageMode /UseNone")),
    "pdf with links": ("a.pdf", lambda: acting(b"<< /S /GoTo /D [3 0 R /Fit] >>").replace(b"(x)", b"(/JS /AA)")),
    "pdf of 21 pages of lossless scans": ("a.pdf", lambda: scanned(21)),
    "pdf with an empty list of scripts": ("a.pdf", lambda: pdf("x", extra=b"/Names << /JavaScript << /Names [] >> >>")),
    "pdf with bytes that say anything": (
        "a.pdf",
        lambda: pdf("x", streams=[(b"/Subtype /Image /Width 9 /Height 9 /Filter /DCTDecode", b"/JS /AA /EF /XFA")]),
    ),
    "photo with another behind it": ("a.jpg", photo_with_another),
    "photo that moves": ("a.jpg", moving_photo),
    "photo with notes of its maker": ("a.jpg", lambda: picture() + noted(("Image_UTC_Data", b"1763604611000"))),
    "photo that moves, by its notes": (
        "a.jpg",
        lambda: picture() + noted(("Image_UTC_Data", b"17636046"), ("MotionPhoto_Data", film())),
    ),
    "png in passes": ("a.png", png_in_passes),
    "docx": ("a.docx", word_file),
    "xlsx": ("a.xlsx", excel_file),
    "pptx": ("a.pptx", lambda: slides("Kết quả quý I")),
    "odt": ("a.odt", lambda: open_document("Biên bản")),
    "jpeg": ("a.jpg", picture),
    "png": ("a.png", lambda: picture("PNG")),
    "webp": ("a.webp", lambda: picture("WEBP")),
    "heic": ("a.heic", lambda: picture("HEIF")),
    "mp4": ("a.mp4", film),
    "message": ("a.eml", lambda: mail(("quyết định.pdf", pdf("x")))),
    "text": ("a.txt", "Biên bản họp tổ dân phố\n".encode),
    "zip": ("a.zip", lambda: zipped(("Quyết định.pdf", pdf("x")), ("1.jpg", picture()), ("a.docx", word_file()))),
    "docx in a docx": ("a.docx", lambda: add_to_zip(word_file(), ("word/embeddings/a.docx", word_file()))),
}
"""One of each type, and what people do with them."""
