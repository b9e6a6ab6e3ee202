"""Files of organizations: two shapes, two formats, and every wrong row named."""

import json

import pytest

from services.tasks_api.organizations.rules import OrganizationRecord, read_records
from shared.domain.errors import Invalid, Malformed
from shared.domain.organizations import OrganizationKind as K

OWN = """code,name,kind,parent,admin_code,aliases
H19,Tỉnh  Đồng Nai,province,,75,Đồng Nai
H19.28,Sở Nội vụ,department,H19,,Sở NV|000.00.28.H19
"""
PUBLISHED = """code,name,full_name,unit_type,province_code,province_name
75,Đồng Nai,Tỉnh Đồng Nai,tinh,75,Đồng Nai
26041,Trấn Biên,Phường Trấn Biên,phuong,75,Đồng Nai
26380,An Lộc,Xã An Lộc,xa,75,Đồng Nai
"""


def test_our_own_columns_are_read_as_written() -> None:
    assert read_records(OWN.encode()) == [
        OrganizationRecord("H19", "Tỉnh Đồng Nai", K.PROVINCE, None, admin_code="75", aliases=("Đồng Nai",)),
        OrganizationRecord("H19.28", "Sở Nội vụ", K.DEPARTMENT, "H19", aliases=("Sở NV", "000.00.28.H19")),
    ]


def test_published_units_get_the_agency_code_of_their_province() -> None:
    assert read_records(PUBLISHED.encode()) == [
        OrganizationRecord("H19", "Tỉnh Đồng Nai", K.PROVINCE, None, admin_code="75", aliases=("Đồng Nai",)),
        OrganizationRecord("H19.26041", "Phường Trấn Biên", K.WARD, "H19", admin_code="26041", provisional_code=True),
        OrganizationRecord("H19.26380", "Xã An Lộc", K.COMMUNE, "H19", admin_code="26380", provisional_code=True),
    ]


def test_json_says_the_same_as_csv() -> None:
    rows = [
        {"code": "H19", "name": "Tỉnh Đồng Nai", "kind": "province", "admin_code": 75, "aliases": ["Đồng Nai"]},
        {
            "code": "H19.28",
            "name": "Sở Nội vụ",
            "kind": "department",
            "parent": "H19",
            "aliases": "Sở NV|000.00.28.H19",
        },
    ]

    assert read_records(json.dumps(rows).encode()) == read_records(OWN.encode())


def test_a_byte_order_mark_as_spreadsheets_write_it_is_passed_over() -> None:
    assert read_records(b"\xef\xbb\xbf" + OWN.encode()) == read_records(OWN.encode())


def test_parents_come_before_children_whatever_the_order_and_the_codes() -> None:
    rows = "code,name,kind,parent\nH20,Phòng,office,A05.12\nA05.12,Vụ,office,A05\nA05,Bộ,central_agency,\n"

    assert [record.code for record in read_records(rows.encode())] == ["A05", "A05.12", "H20"]


def test_rows_that_name_each_other_as_parents_are_still_read() -> None:
    """Whether the parent exists is for the tree to say."""
    rows = "code,name,kind,parent\nH20,Một,office,H21\nH21,Hai,office,H20\n"

    assert {record.code for record in read_records(rows.encode())} == {"H20", "H21"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("h19,Sở,department,", "QĐ 20/2020"),
        ("000.00.28.H19,Sở,department,", "QĐ 20/2020"),
        (f"H19.{'A' * 40},Sở,department,", "QĐ 20/2020"),
        (",Sở,department,", "QĐ 20/2020"),
        ("H19,,department,", "thiếu tên"),
        ("H19,Sở,so,", "loại “so” không được biết đến"),
        ("H19,Sở,,", "loại “” không được biết đến"),
        ("H18,Lần nữa,department,", "mã H18 có ở hai dòng"),
        ("H20,Sở,department,,77", "mã 77 có ở hai dòng"),
    ],
)
def test_a_wrong_row_is_named(row: str, message: str) -> None:
    content = f"code,name,kind,parent,admin_code\nH18,Đúng,department,,77\n{row}\n"

    with pytest.raises(Invalid) as refusal:
        read_records(content.encode())

    assert refusal.value.code == "organizations-invalid"
    (error,) = refusal.value.errors
    assert message in error.message
    assert message in refusal.value.detail


def test_every_wrong_row_is_counted_and_placed() -> None:
    content = "code,name,kind,parent\n" + "".join(f"x{n},Sở,department,\n" for n in range(9)) + "H19,Sở,department,\n"

    with pytest.raises(Invalid) as refusal:
        read_records(content.encode())

    assert [error.place for error in refusal.value.errors] == [f"dòng {n}" for n in range(2, 11)]
    assert "Có 9 dòng chưa đúng" in refusal.value.detail


@pytest.mark.parametrize(
    "row",
    [
        "75,Đồng Nai,Tỉnh Đồng Nai,thi_tran,75,Đồng Nai",
        "75,Đồng Nai,,tinh,75,Đồng Nai",
        "x,Đồng Nai,Tỉnh Đồng Nai,tinh,75,Đồng Nai",
        "75,Mường Thanh,Tỉnh Mường Thanh,tinh,75,Mường Thanh",
        "6041,Trấn Biên,Phường Trấn Biên,phuong,75,Đồng Nai",
        "26041,Trấn Biên,Phường Trấn Biên,phuong,7,Đồng Nai",
    ],
)
def test_a_wrong_published_unit_is_named(row: str) -> None:
    content = PUBLISHED.splitlines()[0] + "\n" + row + "\n"

    with pytest.raises(Invalid, match="dòng 2"):
        read_records(content.encode())


@pytest.mark.parametrize("content", [b"", b"code,name,kind,parent\n", b"[]", b"\xef\xbb\xbf"])
def test_a_file_without_rows_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="không có dòng nào"):
        read_records(content)


@pytest.mark.parametrize(
    "content",
    [
        b"[",
        b"[1, 2]",
        b'["H19"]',
        "code,name\nH19,Sở".encode("utf-16"),
        b"code,name,kind,parent\nH19,S\xf4,department,\n",
        b"code,name,kind,parent\nH19,S\x00,department,\n",
        b"PK\x03\x04\x00\x00\xff\xff",
    ],
    ids=["broken JSON", "numbers", "words", "UTF-16", "Latin-1", "NUL", "a zip"],
)
def test_a_file_that_is_neither_csv_nor_json_is_refused(content: bytes) -> None:
    with pytest.raises(Malformed) as refusal:
        read_records(content)

    assert refusal.value.code == "organizations-unreadable"
