"""What a name says about the kind of body that bears it. Pure."""

import re

from services.alerts_worker.evidence_checks.signatures.keys import body_keys
from shared.domain.text import fold, squeeze

_FORMER_DISTRICTS = "thành phố|tp|huyện|quận|thị xã|tx"
_TERRITORIES = f"tỉnh|phường|xã|đặc khu|thị trấn|{_FORMER_DISTRICTS}"
_SCHOOLS = (
    "mầm non|mẫu giáo|mn|tiểu học|th|thcs|thpt|trung học|phổ thông|trung cấp|cao đẳng|đại học|chính trị|bồi dưỡng"
)
_BODIES = (
    "ubnd|ủy ban|uỷ ban|hđnd|hội đồng nhân dân|sở|công an|đảng ủy|đảng uỷ|tỉnh ủy|thành ủy|mặt trận|hội|"
    f"đoàn thanh niên|đoàn tncs|liên đoàn|trường (?:{_SCHOOLS})|bệnh viện|trạm y tế|trung tâm|chi cục|cục|tổng cục|bộ|"
    "ban quản lý|công ty|tổng công ty|tập đoàn|doanh nghiệp|chi nhánh|hợp tác xã|htx|hộ kinh doanh|quỹ|ngân hàng|"
    f"văn phòng luật|văn phòng công chứng|tòa án|toà án|viện|đài|nhà văn hóa|nhà văn hoá|{_TERRITORIES}"
)
_COMMITTEE = "(?:(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân) )?"


def _both(pattern: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The pattern with its marks, and without."""
    return re.compile(pattern), re.compile(fold(pattern))


_TERRITORY = _both(rf"^{_COMMITTEE}(?:{_TERRITORIES})[ .]")
_FORMER_DISTRICT = _both(rf"^{_COMMITTEE}(?:{_FORMER_DISTRICTS})[ .]")
_BODY = _both(rf"^(?:{_BODIES}) ")

_INNER_UNITS = (
    "Lãnh đạo",
    "Lãnh đạo UBND",
    "Thường trực UBND",
    "Văn thư",
    "Bộ phận Văn thư",
    "Văn phòng",
    "Văn phòng UBND",
    "Văn phòng HĐND và UBND",
    "Phòng Kinh tế",
    "Phòng Kinh tế, Hạ tầng và Đô thị",
    "Phòng Văn hóa - Xã hội",
    "Trung tâm Phục vụ hành chính công",
)
INNER_UNITS = body_keys(_INNER_UNITS, marks=True) | body_keys(_INNER_UNITS, marks=False)
"""Keys of units that a committee of the people has within itself (NĐ 150/2025/NĐ-CP), not bodies of their own."""


def is_territory(text: str) -> bool:
    """Whether it is a commune, a province, or what lay between them until June 2025."""
    return _says(text, _TERRITORY)


def is_former_district(text: str) -> bool:
    """Whether it may be a district, or a city within a province: abolished on 1 July 2025, certificates ran on."""
    return _says(text, _FORMER_DISTRICT)


def is_body(text: str) -> bool:
    """Whether it is surely an organization, and no person or unit."""
    return _says(text, _BODY)


def _says(text: str, pattern: tuple[re.Pattern[str], re.Pattern[str]]) -> bool:
    """Read with its marks where it has any: `Phương` and `Đoàn` are also names of persons, `phường` is none."""
    marked, plain = pattern
    text = squeeze(text).lower()
    return (plain if text.isascii() else marked).match(text) is not None
