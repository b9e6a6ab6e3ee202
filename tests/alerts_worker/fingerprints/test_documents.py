"""A document is its number and its issuer, however they were typed."""

import pytest

from services.alerts_worker.evidence_checks.fingerprints.documents import key_of


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("57/KH-UBND", "Ủy ban nhân dân phường Bình Minh"),
        ("Số: 57 / KH-UBND", "UBND phường Bình Minh"),
        ("số 57/kh-ubnd", "UBND P. Bình Minh"),
        ("Kế hoạch số 57/KH-UBND ngày 12/3/2026", "Chủ tịch UBND phường Bình Minh"),
        ("57-KH/UBND.", "UBND P.Bình Minh"),
        ("057/KH–UBND", "uỷ ban nhân dân  PHƯỜNG BÌNH MINH"),
    ],
)
def test_spellings_of_one_document(number: str, issuer: str) -> None:
    assert key_of(number, issuer, 2026) == key_of("57/KH-UBND", "Ủy ban nhân dân phường Bình Minh", 2026)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sở Nội vụ tỉnh Đồng Nai", "UBND TỈNH ĐỒNG NAI SỞ NỘI VỤ"),
        ("Phòng Văn hóa và Xã hội phường Bình Minh", "ỦY BAN NHÂN DÂN PHƯỜNG BÌNH MINH PHÒNG VĂN HÓA - XÃ HỘI"),
        ("UBND phường Bình Minh, tỉnh Vĩnh Long", "UBND TỈNH VĨNH LONG UBND PHƯỜNG BÌNH MINH"),
    ],
)
def test_a_body_is_named_in_a_sentence_and_in_a_letterhead(one: str, other: str) -> None:
    assert key_of("57/BC", one, 2026) == key_of("57/BC", other, 2026)


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("58/KH-UBND", "UBND phường Bình Minh"),
        ("57/QĐ-UBND", "UBND phường Bình Minh"),
        ("157/KH-UBND", "UBND phường Bình Minh"),
        ("57/KH-UBND", "UBND xã Bình Minh"),
        ("57/KH-UBND", "UBND phường Minh Bình"),
        ("57/KH-UBND", "Phòng Kinh tế phường Bình Minh"),
        ("57/KH-UBND", "HĐND phường Bình Minh"),
    ],
)
def test_other_documents(number: str, issuer: str) -> None:
    assert key_of(number, issuer, 2026) != key_of("57/KH-UBND", "UBND phường Bình Minh", 2026)


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("/KH-UBND", "UBND phường"),
        ("57/KH", ""),
        (None, "UBND"),
        ("57/KH", None),
        ("Số:", "UBND"),
        ("Số: /KH-UBND ngày 12/3/2026", "UBND"),
    ],
)
def test_without_a_number_or_an_issuer_there_is_no_document(number: str | None, issuer: str | None) -> None:
    assert key_of(number, issuer, 2026) is None
