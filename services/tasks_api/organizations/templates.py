"""The bodies that every province, and every ward or commune, has since the two-level reform of 1/7/2025.

A template only says what usually exists: it is laid where an administrator asks for it, and codes it gives are
provisional until the official list of the province is imported.
"""

from dataclasses import dataclass

from services.tasks_api.organizations.rules import OrganizationRecord
from shared.domain.organizations import OrganizationKind

K = OrganizationKind


@dataclass(frozen=True, slots=True)
class StandardBody:
    """`name` may hold {level} (tỉnh, thành phố, phường, xã, đặc khu), {unit} (the full name), {committee}."""

    code: str
    name: str
    kind: OrganizationKind
    aliases: tuple[str, ...] = ()
    only: OrganizationKind | None = None


PROVINCE_BODIES = (
    StandardBody("VP", "Văn phòng Ủy ban nhân dân {level}", K.DEPARTMENT, ("Văn phòng UBND {level}",)),
    StandardBody("VPHDND", "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân {level}", K.DEPARTMENT),
    StandardBody("SNV", "Sở Nội vụ", K.DEPARTMENT),
    StandardBody("STC", "Sở Tài chính", K.DEPARTMENT),
    StandardBody("SXD", "Sở Xây dựng", K.DEPARTMENT),
    StandardBody("SNNMT", "Sở Nông nghiệp và Môi trường", K.DEPARTMENT),
    StandardBody("SKHCN", "Sở Khoa học và Công nghệ", K.DEPARTMENT, ("Sở KH&CN",)),
    StandardBody("SCT", "Sở Công Thương", K.DEPARTMENT),
    StandardBody("SGDDT", "Sở Giáo dục và Đào tạo", K.DEPARTMENT, ("Sở GD&ĐT",)),
    StandardBody("SYT", "Sở Y tế", K.DEPARTMENT),
    StandardBody("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch", K.DEPARTMENT, ("Sở VHTTDL",)),
    StandardBody("STP", "Sở Tư pháp", K.DEPARTMENT),
    StandardBody("SNGV", "Sở Ngoại vụ", K.DEPARTMENT),
    StandardBody("SDTTG", "Sở Dân tộc và Tôn giáo", K.DEPARTMENT),
    StandardBody("TTR", "Thanh tra {level}", K.DEPARTMENT),
    StandardBody("BQLKCN", "Ban Quản lý các khu công nghiệp, khu kinh tế {level}", K.DEPARTMENT),
    StandardBody("CA", "Công an {level}", K.POLICE, ("Công an tỉnh", "Công an thành phố")),
    StandardBody("BCHQS", "Bộ Chỉ huy Quân sự {level}", K.MILITARY),
    StandardBody("MTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam {level}", K.FRONT_BODY, ("Ủy ban MTTQ Việt Nam {level}",)),
    StandardBody("DTN", "Đoàn Thanh niên Cộng sản Hồ Chí Minh {level}", K.MASS_ORGANIZATION),
    StandardBody("HLHPN", "Hội Liên hiệp Phụ nữ {level}", K.MASS_ORGANIZATION),
    StandardBody("TU", "{committee}", K.PARTY_BODY, ("Tỉnh ủy", "Thành ủy")),
    StandardBody("VPTU", "Văn phòng {committee}", K.PARTY_BODY, ("Văn phòng Tỉnh ủy", "Văn phòng Thành ủy")),
    StandardBody("BTCTU", "Ban Tổ chức {committee}", K.PARTY_BODY, ("Ban Tổ chức Tỉnh ủy", "Ban Tổ chức Thành ủy")),
    StandardBody(
        "BTGDVTU",
        "Ban Tuyên giáo và Dân vận {committee}",
        K.PARTY_BODY,
        ("Ban Tuyên giáo và Dân vận Tỉnh ủy", "Ban Tuyên giáo Tỉnh ủy"),
    ),
    StandardBody("UBKTTU", "Ủy ban Kiểm tra {committee}", K.PARTY_BODY, ("Ủy ban Kiểm tra Tỉnh ủy",)),
    StandardBody(
        "BAODAI",
        "Báo và Phát thanh, Truyền hình {unit}",
        K.PUBLIC_SERVICE_UNIT,
        ("Báo và Đài Phát thanh, Truyền hình {level}",),
    ),
    StandardBody("TGV", "Tổ giúp việc Ban Chỉ đạo {level}", K.REVIEWING_BODY, ("Tổ Giúp việc Ban Chỉ đạo cấp tỉnh",)),
)

COMMUNE_BODIES = (
    StandardBody("DU", "Đảng ủy {level}", K.PARTY_BODY, ("Ban Thường vụ Đảng ủy {level}",)),
    StandardBody("VPDU", "Văn phòng Đảng ủy {level}", K.PARTY_BODY, ("Văn phòng Đảng ủy",)),
    StandardBody("BXDD", "Ban Xây dựng Đảng {level}", K.PARTY_BODY, ("Ban Xây dựng Đảng",)),
    StandardBody("UBKT", "Ủy ban Kiểm tra Đảng ủy {level}", K.PARTY_BODY),
    StandardBody(
        "BCD",
        "Ban Chỉ đạo phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số {level}",
        K.STEERING_COMMITTEE,
        ("Ban Chỉ đạo {level}",),
    ),
    StandardBody(
        "VP",
        "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân {level}",
        K.OFFICE,
        ("Văn phòng HĐND và UBND {level}", "Văn phòng HĐND, UBND {level}"),
    ),
    StandardBody("VHXH", "Phòng Văn hóa - Xã hội {level}", K.OFFICE, ("Phòng VH - XH", "Phòng Văn hóa - Xã hội")),
    StandardBody("KT", "Phòng Kinh tế {level}", K.OFFICE, ("Phòng Kinh tế",), only=K.COMMUNE),
    StandardBody(
        "KTHTDT",
        "Phòng Kinh tế, Hạ tầng và Đô thị {level}",
        K.OFFICE,
        ("Phòng Kinh tế, Hạ tầng và Đô thị", "Phòng KT, HT và ĐT"),
        only=K.WARD,
    ),
    StandardBody("KT", "Phòng Kinh tế {level}", K.OFFICE, ("Phòng Kinh tế",), only=K.SPECIAL_ZONE),
    StandardBody(
        "TTPVHCC",
        "Trung tâm Phục vụ hành chính công {level}",
        K.PUBLIC_SERVICE_UNIT,
        ("Trung tâm Phục vụ hành chính công", "Trung tâm PVHCC"),
    ),
    StandardBody("CA", "Công an {level}", K.POLICE, ("Ban Chỉ huy Công an {level}",)),
    StandardBody("BCHQS", "Ban Chỉ huy Quân sự {level}", K.MILITARY, ("Ban Chỉ huy Quân sự",)),
    StandardBody(
        "MTTQ",
        "Ủy ban Mặt trận Tổ quốc Việt Nam {level}",
        K.FRONT_BODY,
        ("Ủy ban MTTQ Việt Nam {level}", "Ủy ban MTTQ {level}"),
    ),
    StandardBody("TGV", "Tổ giúp việc Ban Chỉ đạo {level}", K.REVIEWING_BODY, ("Tổ giúp việc",)),
    StandardBody("TMN", "Trường Mầm non {unit}", K.SCHOOL),
    StandardBody("TTH", "Trường Tiểu học {unit}", K.SCHOOL),
    StandardBody("THCS", "Trường Trung học cơ sở {unit}", K.SCHOOL),
)


def standard_bodies(code: str, name: str, kind: OrganizationKind, *, hamlets: int = 3) -> list[OrganizationRecord]:
    """Records of the standard bodies under the province, ward, commune or special zone with this code and name.

    `hamlets` numbers the khu phố of a ward, the ấp of a commune. Empty for any other kind.
    """
    if kind is OrganizationKind.PROVINCE:
        bodies: tuple[StandardBody, ...] = PROVINCE_BODIES
        level = "thành phố" if name.startswith("Thành phố") else "tỉnh"
    elif kind in (K.WARD, K.COMMUNE, K.SPECIAL_ZONE):
        hamlet = "Khu phố" if kind is K.WARD else "Ấp"
        numbered = tuple(StandardBody(f"KP{n:02}", f"{hamlet} {n}", K.HAMLET) for n in range(1, hamlets + 1))
        bodies = (*COMMUNE_BODIES, *numbered)
        level = {K.WARD: "phường", K.COMMUNE: "xã", K.SPECIAL_ZONE: "đặc khu"}[kind]
    else:
        return []
    words = {
        "level": level,
        "unit": name if kind is K.PROVINCE else name.partition(" ")[2],
        "committee": "Thành ủy" if level == "thành phố" else "Tỉnh ủy",
    }
    return [
        OrganizationRecord(
            code=f"{code}.{body.code}",
            name=body.name.format(**words),
            kind=body.kind,
            parent=code,
            provisional_code=True,
            aliases=tuple(alias.format(**words) for alias in body.aliases),
        )
        for body in bodies
        if body.only is None or body.only is kind
    ]
