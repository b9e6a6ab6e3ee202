"""Archives, documents and messages as clerks send them: nothing about them is refused, and nothing told."""

import unicodedata
from collections.abc import Callable

from tests.alerts_worker.evidence_checks.compounds import compound
from tests.alerts_worker.evidence_checks.evil_offices import SHARE, relation
from tests.alerts_worker.evidence_checks.making import (
    add_to_zip,
    excel_file,
    film,
    mail,
    open_document,
    pdf,
    picture,
    slides,
    word_file,
    zipped,
)

Make = Callable[[], bytes]
REPORT = "Báo cáo.docx"


def related(kind: str, target: str, make: Make = word_file) -> bytes:
    return add_to_zip(make(), ("word/_rels/footer9.xml.rels", relation(kind, target).encode()))


def exchanged(old: bytes, new: bytes) -> bytes:
    """A message as Exchange writes them."""
    head = b"Received: from a (10.0.0.1) by b\r\n (10.0.0.2); Fri, 20 Nov 2026 09:00:00 +0700\r\nThread-Topic: x\r\n"
    return (head + mail(("a.pdf", pdf("x"))).replace(b"\n", b"\r\n")).replace(old, new)


HARMLESS: dict[str, tuple[str, Make]] = {
    "zip from a Mac": (
        "a.zip",
        lambda: zipped(
            (unicodedata.normalize("NFD", REPORT), word_file()),
            (f"__MACOSX/._{REPORT}", b"\0\5\x16\7" + b"\0" * 80),
            (".DS_Store", b"\0\0\0\1Bud1"),
        ),
    ),
    "zip while Word was open": (
        "a.zip",
        lambda: zipped((f"Hồ sơ/{REPORT}", word_file()), ("Hồ sơ/~$o cáo.docx", b"\x08An" + b"\0" * 150)),
    ),
    "zip from Windows": (
        "a.zip",
        lambda: zipped(
            ("ảnh/", b""),
            ("ảnh/1.JPG", picture()),
            ("ảnh/Thumbs.db", compound(("1", b"a"))),
            ("ảnh/desktop.ini", "[.ShellClassInfo]\r\n".encode("utf-16")),
        ),
    ),
    "zip with text from Excel": ("a.zip", lambda: zipped(("a.txt", "Biên bản\t1\n".encode("utf-16")))),
    "zip with a name copied from Explorer": ("a.zip", lambda: zipped((f"Hồ sơ\u200e/{REPORT}", word_file()))),
    "zip of papers that are not packed": ("a.zip", lambda: zipped(("a.pdf", pdf("x")), stored=True)),
    "zip with a message": ("a.zip", lambda: zipped(("thư.eml", mail(("a.pdf", pdf("x")), (REPORT, word_file()))))),
    "docx with a chart's book": ("a.docx", lambda: add_to_zip(word_file(), ("word/embeddings/a.xlsx", excel_file()))),
    "docx with an equation": (
        "a.docx",
        lambda: add_to_zip(word_file(), ("word/embeddings/oleObject1.bin", compound(("Equation Native", b"a")))),
    ),
    "docx with a book in an object": (
        "a.docx",
        lambda: add_to_zip(word_file(), ("word/embeddings/oleObject1.bin", compound(("Package", excel_file())))),
    ),
    "docx with an old book": (
        "a.docx",
        lambda: add_to_zip(
            word_file(), ("word/embeddings/a.xls", compound(("Workbook", b"\x09\x08\2\0\0\6\x0a\0\0\0")))
        ),
    ),
    "docx of its author's own template": (
        "a.docx",
        lambda: related("attachedTemplate", "file:///C:\\Users\\An\\AppData\\Roaming\\Microsoft\\Templates\\a.dotx"),
    ),
    "docx with a link to a port": ("a.docx", lambda: related("hyperlink", "www.example.vn:8080/a")),
    "docx with links": ("a.docx", lambda: related("hyperlink", "https://chinhphu.vn")),
    "docx pasted from Outlook": ("a.docx", lambda: related("image", "cid:image001.png@01DA")),
    "xlsx that remembers another book": ("a.xlsx", lambda: related("externalLinkPath", "Kehoach2025.xlsx", excel_file)),
    "xlsx that remembers a book on a share": (
        "a.xlsx",
        lambda: related("externalLinkPath", f"{SHARE}.xlsx", excel_file),
    ),
    "xlsx with formulas": (
        "a.xlsx",
        lambda: excel_file((1, "=SUM(A1:A9)", '=IF(A1>1,"a|b",0)', "='Quý 1|2'!A1", "=VLOOKUP(A1,[1]Sheet1!A:B,2,0)")),
    ),
    "xlsx with a printer's settings": (
        "a.xlsx",
        lambda: add_to_zip(excel_file(), ("xl/printerSettings/printerSettings1.bin", b"\0\1\2" * 300)),
    ),
    "pptx with a film": ("a.pptx", lambda: add_to_zip(slides("x"), ("ppt/media/media1.mp4", film(200_000)))),
    "odt as LibreOffice writes it": (
        "a.odt",
        lambda: add_to_zip(
            open_document("x"),
            ("Configurations2/accelerator/current.xml", b""),
            ("Thumbnails/thumbnail.png", picture("PNG")),
            ("ObjectReplacements/Object 1", b"\1\0\0\0" + b"\7" * 50),
        ),
    ),
    "message of Exchange": (
        "a.eml",
        lambda: exchanged(b"Thread-Topic: x\r\n", b"X-OriginatorOrg:dongnai.gov.vn\r\n \r\nThread-Topic: x\r\n"),
    ),
    "message with a picture of its writer's disk": (
        "a.eml",
        lambda: (
            mail(text="x").replace(b"text/plain", b"text/html").replace(b"\nx", b'\n<img src="file:///C:/Users/a.png">')
        ),
    ),
    "message with a signature's picture": (
        "a.eml",
        lambda: mail(("logo.gif", b"GIF89a" + b"\0" * 9), ("a.ics", b"BEGIN:")),
    ),
    "text from Notepad": ("a.txt", lambda: "Biên bản họp".encode("utf-16")),
    "table of letters": ("a.csv", "\ufeffID;Phường;Số\n1;Trảng Dài;-5\n- a|b\n".encode),
}
