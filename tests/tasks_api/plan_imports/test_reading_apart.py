"""Documents are read in a process of its own: the same is read, and what breaks it is a refusal."""

import io
import zipfile
import zlib

import pytest

from services.tasks_api.plan_imports.document_json import document_json
from services.tasks_api.plan_imports.document_told import document_of
from services.tasks_api.plan_imports.documents import Area, DocumentBuilder
from services.tasks_api.plan_imports.reading import read_document
from services.tasks_api.plan_imports.reading_apart import read_apart
from shared.domain import errors
from tests.tasks_api.plan_imports.building import HEADER, Grid, docx_bytes, task, xlsx_bytes
from tests.tasks_api.plan_imports.pdf_building import Sheet, file_of, pdf_bytes

COLUMNS = (40.0, 80.0, 230.0, 330.0, 420.0, 490.0, 560.0)
WORD = docx_bytes("Kế hoạch", Grid([HEADER, task("1"), task("2")], [(1, 3, 2, 3)]))
EXCEL = xlsx_bytes([HEADER, task("1"), task("2")], merged=["D2:D3"])
PDF = pdf_bytes(Sheet().text(60, 60, "Kế hoạch").table(100, COLUMNS, [HEADER, task("1"), task("2")]))
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
)
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


@pytest.mark.parametrize("content", [WORD, EXCEL, PDF], ids=["docx", "xlsx", "pdf"])
async def test_a_document_is_the_same_wherever_it_is_read(content: bytes) -> None:
    assert await read_apart(content, "kế hoạch") == read_document(content, "kế hoạch")


def test_a_document_stays_what_it_is_on_its_way() -> None:
    builder = DocumentBuilder()
    builder.add_paragraph("Kế hoạch", bold=True, page=1)
    builder.hide_table([Area(0, 0, 2, 1, "ẩn")])
    builder.add_table([Area(0, 0, 1, 2, "a"), Area(1, 1, 2, 1, "b")], page=2)
    builder.add_table([Area(0, 0, 1, 1, "a", above=3), Area(0, 1, 1, 1, "c")], page=3, continues=True)
    builder.note("row-may-continue", "Xem lại.", row=0)
    builder.hide_table([])
    document = builder.document()
    assert document_of(document_json(document)) == document


@pytest.mark.parametrize(
    "told",
    [None, [], {"blocks": [{"areas": [{"row": -1}]}], "notes": []}, {"blocks": [], "notes": [], "more": 1}],
)
def test_what_is_told_is_looked_over(told: object) -> None:
    with pytest.raises(ValueError, match="validation error"):
        document_of(told)


def test_a_table_told_larger_than_any_plan_is_refused() -> None:
    area = {"row": 0, "column": 0, "row_span": 10**9, "column_span": 10**9, "text": "x"}
    with pytest.raises(errors.TooLarge):
        document_of({"blocks": [{"areas": [area]}], "notes": []})


def zeros(megabytes: int) -> bytes:
    """A small zlib stream of many zero bytes."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    size = megabytes << 20
    checksum = (size % 65521) << 16 | 1
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + checksum.to_bytes(4, "big")


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (words, len(content), content)


def with_content(content: bytes, words: bytes = b"") -> bytes:
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return file_of([CATALOG, pages, PAGE, stream(content, words), stream(b"/X Do /X Do", form)])


def many_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 1003))
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return file_of([CATALOG, b"<< /Type /Pages /Kids [%s] /Count 1000 >>" % kids, *[leaf] * 1000])


HOSTILE = {
    "a page that is a bomb": (with_content(zeros(1500), b"/Filter /FlateDecode"), {"document-too-complex"}),
    "a form within itself": (with_content(b"/X Do"), {"read", "document-too-complex", "document-unreadable"}),
    "deep brackets": (with_content(b"[" * 100_000), {"read", "document-too-complex", "document-unreadable"}),
    "many pages": (many_pages(), {"document-too-many-pages"}),
    "pages within themselves": (
        file_of([CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000000 >>"]),
        {"document-unreadable", "document-too-complex"},
    ),
    "cut off": (PDF[: len(PDF) // 3], {"document-unreadable"}),
    "a head alone": (b"%PDF-1.7\n", {"document-unreadable"}),
    "a password": (pdf_bytes(Sheet().text(60, 60, "Kế hoạch"), user_password="bí mật"), {"document-encrypted"}),
}


async def outcome(content: bytes) -> str:
    """`read`, or the code of the refusal."""
    try:
        await read_apart(content, "kế hoạch.pdf")
    except errors.DomainError as refusal:
        return refusal.code
    return "read"


@pytest.mark.parametrize(("content", "codes"), HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_pdf_is_refused_or_read_and_harms_nobody(content: bytes, codes: set[str]) -> None:
    assert await outcome(content) in codes


async def test_a_pdf_that_only_its_owner_may_change_is_read() -> None:
    content = pdf_bytes(Sheet().text(60, 60, "Kế hoạch"), user_password="")
    assert (await read_apart(content, "kế hoạch.pdf")).paragraphs[0].text == "Kế hoạch"


def test_entries_that_overlap_or_lie_inside_each_other_expand_no_further_than_declared() -> None:
    """One compressed block listed under many names: each counts in full."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(30 << 20))
    packed = inner.getvalue()
    start = packed.index(b"PK\x01\x02")
    end = packed.index(b"PK\x05\x06")
    entry = packed[start:end]
    names = [b"word/documen%05d"[:12] + b"%05d" % number for number in range(20)]
    directory = entry + b"".join(entry.replace(b"word/document.xml", name) for name in names)
    tail = bytearray(packed[end:])
    tail[8:10] = tail[10:12] = (len(names) + 1).to_bytes(2, "little")
    tail[12:16] = len(directory).to_bytes(4, "little")
    with pytest.raises(errors.TooLarge) as refusal:
        read_document(packed[:start] + directory + bytes(tail), "kế hoạch.docx")
    assert refusal.value.code == "document-expands-too-much"


@pytest.mark.parametrize("name", ["kế hoạch.docx", "kế hoạch.pdf"])
def test_a_pdf_is_a_pdf_and_a_word_file_a_word_file_whatever_the_name(name: str) -> None:
    assert [table.page for table in read_document(PDF, name).tables] == [1]
    assert [table.page for table in read_document(WORD, name).tables] == [None]
