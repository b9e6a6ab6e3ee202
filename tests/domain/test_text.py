import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text import fold, nfc, squeeze


def test_nfc_composes_marks_typed_apart() -> None:
    assert nfc(unicodedata.normalize("NFD", "Nghị quyết")) == "Nghị quyết"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Sở\u00a0Nội \t\n vụ ", "Sở Nội vụ"),
        ("Sở\u200b Nội\u2060 vụ\ufeff", "Sở Nội vụ"),
        ("Quy\u00adết", "Quyết"),
        ("\u202eUBND\u202c", "UBND"),
        ("a\u200d\u0301", "á"),
        ("\u3000\u2003", ""),
        ("", ""),
    ],
)
def test_squeeze_keeps_what_a_reader_sees(typed: str, read: str) -> None:
    assert squeeze(typed) == read


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        ("HOA", "hoa"),
        ("Đồng Nai", "dong nai"),
        ("Ðồng Nai", "dong nai"),
        ("ẮẶỘỮỴ ăâêôơư", "aaouy aaeoou"),
        ("Kế   hoạch 57/KH-UBND", "ke hoach 57/kh-ubnd"),
        (unicodedata.normalize("NFD", "Trường học"), "truong hoc"),
    ],
)
def test_fold_gives_one_key_for_every_way_of_typing(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_squeeze_and_fold_change_nothing_the_second_time(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_fold_does_not_depend_on_the_normal_form_of_its_input(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
