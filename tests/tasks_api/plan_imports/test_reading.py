import io
import random
import re
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports import packages, reading
from services.tasks_api.plan_imports.documents import MAX_CHARACTERS, MAX_ROWS, Area, DocumentBuilder
from services.tasks_api.plan_imports.reading import read_document
from shared.domain import errors
from tests.tasks_api.plan_imports.building import Grid, changed, docx_bytes, xlsx_bytes

WORD = docx_bytes("Kế hoạch", Grid([["STT", "Nhiệm vụ"]]))
EXCEL = xlsx_bytes([["STT", "Nhiệm vụ"]])
DOCUMENT = "word/document.xml"
SHEET = "xl/worksheets/sheet1.xml"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 512


def zip_of(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


def with_declared_size(content: bytes, part: str, size: int) -> bytes:
    """The central directory claims another uncompressed size for the part."""
    data = bytearray(content)
    at = data.rindex(part.encode())
    data[at - 46 + 24 : at - 46 + 28] = size.to_bytes(4, "little")
    return bytes(data)


def with_entities(data: bytes) -> bytes:
    """Billion laughs in front of the root element, and its use in every text."""
    levels = [b'<!ENTITY a0 "ha">']
    levels += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)]
    start = data.index(b"?>") + 2 if data.startswith(b"<?xml") else 0
    return data[:start] + b"<!DOCTYPE x [" + b"".join(levels) + b"]>" + data[start:].replace(b"STT", b"&a9;")


def with_file_entity(data: bytes) -> bytes:
    start = data.index(b"?>") + 2
    doctype = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    return data[:start] + doctype + data[start:].replace(b"STT", b"&f;")


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr(name, data)
    return stream.getvalue()


def outcome(content: bytes) -> str:
    """`read`, or the code of the refusal; anything else that is raised fails the test."""
    try:
        read_document(content, "kế hoạch.docx")
    except errors.DomainError as refusal:
        return refusal.code
    return "read"


@pytest.mark.parametrize("name", ["kế hoạch.docx", "kế hoạch.xlsx", "anh.jpg", ""])
def test_the_content_decides_the_type_whatever_the_name(name: str) -> None:
    assert read_document(WORD, name).paragraphs[0].text == "Kế hoạch"
    assert not read_document(EXCEL, name).paragraphs


@pytest.mark.parametrize(
    ("content", "family", "code"),
    [
        (b"", errors.Invalid, "document-empty"),
        (b"x" * (reading.MAX_FILE_BYTES + 1), errors.TooLarge, "document-too-large"),
        (b"%PDF-1.7 ...", errors.Malformed, "document-unreadable"),
        (b"STT;Nhi\xe1\xbb\x87m v\xe1\xbb\xa5", errors.UnsupportedFile, "document-type-unsupported"),
        (OLE, errors.UnsupportedFile, "document-type-unsupported"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), errors.UnsupportedFile, "document-encrypted"),
        (zip_of(mimetype=b"application/epub+zip"), errors.UnsupportedFile, "document-type-unsupported"),
        (WORD[: len(WORD) // 2], errors.Malformed, "document-unreadable"),
        (EXCEL[:-30], errors.Malformed, "document-unreadable"),
        (b"PK\x03\x04 nothing else", errors.Malformed, "document-unreadable"),
        (changed(WORD, DOCUMENT, lambda data: data[:-40]), errors.Malformed, "document-unreadable"),
        (changed(WORD, DOCUMENT, lambda _: b""), errors.Malformed, "document-unreadable"),
        (changed(WORD, DOCUMENT, lambda _: b"<a/>"), errors.Malformed, "document-unreadable"),
        (changed(EXCEL, SHEET, lambda data: data + b"<"), errors.Malformed, "document-unreadable"),
        (changed(EXCEL, "xl/_rels/workbook.xml.rels", lambda _: b"<a/>"), errors.Malformed, "document-unreadable"),
        (changed(WORD, DOCUMENT, with_entities), errors.Malformed, "document-unreadable"),
        (changed(WORD, DOCUMENT, with_file_entity), errors.Malformed, "document-unreadable"),
        (changed(EXCEL, SHEET, with_entities), errors.Malformed, "document-unreadable"),
        (changed(EXCEL, "xl/styles.xml", with_entities), errors.Malformed, "document-unreadable"),
        (with_declared_size(WORD, DOCUMENT, 250 * packages.MIB), errors.TooLarge, "document-expands-too-much"),
        (with_declared_size(WORD, DOCUMENT, 40 * packages.MIB), errors.TooLarge, "document-expands-too-much"),
        (with_declared_size(WORD, DOCUMENT, 100), errors.Malformed, "document-unreadable"),
        (
            changed(WORD, DOCUMENT, lambda data: data + b" " * (20 * packages.MIB)),
            errors.TooLarge,
            "document-expands-too-much",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    content: bytes, family: type[errors.DomainError], code: str
) -> None:
    with pytest.raises(family) as refusal:
        read_document(content, "kế hoạch.docx")
    assert refusal.value.code == code
    assert refusal.value.detail.endswith(".")


def test_a_part_too_large_for_memory_is_refused_even_in_a_large_file() -> None:
    content = changed(WORD, "docProps/thumbnail.jpeg", lambda _: random.Random(1).randbytes(packages.MIB))
    with pytest.raises(errors.TooLarge) as refusal:
        read_document(with_declared_size(content, DOCUMENT, packages.MAX_PART_BYTES + 1), "kế hoạch.docx")
    assert refusal.value.code == "document-expands-too-much"


def test_a_zip_with_a_password_says_so() -> None:
    content = bytearray(WORD)
    at = content.rindex(b"word/document.xml")
    content[at - 46 + 8] |= 1
    with pytest.raises(errors.UnsupportedFile) as refusal:
        read_document(bytes(content), "kế hoạch.docx")
    assert refusal.value.code == "document-encrypted"


def test_an_old_file_is_told_how_to_become_readable() -> None:
    with pytest.raises(errors.UnsupportedFile, match=r"\.doc, \.xls.*lưu thành \.docx hoặc \.xlsx"):
        read_document(OLE, "kế hoạch.doc")


@pytest.mark.parametrize("original", [WORD, EXCEL])
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused_but_never_break(original: bytes, data: st.DataObject) -> None:
    content = bytearray(original)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(content)).startswith(("read", "document-", "table-"))


@pytest.mark.parametrize(
    ("original", "part"), [(WORD, DOCUMENT), (EXCEL, SHEET), (EXCEL, "xl/styles.xml"), (EXCEL, "xl/workbook.xml")]
)
@given(data=st.data())
def test_a_part_with_other_numbers_in_it_is_read_or_refused(original: bytes, part: str, data: st.DataObject) -> None:
    def with_other_numbers(text: bytes) -> bytes:
        return re.sub(rb"[0-9]+", lambda _: str(data.draw(st.integers(-3, 10**12))).encode(), text)

    content = changed(original, part, lambda text: text[:50] + with_other_numbers(text[50:]))
    assert outcome(content).startswith(("read", "document-", "table-"))


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (
            SHEET,
            lambda data: data.replace(
                b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            ),
        ),
        (SHEET, lambda data: data.replace(b'r="A1"', b'r="XFD1048576"').replace(b'<row r="1"', b'<row r="1048576"')),
    ],
    ids=["a merged range over the whole sheet", "one cell in the far corner"],
)
def test_a_few_bytes_cannot_claim_a_huge_table(part: str, change: Callable[[bytes], bytes]) -> None:
    assert outcome(changed(EXCEL, part, change)) in {"read", "table-too-large"}


@pytest.mark.parametrize("reference", ["", "A", "A1:", "1:2", "A:B", "ZZZZ1:A2"])
def test_a_merged_range_that_is_none_is_refused(reference: str) -> None:
    merge = f'</sheetData><mergeCells><mergeCell ref="{reference}"/></mergeCells>'.encode()
    content = changed(EXCEL, SHEET, lambda data: data.replace(b"</sheetData>", merge))
    with pytest.raises(errors.Malformed) as refusal:
        read_document(content, "bảng.xlsx")
    assert refusal.value.code == "document-unreadable"


def test_many_overlapping_merged_ranges_are_refused_before_they_are_filled() -> None:
    content = xlsx_bytes([["x"] * 100 for _ in range(200)])
    merges = b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:CV200"/>' * 1000 + b"</mergeCells>"
    content = changed(content, SHEET, lambda data: data.replace(b"</sheetData>", merges))
    with pytest.raises(errors.TooLarge) as refusal:
        read_document(content, "bảng.xlsx")
    assert refusal.value.code == "table-too-large"


def test_a_word_table_cannot_claim_a_million_columns() -> None:
    span = b'<w:tcPr><w:gridSpan w:val="999999"/>'
    content = changed(WORD, DOCUMENT, lambda data: data.replace(b"<w:tcPr>", span))
    with pytest.raises(errors.Malformed) as refusal:
        read_document(content, "kế hoạch.docx")
    assert refusal.value.code == "document-unreadable"


@pytest.mark.parametrize(
    ("areas", "code"),
    [
        ([Area(0, 0, 1, 1, "x" * (MAX_CHARACTERS + 1))], "document-too-long"),
        ([Area(0, 0, 1000, 10, "x" * 1000)], "document-too-long"),
        ([Area(MAX_ROWS, 0, 1, 1, "x")], "table-too-large"),
        ([Area(0, 0, 1000, 1000, "")], "table-too-large"),
    ],
    ids=["long text", "text repeated in a merged cell", "many rows", "many squares"],
)
def test_a_document_larger_than_any_plan_is_refused(areas: list[Area], code: str) -> None:
    with pytest.raises(errors.TooLarge) as refusal:
        DocumentBuilder().add_table(areas)
    assert refusal.value.code == code


def test_the_limits_hold_for_all_tables_together() -> None:
    builder = DocumentBuilder()
    builder.add_table([Area(0, 0, 1000, 250, "")])
    with pytest.raises(errors.TooLarge) as refusal:
        builder.add_table([Area(0, 0, 1000, 250, "")])
    assert refusal.value.code == "table-too-large"


@pytest.mark.parametrize(
    ("content", "part"), [(WORD, "word/vbaProject.bin"), (EXCEL, "xl/vbaProject.bin")], ids=["docm", "xlsm"]
)
def test_a_file_with_macros_is_read_and_says_so(content: bytes, part: str) -> None:
    document = read_document(with_part(content, part, b"Sub AutoOpen()"), "kế hoạch.docm")
    assert [note.code for note in document.notes] == ["document-has-macros"]
    assert document.blocks == read_document(content, "").blocks


def test_a_word_file_of_pictures_alone_says_what_to_do() -> None:
    def with_picture(data: bytes) -> bytes:
        picture = b'<w:p><w:r><w:drawing><a:blip xmlns:a="a"/></w:drawing></w:r></w:p>'
        return data[: data.index(b"<w:body>") + 8] + picture + data[data.index(b"<w:sectPr") :]

    with pytest.raises(errors.Invalid) as refusal:
        read_document(changed(docx_bytes(), DOCUMENT, with_picture), "kế hoạch.docx")
    assert refusal.value.code == "document-needs-ocr"
    assert not read_document(docx_bytes(), "trống.docx").blocks
