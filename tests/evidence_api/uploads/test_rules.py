"""Types are read from content; only the listed ones are taken."""

import io
import struct
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from services.evidence_api.uploads.rules import media_type_of
from shared.domain.errors import UnsupportedFile
from shared.domain.file_types import DOCX, EML, HEAD, ODT, PPTX, XLSX, ZIP, PlainText


def zipped(*entries: tuple[str, bytes], stored: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


def word_file() -> bytes:
    target = io.BytesIO()
    Document().save(target)
    return target.getvalue()


def excel_file() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    brands = major + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\0" * 100


MAIL = (
    b"From: an@example.vn\r\nSubject: =?utf-8?b?QsOhbyBjw6Fv?=\r\nDate: Mon, 2 Mar 2026 08:00:00 +0700\r\n"
    b"X-Long: a\r\n b\r\n\r\n<html>\xff\x00"
)
OPC_WITH_LATE_PARTS = zipped(("[Content_Types].xml", b"<Types/>"), ("docProps/thumbnail.jpeg", bytes(range(256)) * 40))


@pytest.mark.parametrize(
    ("content", "filename", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a.pdf", "application/pdf"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.exe", "application/pdf"),
        (b"\xef\xbb\xbf \r\n%PDF-1.4", "a.pdf", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a.jpg", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.png", "image/png"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
        (ftyp(b"heic", b"mif1", b"heic"), "a.heic", "image/heic"),
        (ftyp(b"mif1", b"mif1", b"heic"), "a.heic", "image/heic"),
        (ftyp(b"isom", b"isom", b"avc1"), "a.mp4", "video/mp4"),
        (ftyp(b"mp42"), "a.mp4", "video/mp4"),
        (word_file(), "a", DOCX),
        (excel_file(), "a", XLSX),
        (zipped(("[Content_Types].xml", b"<Types/>"), ("ppt/presentation.xml", b"<p/>")), "a", PPTX),
        (OPC_WITH_LATE_PARTS, "Bao cao.PPTX", PPTX),
        (zipped(("mimetype", ODT.encode()), ("content.xml", b"<c/>"), stored=True), "a.odt", ODT),
        (zipped(("Quyết định.pdf", b"%PDF-1.7"), ("ảnh.jpg", b"\xff\xd8\xff")), "a.zip", ZIP),
        (MAIL, "thu.eml", EML),
        (b"Received: from a by b;\n Mon, 2 Mar 2026\nMIME-Version: 1.0\n" + b"X-Filler: y\n" * 1000, "a", EML),
        ("Subject: Họp giao ban\nĐịa điểm: hội trường\n".encode(), "a.txt", "text/plain"),
        ("Biên bản họp tổ dân phố\n".encode(), "a.txt", "text/plain"),
        ("\ufeffTT,Nhiệm vụ\r\n1,\tLập danh sách\f".encode(), "a.csv", "text/plain"),
        ("Số < 5 và > 3".encode(), "a.txt", "text/plain"),
        ("Biên bản họp".encode("utf-16"), "a.txt", "text/plain"),
        (MAIL.replace(b"X-Long: a\r\n", b"X-OriginatorOrg:example.vn\r\n \r\n"), "thu.eml", EML),
        (("ộ" * HEAD).encode()[:HEAD], "a.txt", "text/plain"),
    ],
)
def test_accepted_content_is_recognised(content: bytes, filename: str, expected: str) -> None:
    assert media_type_of(content[:HEAD], filename) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01\0",
        b"MZ\x90\0\x03\0\0\0",
        b"#!/bin/sh\necho\n",
        b"\xef\xbb\xbf#!/usr/bin/env python3\n",
        b"<!DOCTYPE html><html></html>",
        b"\n  <html><body></body></html>",
        b"Xin chao <SCRIPT>alert(1)</SCRIPT>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<?php echo 1;",
        b"{\\rtf1\\ansi}",
        b"%!PS-Adobe-3.0",
        b"GIF89a\x01\0\x01\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\x1f\x8b\x08\0",
        "tiếng Việt".encode("utf-16-le"),
        "<script>alert(1)</script>".encode("utf-16"),
        "Biên bản\0".encode("utf-16"),
        "tiếng Việt".encode("cp1258", "replace") + b"\xfe\xff",
        b"text with a \0 in it",
        "ộ".encode()[:2],
        ftyp(b"qt  ", b"qt  ", b"mp42"),
        ftyp(b"avif", b"avif", b"mif1"),
        zipped(("hello.txt", b"hello"), ("run.exe", b"MZ")),
        zipped(("META-INF/MANIFEST.MF", b"x")),
        zipped(("ghi chú.txt", b"x"), ("macro.xlsm", b"PK")),
        zipped(("mimetype", b"application/epub+zip"), stored=True),
        zipped(("mimetype", ODT.encode() + b"-template"), stored=True),
        b"PK\x03\x04",
    ],
)
@pytest.mark.parametrize("filename", ["a.pdf", "a.docx", "a.txt", "a"])
def test_other_content_is_refused_whatever_its_name(content: bytes, filename: str) -> None:
    with pytest.raises(UnsupportedFile) as refused:
        media_type_of(content[:HEAD], filename)
    assert refused.value.code == "file-type-refused"
    assert "PDF" in refused.value.detail


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "thành .docx"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (ftyp(b"qt  ", b"qt  "), "thành MP4"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "QuickTime"),
        ("Bien ban hop thon".encode("utf-16-le"), "UTF-16"),
        ("biên bản họp".encode("cp1258", "replace"), "lưu lại với bảng mã UTF-8"),
        (b"\x01\x02\x03\x04", "chuyển tệp sang một trong các loại"),
    ],
)
def test_a_refusal_tells_what_was_recognised_and_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(UnsupportedFile) as refused:
        media_type_of(content, "a")
    assert told in refused.value.detail


def test_a_package_without_early_parts_needs_an_office_name() -> None:
    with pytest.raises(UnsupportedFile):
        media_type_of(OPC_WITH_LATE_PARTS[:HEAD], "bao cao.zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_followed_across_pieces(encoding: str) -> None:
    content = "Quyết định số 12/QĐ-UBND".encode(encoding)
    text = PlainText()
    assert all(text.accepts(content[at : at + 1]) for at in range(len(content)))
    assert text.accepts(b"", final=True)


def test_text_cut_inside_a_letter_is_not_text() -> None:
    text = PlainText()
    assert text.accepts("ộ".encode()[:2])
    assert not text.accepts(b"", final=True)
