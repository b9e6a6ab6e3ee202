"""Names are made safe without becoming unreadable."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence_api.uploads.filenames import LONGEST, clean_filename, name_as
from shared.domain.errors import Invalid
from shared.domain.file_types import EXTENSIONS


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Quyết định 12.pdf", "Quyết định 12.pdf"),
        (unicodedata.normalize("NFD", "Quyết định.pdf"), "Quyết định.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\Báo cáo.docx", "Báo cáo.docx"),
        ("/srv/a/b.png", "b.png"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("a\x00b\x1b.pdf", "ab.pdf"),
        ("bao_cao\u202efdp.exe", "bao_caofdp.exe"),
        ("  nhiều   khoảng trắng .pdf ", "nhiều khoảng trắng .pdf"),
        (".htaccess", "htaccess"),
        ("tên. . .", "tên"),
    ],
)
def test_a_name_keeps_only_its_last_part_and_what_can_be_read(name: str, clean: str) -> None:
    assert clean_filename(name) == clean


@pytest.mark.parametrize("name", ["", " ", "..", "a/", "\\", "\x00\x01", "\u200b"])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_filename(name)
    assert refused.value.code == "filename-invalid"


def test_a_long_name_keeps_its_extension_and_whole_letters() -> None:
    name = clean_filename("ộ" * 300 + ".pdf")
    assert name == "ộ" * 83 + ".pdf"
    assert len(name.encode()) == 253


def test_an_endless_extension_is_cut_too() -> None:
    assert clean_filename("a." + "b" * 400) == "a." + "b" * 253


@pytest.mark.parametrize(
    ("name", "media_type", "kept"),
    [
        ("a.PDF", "application/pdf", "a.PDF"),
        ("ảnh.HEIC", "image/jpeg", "ảnh.HEIC.jpg"),
        ("ảnh.jpeg", "image/jpeg", "ảnh.jpeg"),
        ("run.bat", "text/plain", "run.bat.txt"),
        ("số liệu.csv", "text/plain", "số liệu.csv"),
        ("x.hta", "application/pdf", "x.hta.pdf"),
        ("ghi chú", "text/plain", "ghi chú.txt"),
        ("b" * 255, "image/png", "b" * 251 + ".png"),
    ],
)
def test_a_name_ends_in_an_extension_of_its_type(name: str, media_type: str, kept: str) -> None:
    assert name_as(name, media_type) == kept


@given(st.text(max_size=600), st.sampled_from(sorted(EXTENSIONS)))
def test_every_name_that_passes_is_safe(name: str, media_type: str) -> None:
    try:
        clean = clean_filename(name)
    except Invalid:
        return
    assert clean_filename(clean) == clean
    kept = name_as(clean, media_type)
    assert 0 < len(kept.encode()) <= LONGEST
    assert not set(kept) & set("/\\")
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in kept)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept.lower().endswith(EXTENSIONS[media_type])
