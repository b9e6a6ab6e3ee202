"""Whose name a certificate bears, among the organizations expected, on a day."""

from datetime import date

import pytest

from services.alerts_worker.evidence_checks.signatures.facts import Subject
from services.alerts_worker.evidence_checks.signatures.matching import (
    Body,
    Comparison,
    Name,
    Role,
    body_key,
    match_signer,
)

ON = date(2026, 7, 3)
PROVINCE_NAMES = ("Thành phố Đồng Nai", "Tỉnh Đồng Nai", "Tỉnh Bình Phước")
WARD = Body(
    "ward",
    "H19.26041",
    Role.SUBMITTER,
    (Name("Phường Trảng Dài", since=date(2025, 7, 1)), Name("Phường Bửu Long", until=date(2025, 6, 30))),
    ("000.00.41.H19",),
    ("trangdai.dongnai.gov.vn",),
    PROVINCE_NAMES,
    is_territory=True,
)
OFFICE = Body(
    "office",
    "H19.26041.2",
    Role.SUBMITTER,
    (Name("Phòng Văn hóa - Xã hội"),),
    superiors=("Phường Trảng Dài", *PROVINCE_NAMES),
)
DEPARTMENT = Body("department", "H19.28", Role.ISSUER, (Name("Sở Nội vụ"),), superiors=PROVINCE_NAMES)
PROVINCE = Body("province", "H19", Role.ISSUER, tuple(Name(name) for name in PROVINCE_NAMES[:2]), is_territory=True)


def subject(
    cn: str = "Nguyễn Thị Ánh Tuyết", *, o: str = "", ou: tuple[str, ...] = (), place: str = "", **more: tuple[str, ...]
) -> Subject:
    return Subject((cn,), (o,) if o else (), ou, (place,) if place else (), **more)


@pytest.mark.parametrize(
    ("signer", "body"),
    [
        (subject("UBND PHƯỜNG TRẢNG DÀI", o="UBND TỈNH ĐỒNG NAI"), WARD),
        (subject("Ủy ban nhân dân phường Trảng Dài"), WARD),
        (subject("UBND P. Trảng Dài", place="Đồng Nai"), WARD),
        (subject("PHUONG TRANG DAI"), WARD),
        (subject(o="UBND thành phố Đồng Nai", ou=("UBND phường Trảng Dài", "Lãnh đạo UBND")), WARD),
        (subject(o="UBND PHƯỜNG TRẢNG DÀI", ou=("Phòng Văn hóa - Xã hội",)), WARD),
        (subject("Đoàn Phương Mai", o="UBND phường Trảng Dài"), WARD),
        (subject("Phương Thị Xa", ou=("UBND phường Trảng Dài, tỉnh Đồng Nai",)), WARD),
        (subject("Ai đó", identifiers=("MST:123 H19.26041",)), WARD),
        (subject("Ai đó", identifiers=("000.00.41.H19",)), WARD),
        (subject(o="UBND phường Trảng Dài", ou=("Phòng VH-XH",)), OFFICE),
        (subject("Phòng Văn hoá và Xã hội phường Trảng Dài"), OFFICE),
        (subject("SỞ NỘI VỤ", o="UBND TỈNH ĐỒNG NAI"), DEPARTMENT),
        (subject("Sở Nội vụ tỉnh Đồng Nai"), DEPARTMENT),
        (subject("Sở Nội vụ", place="Đồng Nai"), DEPARTMENT),
        (subject(o="UBND TỈNH ĐỒNG NAI", ou=("Văn phòng",)), PROVINCE),
    ],
)
def test_the_same_body_in_other_words(signer: Subject, body: Body) -> None:
    match = match_signer(signer, [body], ON)
    assert (match.body_id, match.role) == (body.id, body.role)
    assert match.in_use


@pytest.mark.parametrize(
    ("signer", "body"),
    [
        (subject("UBND PHƯỜNG TÂN TRIỀU", o="UBND TỈNH ĐỒNG NAI"), WARD),
        (subject("UBND PHƯỜNG TRẢNG DÀI", o="UBND TỈNH CÀ MAU"), WARD),
        (subject("Phường Trảng Dài", states=("Cà Mau",)), WARD),
        (subject("HĐND phường Trảng Dài", o="UBND tỉnh Đồng Nai"), WARD),
        (subject("Đảng ủy phường Trảng Dài"), WARD),
        (subject(o="UBND phường Trảng Dài", ou=("Trường THCS Trảng Dài",)), WARD),
        (subject("Phòng Văn hóa - Xã hội"), OFFICE),
        (subject("Phòng Văn hóa - Xã hội", o="UBND tỉnh Đồng Nai", ou=("UBND phường Tân Triều",)), OFFICE),
        (subject("SỞ TÀI CHÍNH", o="UBND TỈNH ĐỒNG NAI"), DEPARTMENT),
        (subject("SỞ NỘI VỤ", o="UBND TỈNH CÀ MAU"), DEPARTMENT),
        (subject(o="UBND TỈNH ĐỒNG NAI", ou=("UBND PHƯỜNG TRẢNG DÀI",)), PROVINCE),
        (subject("SỞ NỘI VỤ", o="UBND TỈNH ĐỒNG NAI"), PROVINCE),
        (subject("Nguyễn Văn A"), WARD),
        (Subject(), WARD),
    ],
)
def test_another_body(signer: Subject, body: Body) -> None:
    assert match_signer(signer, [body], ON).body_id is None


@pytest.mark.parametrize(
    ("on", "name", "in_use"),
    [
        (date(2025, 6, 30), "UBND phường Bửu Long", True),
        (date(2025, 7, 1), "UBND phường Bửu Long", False),
        (date(2025, 7, 1), "UBND phường Trảng Dài", True),
        (date(2025, 6, 30), "UBND phường Trảng Dài", False),
    ],
)
def test_a_name_counts_on_its_days(on: date, name: str, in_use: bool) -> None:
    match = match_signer(subject(name), [WARD], on)
    assert (match.body_id, match.in_use) == ("ward", in_use)


def test_the_body_that_bears_the_name_that_day_comes_first() -> None:
    heir = Body("heir", "H19.1", Role.ISSUER, (Name("Phường Bửu Long", since=date(2025, 7, 1)),), is_territory=True)
    assert match_signer(subject("UBND phường Bửu Long"), [WARD, heir], ON).body_id == "heir"


@pytest.mark.parametrize(
    ("addresses", "told"),
    [
        ((), Comparison.NOT_COMPARED),
        (("a@trangdai.dongnai.gov.vn",), Comparison.AGREES),
        (("a@mail.trangdai.dongnai.gov.vn",), Comparison.AGREES),
        (("a@eviltrangdai.dongnai.gov.vn",), Comparison.DIFFERS),
        (("trangdai.dongnai.gov.vn@gmail.com",), Comparison.DIFFERS),
    ],
)
def test_domains_of_mail(addresses: tuple[str, ...], told: Comparison) -> None:
    assert match_signer(subject("UBND phường Trảng Dài", emails=addresses), [WARD], ON).email == told


def test_a_name_that_only_resembles_is_told_and_no_match() -> None:
    match = match_signer(subject("UBND phường Trảng Dàu"), [WARD], ON)
    assert (match.body_id, match.resembles) == (None, "Phường Trảng Dài")


@pytest.mark.parametrize(
    "text", ["UBND P.Trảng Dài", "ỦY BAN NHÂN DÂN PHƯỜNG TRẢNG DÀI", "Uỷ ban nhân dân  phường Trảng Dài"]
)
def test_a_key_is_a_key(text: str) -> None:
    assert body_key(text) == "phuong trang dai" == body_key(body_key(text))
