"""Organizations: what kinds there are, how their codes look, and the collectives a plan may name.

Codes: QĐ 20/2020/QĐ-TTg (`H19.28.3`: top level first) is the form in force; QCVN 102:2016
(`000.00.28.H19`: bottom level first) is met in older files and kept as an alias, never converted.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from shared.domain.text import fold

_CODE = re.compile(r"(?=.{3,35}\Z)[A-Y][0-9]{2}(?:\.[0-9A-Z]+)*")
_OLD_CODE = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")


def is_code(text: str) -> bool:
    """Whether the text is a code of QĐ 20/2020: at most 35 characters, dotted groups, top level first."""
    return _CODE.fullmatch(text) is not None


def is_old_code(text: str) -> bool:
    """Whether the text is a code of QCVN 102:2016, which may only be an alias."""
    return _OLD_CODE.fullmatch(text) is not None


def searchable(name: str, former: Iterable[str] = ()) -> str:
    """What searches look through: a line for the name, and one for each that the body bore before, folded."""
    return "\n".join(dict.fromkeys((fold(name), *former)))


class OrganizationKind(StrEnum):
    """What a node of the tree is. Codes are stored and sent; labels are what people read."""

    CENTRAL_AGENCY = "central_agency"
    PROVINCE = "province"
    DEPARTMENT = "department"
    PARTY_BODY = "party_body"
    FRONT_BODY = "front_body"
    MASS_ORGANIZATION = "mass_organization"
    WARD = "ward"
    COMMUNE = "commune"
    SPECIAL_ZONE = "special_zone"
    DISTRICT = "district"
    """Abolished on 1/7/2025; plans issued before still name districts."""
    OFFICE = "office"
    """A specialised division (phòng) or the office (văn phòng) inside a larger body."""
    POLICE = "police"
    MILITARY = "military"
    SCHOOL = "school"
    HAMLET = "hamlet"
    PUBLIC_SERVICE_UNIT = "public_service_unit"
    STEERING_COMMITTEE = "steering_committee"
    REVIEWING_BODY = "reviewing_body"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Vietnamese name of the kind."""
        return _LABELS[self]


_LABELS = {
    OrganizationKind.CENTRAL_AGENCY: "Cơ quan Trung ương",
    OrganizationKind.PROVINCE: "Tỉnh, thành phố trực thuộc Trung ương",
    OrganizationKind.DEPARTMENT: "Sở, ban, ngành",
    OrganizationKind.PARTY_BODY: "Cơ quan Đảng",
    OrganizationKind.FRONT_BODY: "Mặt trận Tổ quốc Việt Nam",
    OrganizationKind.MASS_ORGANIZATION: "Tổ chức chính trị - xã hội, hội",
    OrganizationKind.WARD: "Phường",
    OrganizationKind.COMMUNE: "Xã",
    OrganizationKind.SPECIAL_ZONE: "Đặc khu",
    OrganizationKind.DISTRICT: "Huyện, thị xã, thành phố thuộc tỉnh (đến hết 30/6/2025)",
    OrganizationKind.OFFICE: "Phòng, văn phòng",
    OrganizationKind.POLICE: "Công an",
    OrganizationKind.MILITARY: "Quân sự",
    OrganizationKind.SCHOOL: "Trường học",
    OrganizationKind.HAMLET: "Ấp, khu phố",
    OrganizationKind.PUBLIC_SERVICE_UNIT: "Đơn vị sự nghiệp",
    OrganizationKind.STEERING_COMMITTEE: "Ban Chỉ đạo",
    OrganizationKind.REVIEWING_BODY: "Tổ giúp việc, cơ quan thẩm định",
    OrganizationKind.OTHER: "Loại khác",
}

COMMUNE_LEVEL = (OrganizationKind.WARD, OrganizationKind.COMMUNE, OrganizationKind.SPECIAL_ZONE)
TERRITORIES = (OrganizationKind.PROVINCE, OrganizationKind.DISTRICT, *COMMUNE_LEVEL)


@dataclass(frozen=True, slots=True)
class OrganizationRef:
    """What name matching needs to know of an organization. `aliases` are other spellings and old names."""

    id: str
    code: str
    name: str
    kind: OrganizationKind
    parent_id: str | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRef:
    """A collective of organizations that a plan may name as if it were one; `scope` is its selector's."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    scope: Literal["province", "ward"] = "ward"


@dataclass(frozen=True, slots=True)
class GroupSelector:
    """Who belongs to a collective: organizations of these kinds below the issuer's province or ward.

    `relation`: only the direct children of that province or ward, or everything below it.
    """

    kinds: tuple[OrganizationKind, ...]
    scope: Literal["province", "ward"]
    relation: Literal["children", "descendants"]


@dataclass(frozen=True, slots=True)
class DefaultGroup:
    """A collective that every deployment starts with."""

    name: str
    aliases: tuple[str, ...]
    selector: GroupSelector


DEFAULT_GROUPS = (
    DefaultGroup(
        name="Các sở, ban, ngành",
        aliases=(
            "Các sở, ngành",
            "Sở, ban, ngành",
            "Sở, ngành",
            "Các sở",
            "Các sở, ban, ngành, đoàn thể",
            "Các sở, ban, ngành cấp tỉnh",
        ),
        selector=GroupSelector((OrganizationKind.DEPARTMENT,), "province", "children"),
    ),
    DefaultGroup(
        name="UBND các xã, phường",
        aliases=(
            "UBND các phường, xã",
            "UBND các xã, phường, đặc khu",
            "UBND các phường, xã, đặc khu",
            "UBND cấp xã",
            "Các xã, phường",
            "Các phường, xã",
            "Các xã, phường, đặc khu",
            "Các địa phương",
            "Địa phương",
        ),
        selector=GroupSelector(COMMUNE_LEVEL, "province", "descendants"),
    ),
    DefaultGroup(
        name="UBND các huyện, thị xã, thành phố",
        aliases=(
            "Các huyện, thị xã, thành phố",
            "UBND cấp huyện",
            "UBND huyện, thị xã, thành phố",
            "Các huyện, thành phố",
        ),
        selector=GroupSelector((OrganizationKind.DISTRICT,), "province", "children"),
    ),
    DefaultGroup(
        name="Các phòng chuyên môn",
        aliases=(
            "Các phòng, ban",
            "Các phòng, ban chuyên môn",
            "Các phòng chuyên môn thuộc UBND phường",
            "Các phòng chuyên môn thuộc UBND xã",
            "Các cơ quan chuyên môn",
        ),
        selector=GroupSelector((OrganizationKind.OFFICE,), "ward", "children"),
    ),
    DefaultGroup(
        name="Các trường học",
        aliases=("Các trường", "Các đơn vị trường học", "Các cơ sở giáo dục", "Các trường học trên địa bàn"),
        selector=GroupSelector((OrganizationKind.SCHOOL,), "ward", "descendants"),
    ),
    DefaultGroup(
        name="Các khu phố, ấp",
        aliases=("Các khu phố", "Các ấp", "Các ấp, khu phố", "Ban điều hành các khu phố, ấp"),
        selector=GroupSelector((OrganizationKind.HAMLET,), "ward", "descendants"),
    ),
)
"""The district collective stays because plans from before 1/7/2025 name it; it has no members after."""
