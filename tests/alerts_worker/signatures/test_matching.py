"""Whose name a certificate bears, among the organizations expected, on a day."""

from datetime import date

import pytest

from services.alerts_worker.evidence_checks.signatures.facts import Subject
from services.alerts_worker.evidence_checks.signatures.keys import body_key
from services.alerts_worker.evidence_checks.signatures.matching import (
    Body,
    Comparison,
    Doubt,
    Name,
    Role,
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
    directly_above=("Phường Trảng Dài",),
)
DEPARTMENT = Body(
    "department",
    "H19.28",
    Role.ISSUER,
    (Name("Sở Nội vụ"),),
    superiors=PROVINCE_NAMES,
    directly_above=PROVINCE_NAMES,
)
TWIN = Body(
    "twin",
    "25280",
    Role.SUBMITTER,
    (Name("Xã Lộc Thạnh"),),
    superiors=PROVINCE_NAMES,
    is_territory=True,
    sound_alike=("Xã Lộc Thạnh",),
)
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
        (subject("CHỦ TỊCH UBND PHƯỜNG TRẢNG DÀI", o="UBND TỈNH ĐỒNG NAI"), WARD),
        (subject("UBND XÃ LỘC THẠNH", place="Đồng Nai"), TWIN),
        (subject(o="UBND phường Trảng Dài", ou=("Phòng VH-XH",)), OFFICE),
        (subject("Phòng Văn hoá và Xã hội phường Trảng Dài"), OFFICE),
        (subject("SỞ NỘI VỤ", o="UBND TỈNH ĐỒNG NAI"), DEPARTMENT),
        (subject(o="UBND TỈNH ĐỒNG NAI", ou=("UBND P. TRẢNG DÀI", "Phòng VH-XH")), OFFICE),
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
        (subject("UBND PHƯỜNG TRẢNG ĐÀI", o="UBND TỈNH ĐỒNG NAI"), WARD),
        (subject("UBND XÃ LỘC THÀNH", o="UBND TỈNH ĐỒNG NAI"), TWIN),
        (subject("UBND PHƯỜNG TRẢNG DÀI", place="Cà Mau"), WARD),
        (subject("UBND PHƯỜNG TRẢNG DÀI", place="Tỉnh Trảng Dài"), WARD),
        (subject("UBND XÃ LỘC THANH", o="UBND TỈNH ĐỒNG NAI"), TWIN),
        (subject("Phòng Văn hóa - Xã hội", o="UBND TỈNH ĐỒNG NAI", place="Phường Đồng Nai"), OFFICE),
        (subject("UBND PHUONG TRANG DAI", place="Tinh Ca Mau"), WARD),
        (subject("UBND PHƯỜNG TRẢNG DÀI", o="UBND THÀNH PHỐ CẦN THƠ"), WARD),
        (subject("UBND PHƯỜNG TRẢNG DÀI", o="Hợp tác xã Trảng Dài", place="Đồng Nai"), WARD),
        (subject("UBND PHƯỜNG TRẢNG DÀI", o="Văn phòng Luật sư X", place="Đồng Nai"), WARD),
        (subject(o="UBND TỈNH ĐỒNG NAI", ou=("UBND PHƯỜNG TRẢNG DÀI", "Trung tâm Y tế")), WARD),
        (subject("UBND PHƯỜNG TÂN TRIỀU", o="UBND TỈNH ĐỒNG NAI", identifiers=("H19.26041",)), WARD),
        (subject("ABC", o="ABC JSC", identifiers=("H19.26041",)), WARD),
        (subject("UBND XÃ LỘC THÀNH", identifiers=("25280",)), TWIN),
        (subject("Phòng Văn hóa - Xã hội", o="UBND TỈNH ĐỒNG NAI"), OFFICE),
        (subject("Phòng Văn hóa - Xã hội", place="Đồng Nai"), OFFICE),
    ],
)
def test_another_body(signer: Subject, body: Body) -> None:
    assert match_signer(signer, [body], ON).body_id is None


_CA = "UBND TỈNH ĐỒNG NAI"
_SEAL = "UBND PHƯỜNG TRẢNG DÀI"


@pytest.mark.parametrize(
    ("signer", "body", "doubts"),
    [
        (subject(_SEAL, o=_CA, place="Đồng Nai"), WARD, ()),
        (subject(_SEAL, o="ỦY BAN NHÂN DÂN THÀNH PHỐ ĐỒNG NAI", place="Phường Trảng Dài"), WARD, ()),
        (subject(o=_CA, ou=(_SEAL, "Lãnh đạo UBND")), WARD, ()),
        (subject("Văn phòng HĐND và UBND phường", o=_CA, ou=(_SEAL,)), WARD, ()),
        (subject("Nguyen Van A", o="UBND TINH DONG NAI", ou=("UBND PHUONG TRANG DAI", "Van phong")), WARD, ()),
        (subject(_SEAL), WARD, (Doubt.NO_PLACE,)),
        (subject(_SEAL, place="Trảng Dài"), WARD, (Doubt.NO_PLACE,)),
        (subject(_SEAL, identifiers=("H19.26041",)), WARD, ()),
        (subject(_SEAL, o=_CA, ou=("UBND THÀNH PHỐ BIÊN HÒA",)), WARD, (Doubt.OTHER_PLACE,)),
        (subject("UBND PHƯỜNG TRẢNG DÀI, TP BIÊN HÒA, TỈNH ĐỒNG NAI"), WARD, (Doubt.OTHER_PLACE,)),
        (subject(_SEAL, o=_CA, place="Cà Mau"), WARD, (Doubt.OTHER_PLACE,)),
        (subject(_SEAL, o="ABC JSC", place="Đồng Nai"), WARD, (Doubt.UNKNOWN_BODY,)),
        (subject(o=_CA, ou=(_SEAL, "Ban Chỉ huy Quân sự")), WARD, (Doubt.UNKNOWN_BODY,)),
        (subject("UBND XA LOC THANH", o="UBND TINH DONG NAI"), TWIN, (Doubt.UNMARKED_NAME,)),
        (subject("UBND XA LOC THANH", place="Dong Nai", identifiers=("H19.25280",)), TWIN, (Doubt.UNMARKED_NAME,)),
        (subject("SỞ NỘI VỤ", o=_CA, ou=("Phòng Tổ chức",)), DEPARTMENT, ()),
        (subject("SỞ NỘI VỤ", o="ABC JSC", place="Đồng Nai"), DEPARTMENT, (Doubt.UNKNOWN_BODY,)),
    ],
)
def test_a_name_that_agrees_may_leave_doubts(signer: Subject, body: Body, doubts: tuple[Doubt, ...]) -> None:
    match = match_signer(signer, [body], ON)
    assert (match.body_id, match.doubts) == (body.id, doubts)


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
    assert (match.body_id, match.resembles, match.same_name) == (None, "Phường Trảng Dài", False)
    match = match_signer(subject("UBND phường Trảng Dài", place="Cà Mau"), [WARD], ON)
    assert (match.body_id, match.resembles, match.same_name) == (None, "Phường Trảng Dài", True)


@pytest.mark.parametrize(
    ("key", "texts"),
    [
        (
            "phuong trangr daif",
            ("UBND P.Trảng Dài", "ỦY BAN NHÂN DÂN PHƯỜNG TRẢNG DÀI", "Uỷ ban nhân dân  phường Trảng Dài"),
        ),
        ("phuong trangr ddaif", ("PHƯỜNG TRẢNG ĐÀI",)),
        ("phuong trang dai", ("UBND PHUONG TRANG DAI", "Ủy ban nhân dân phuong Trang Dai")),
        ("xa mix hoaf", ("Xã Mỹ Hòa", "xã Mĩ Hoà", "UBND X. MỸ HÒA")),
        ("mat tran to quoc xa a", ("Ủy ban MTTQ Việt Nam xã A", "UBMTTQVN xã A", "Mặt trận Tổ quốc xã A")),
    ],
)
def test_a_key_is_a_key(key: str, texts: tuple[str, ...]) -> None:
    assert {body_key(text) for text in texts} == {key} == {body_key(key)}
