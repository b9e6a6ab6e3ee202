"""Files of organizations, read into records: our own columns, or the administrative units as published.

Two shapes are understood, in CSV (UTF-8, with a header) or JSON (a list of objects):

- `code,name,kind,parent[,admin_code][,aliases]`: `parent` a code or empty, `aliases` separated by `|`;
- `code,name,full_name,unit_type,province_code,province_name`: the General Statistics Office's units (QĐ
  19/2025/QĐ-TTg), 2-digit provinces and 5-digit communes. They carry no agency code: provinces get theirs from
  QĐ 20/2020 by name, communes a provisional `<province>.<5 digits>` until the province publishes its own list.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.errors import FieldError, Invalid, Malformed
from shared.domain.organizations import OrganizationKind, is_code
from shared.domain.text import fold, squeeze

UNIT_KINDS = {
    "thanh_pho_tw": OrganizationKind.PROVINCE,
    "tinh": OrganizationKind.PROVINCE,
    "phuong": OrganizationKind.WARD,
    "xa": OrganizationKind.COMMUNE,
    "dac_khu": OrganizationKind.SPECIAL_ZONE,
}

# QĐ 20/2020/QĐ-TTg; after the mergers of 2025 a province keeps the code of its namesake (QĐ 09/2025/QĐ-TTg).
PROVINCE_CODES = {
    fold(name): f"H{number:02}"
    for name, number in {
        "An Giang": 1,
        "Bắc Ninh": 5,
        "Cà Mau": 12,
        "Cần Thơ": 13,
        "Cao Bằng": 14,
        "Đắk Lắk": 15,
        "Đà Nẵng": 17,
        "Điện Biên": 18,
        "Đồng Nai": 19,
        "Đồng Tháp": 20,
        "Gia Lai": 21,
        "Hải Phòng": 24,
        "Hà Nội": 26,
        "Hà Tĩnh": 27,
        "Hồ Chí Minh": 29,
        "Hưng Yên": 31,
        "Khánh Hòa": 32,
        "Lai Châu": 35,
        "Lâm Đồng": 36,
        "Lạng Sơn": 37,
        "Lào Cai": 38,
        "Nghệ An": 41,
        "Ninh Bình": 42,
        "Phú Thọ": 44,
        "Quảng Ngãi": 48,
        "Quảng Ninh": 49,
        "Quảng Trị": 50,
        "Sơn La": 52,
        "Tây Ninh": 53,
        "Thái Nguyên": 55,
        "Thanh Hóa": 56,
        "Huế": 57,
        "Tuyên Quang": 60,
        "Vĩnh Long": 61,
    }.items()
}


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """One organization of a file: `parent` is a code, empty at the top."""

    code: str
    name: str
    kind: OrganizationKind
    parent: str | None
    admin_code: str | None = None
    provisional_code: bool = False
    aliases: tuple[str, ...] = ()


def read_records(content: bytes) -> list[OrganizationRecord]:
    """The organizations of a CSV or JSON file, parents before children.

    Raises Malformed("organizations-unreadable"), or Invalid("organizations-invalid") naming every wrong row.
    """
    rows = _read_rows(content)
    if not rows:
        raise Invalid("organizations-invalid", "Tệp không có dòng nào: cần ít nhất một cơ quan.")
    published = "unit_type" in rows[0]
    read = _read_unit if published else _read_organization
    records: list[OrganizationRecord] = []
    errors: list[FieldError] = []
    for number, row in enumerate(rows, start=2):
        try:
            records.append(read(row))
        except ValueError as error:
            errors.append(FieldError(f"dòng {number}", "row-invalid", str(error)))
    errors += _repeated(records)
    if errors:
        told = "; ".join(f"{error.place}: {error.message}" for error in errors[:5])
        raise Invalid("organizations-invalid", f"Có {len(errors)} dòng chưa đúng. {told}.", errors=errors)
    return _parents_first(records)


def _parents_first(records: Sequence[OrganizationRecord]) -> list[OrganizationRecord]:
    """In the order given but for that. A circle of parents stands at the end: the tree knows none of them."""
    ordered: list[OrganizationRecord] = []
    waiting = list(records)
    while waiting:
        unread = {record.code for record in waiting}
        ready = [record for record in waiting if record.parent not in unread]
        ordered += ready or waiting
        waiting = [record for record in waiting if record.parent in unread] if ready else []
    return ordered


def _read_rows(content: bytes) -> list[Mapping[str, str]]:
    try:
        text = content.decode("utf-8-sig")
        if "\x00" in text:
            raise ValueError("có ký tự NUL")
        if text.lstrip().startswith("["):
            rows = json.loads(text)
            if not all(isinstance(row, dict) for row in rows):
                raise ValueError("không phải danh sách đối tượng")
            return [{key: _cell(value) for key, value in row.items()} for row in rows]
        return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(io.StringIO(text))]
    except (ValueError, csv.Error) as error:
        raise Malformed("organizations-unreadable", f"Tệp không phải CSV (UTF-8) hay JSON hợp lệ: {error}.") from error


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(str(item) for item in value)
    return "" if value is None else str(value)


def _read_unit(row: Mapping[str, str]) -> OrganizationRecord:
    code, province = row.get("code", ""), row.get("province_code", "")
    kind = UNIT_KINDS.get(row.get("unit_type", ""))
    name = squeeze(row.get("full_name", ""))
    agency = PROVINCE_CODES.get(fold(row.get("province_name", "")))
    if kind is None or not name or not code.isdigit():
        raise ValueError("thiếu mã số, tên đầy đủ hoặc loại đơn vị hành chính")
    if agency is None:
        raise ValueError(f"không biết mã định danh của {row.get('province_name')}")
    if kind is OrganizationKind.PROVINCE:
        return OrganizationRecord(agency, name, kind, None, admin_code=code, aliases=(squeeze(row["name"]),))
    if len(code) != 5 or len(province) != 2:
        raise ValueError("mã xã phải đủ 5 chữ số và mã tỉnh đủ 2 chữ số")
    return OrganizationRecord(f"{agency}.{code}", name, kind, agency, admin_code=code, provisional_code=True)


def _read_organization(row: Mapping[str, str]) -> OrganizationRecord:
    code, name = row.get("code", "").strip(), squeeze(row.get("name", ""))
    if not is_code(code):
        raise ValueError(f"mã “{code}” không đúng QĐ 20/2020/QĐ-TTg (ví dụ H19.28.3)")
    if not name:
        raise ValueError("thiếu tên cơ quan")
    try:
        kind = OrganizationKind(row.get("kind", ""))
    except ValueError:
        raise ValueError(f"loại “{row.get('kind', '')}” không được biết đến") from None
    aliases = tuple(squeeze(alias) for alias in row.get("aliases", "").split("|") if alias.strip())
    return OrganizationRecord(
        code,
        name,
        kind,
        row.get("parent", "").strip() or None,
        admin_code=row.get("admin_code", "").strip() or None,
        aliases=aliases,
    )


def _repeated(records: Iterable[OrganizationRecord]) -> list[FieldError]:
    """Two rows with one agency code, or one GSO code."""
    seen: set[str] = set()
    errors: list[FieldError] = []
    for record in records:
        codes = {code for code in (record.code, record.admin_code) if code}
        errors += [FieldError(record.code, "code-repeated", f"mã {code} có ở hai dòng") for code in codes & seen]
        seen |= codes
    return errors
