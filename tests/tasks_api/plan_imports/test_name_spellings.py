"""Ways to write the bodies of a ward and its province, as plans do, and what a native reader takes them for."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.organizations.templates import standard_bodies
from services.tasks_api.plan_imports.name_splitting import split_names
from services.tasks_api.plan_imports.names import SURE, NameIndex, NameMatch
from shared.domain.organizations import DEFAULT_GROUPS, GroupRef, OrganizationKind, OrganizationRef

K = OrganizationKind
PROVINCE, WARD, OTHER, COMMUNE = "H77", "H77.1", "H77.2", "H77.3"
AMBIGUOUS, VAGUE, UNKNOWN = "ambiguous", "vague", "unknown"


def laid(code: str, name: str, kind: OrganizationKind, parent: str | None) -> list[OrganizationRef]:
    """A body with the standard bodies below it."""
    below = [
        OrganizationRef(body.code, body.code, body.name, body.kind, code, body.aliases)
        for body in standard_bodies(code, name, kind)
    ]
    return [OrganizationRef(code, code, name, kind, parent), *below]


def extra(code: str, name: str, kind: OrganizationKind, parent: str, *aliases: str) -> OrganizationRef:
    return OrganizationRef(f"{parent}.{code}", f"{parent}.{code}", name, kind, parent, aliases)


TREE = [
    *laid(PROVINCE, "Tỉnh Sông Mẫu", K.PROVINCE, None),
    *laid(WARD, "Phường Bến Sông", K.WARD, PROVINCE),
    *laid(OTHER, "Phường Tân Đồi", K.WARD, PROVINCE),
    *laid(COMMUNE, "Xã Suối Trong", K.COMMUNE, PROVINCE),
    extra("TTYT", "Trung tâm Y tế khu vực Bến Sông", K.PUBLIC_SERVICE_UNIT, PROVINCE),
    extra("HCCB", "Hội Cựu chiến binh phường", K.MASS_ORGANIZATION, WARD),
    extra("HND", "Hội Nông dân phường", K.MASS_ORGANIZATION, WARD),
    extra("HPN", "Hội Liên hiệp Phụ nữ phường", K.MASS_ORGANIZATION, WARD),
    extra("DTN", "Đoàn Thanh niên Cộng sản Hồ Chí Minh phường", K.MASS_ORGANIZATION, WARD),
    extra("TVH", "Trung tâm Văn hóa, Thể thao phường", K.PUBLIC_SERVICE_UNIT, WARD),
    extra("QLDA", "Ban Quản lý dự án đầu tư xây dựng", K.PUBLIC_SERVICE_UNIT, PROVINCE),
    extra("DK", "Văn phòng Đăng ký đất đai", K.PUBLIC_SERVICE_UNIT, PROVINCE),
]
GROUPS = [GroupRef(group.name, group.name, group.aliases, group.selector.scope) for group in DEFAULT_GROUPS]
INDEX = NameIndex(TREE, GROUPS)


def told(match: NameMatch) -> str:
    """What a match says, in one word."""
    if match.organization is not None:
        return match.organization.code
    if match.group is not None:
        return match.group.name
    return AMBIGUOUS if match.ambiguous else VAGUE if match.vague else UNKNOWN


IN_A_WARD = {
    f"{WARD}.VHXH": (
        "Phòng Văn hóa - Xã hội",
        "Phòng Văn hoá – Xã hội",
        "Phòng Văn hóa và Xã hội phường",
        "Phòng Văn hóa, Xã hội",
        "PHÒNG VĂN HÓA - XÃ HỘI",
        "phòng van hoa xa hoi",
        "Phòng VHXH",
        "Phòng VH-XH",
        "Phòng VH - XH phường",
        "Phòng VH&XH",
        "Phòng VH và XH",
        "P. VH-XH",
        "Phòng Văn hóa - Xã hội phường Bến Sông",
        "Trưởng phòng Văn hóa - Xã hội",
        "Phó Trưởng phòng VH-XH phường",
        "Đ/c Trưởng phòng VHXH",
        "Phòng VH-XH (Rõ người)",
        "Phòng VH-XH (chủ trì)",
        "Phòng VH-XH (đ/c Nguyễn Văn Mẫu)",
        "Phòng VHXH - đ/c Nguyễn Văn Mẫu",
        "Trưởng phòng VHXH Nguyễn Văn Mẫu",
        "Đồng chí Nguyễn Văn Mẫu, Trưởng phòng Văn hóa - Xã hội",
        "Phòng Văn hóa - Xả hội",
        "Phòng Vănhóa - Xã hội",
        "Phòng Xã hội - Văn hóa",
    ),
    f"{WARD}.KTHTDT": (
        "Phòng Kinh tế, Hạ tầng và Đô thị",
        "Phòng KT, HT và ĐT",
        "Phòng KT,HT&ĐT",
        "Phòng KTHTĐT",
        "Phòng KT-HT-ĐT phường",
        "Phòng Kinh tế - Hạ tầng và Đô thị",
        "Phòng KT, Hạ tầng và ĐT",
        "Trưởng phòng KT, HT&ĐT",
    ),
    f"{WARD}.VP": (
        "Văn phòng HĐND và UBND phường",
        "Văn phòng HĐND, UBND",
        "Văn phòng HĐND-UBND",
        "VP HĐND & UBND phường",
        "Văn phòng UBND và HĐND phường",
        "Văn phòng UBND phường",
        "Chánh Văn phòng HĐND và UBND phường",
    ),
    f"{WARD}.DU": ("Đảng ủy", "Đảng uỷ phường", "Ban Thường vụ Đảng ủy", "Bí thư Đảng ủy phường"),
    f"{WARD}.VPDU": ("Văn phòng Đảng ủy", "VP Đảng uỷ phường", "VPĐU"),
    f"{WARD}.UBKT": ("UBKT Đảng ủy", "Ủy ban Kiểm tra Đảng uỷ phường"),
    f"{WARD}.TTPVHCC": (
        "TTPVHCC",
        "TT PVHCC phường",
        "Trung tâm PVHCC",
        "Trung tâm HCC phường",
        "Giám đốc Trung tâm Phục vụ hành chính công",
    ),
    f"{WARD}.CA": (
        "CA phường",
        "CA",
        "Công an",
        "Ban Chỉ huy Công an phường",
        "BCH Công an phường",
        "Trưởng Công an phường",
    ),
    f"{WARD}.BCHQS": (
        "BCH Quân sự phường",
        "Ban CHQS phường",
        "BCHQS",
        "BCH QS phường",
        "Quân sự phường",
        "Chỉ huy trưởng Ban CHQS phường",
    ),
    f"{WARD}.MTTQ": (
        "UBMTTQ phường",
        "UBMTTQVN phường",
        "UB MTTQ VN phường",
        "MTTQ",
        "Mặt trận phường",
        "Cơ quan Mặt trận Tổ quốc Việt Nam phường",
        "Chủ tịch UBMTTQVN phường",
    ),
    f"{WARD}.HCCB": ("HCCB", "Hội CCB phường", "Hội Cựu chiến binh Việt Nam phường"),
    f"{WARD}.HND": ("HND phường", "Hội Nông dân"),
    f"{WARD}.HPN": ("HLHPN", "Hội LHPN phường", "Hội Phụ nữ phường"),
    f"{WARD}.DTN": (
        "Đoàn TN phường",
        "ĐTNCSHCM",
        "ĐTNCS Hồ Chí Minh phường",
        "Đoàn Thanh niên",
        "Đoàn TNCS HCM phường",
    ),
    f"{WARD}.TVH": ("TTVHTT phường", "Trung tâm VHTT", "Trung tâm VH-TT phường"),
    f"{WARD}.BCD": ("Ban Chỉ đạo phường", "BCĐ phường"),
    WARD: ("UBND phường", "Ủy ban nhân dân", "UBND", "Chủ tịch UBND phường", "Uỷ ban nhân dân phường Bến Sông"),
    PROVINCE: ("UBND tỉnh", "Chủ tịch UBND tỉnh", "UBND tỉnh Sông Mẫu"),
    f"{PROVINCE}.SKHCN": ("Sở KH&CN", "Sở KHCN", "Sở KH-CN tỉnh", "Giám đốc Sở Khoa học và Công nghệ"),
    f"{PROVINCE}.SVHTTDL": ("Sở VH, TT&DL", "Sở VHTTDL", "Sở Văn hóa Thể thao Du lịch"),
    f"{PROVINCE}.SGDDT": ("Sở GD&ĐT", "Sở GDĐT", "Sở Giáo dục - Đào tạo"),
    f"{PROVINCE}.SNNMT": ("Sở NN&MT", "Sở NNMT", "Sở Nông nghiệp & Môi trường"),
    f"{PROVINCE}.SDTTG": ("Sở DT&TG", "Sở Dân tộc, Tôn giáo"),
    f"{PROVINCE}.CA": ("Công an tỉnh", "CA tỉnh", "Giám đốc Công an tỉnh"),
    f"{PROVINCE}.QLDA": ("BQLDA ĐTXD", "Ban QLDA đầu tư xây dựng", "BQLDA đầu tư xây dựng tỉnh"),
    f"{PROVINCE}.DK": ("VPĐK đất đai", "Văn phòng Đăng kí đất đai", "VPĐKĐĐ tỉnh"),
    f"{OTHER}.CA": ("Công an phường Tân Đồi", "CA phường Tân Đồi"),
    "Các phòng chuyên môn": (
        "các phòng, ban, ngành",
        "Các phòng, ban chuyên môn phường",
        "các phòng chuyên môn trực thuộc UBND phường",
    ),
    "UBND các xã, phường": ("UBND các phường, xã", "UBND các xã, phường, thị trấn", "Chủ tịch UBND các xã, phường"),
    "Các trường học": ("các trường học trên địa bàn", "Hiệu trưởng các trường", "Các trường trên địa bàn phường"),
    "Các khu phố, ấp": ("các khu phố/ấp", "Các khu phố", "các ấp, khu phố trên địa bàn phường"),
    "Các sở, ban, ngành": ("Các sở, ban, ngành tỉnh", "các sở ngành"),
    VAGUE: ("các cơ quan, đơn vị liên quan", "Các tổ chức chính trị - xã hội phường", "Thủ trưởng các cơ quan, đơn vị"),
    f"{PROVINCE}.STP": ("Sở TP", "Sở Tư pháp", "Giám đốc Sở Tư Pháp"),
    UNKNOWN: (
        "Sở TNMT",
        "Sở Tài",
        "Sở",
        "Sở TT&TT",
        "Sở LĐTBXH",
        "Phòng Tư pháp",
        "Phòng Văn hóa",
        "Phòng Kinh tế",
        "Công an phường Nơi Khác",
        "Khu phố 9",
        "Trường Tiểu học Bến Sôn",
        "Sở Ngoại giao",
        "Nguyễn Văn Mẫu",
        "xyz",
    ),
}
CASES = [(text, expected) for expected, texts in IN_A_WARD.items() for text in texts]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_ward_plan_means(text: str, expected: str) -> None:
    match = INDEX.match(text, WARD)
    assert told(match) == expected
    assert (match.confidence >= SURE) == (match.organization is not None or match.group is not None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Công an phường", AMBIGUOUS),
        ("Phòng VHXH", AMBIGUOUS),
        ("Phòng VHXH phường Bến Sông", f"{WARD}.VHXH"),
        ("UBND xã Suối Trong", COMMUNE),
        ("Chủ tịch UBND phường Bến Sông", WARD),
        ("Công an", f"{PROVINCE}.CA"),
        ("Sở NV", AMBIGUOUS),
        ("Văn phòng UBND tỉnh", f"{PROVINCE}.VP"),
        ("Thanh tra tỉnh", f"{PROVINCE}.TTR"),
        ("Chánh Thanh tra tỉnh", f"{PROVINCE}.TTR"),
    ],
)
def test_a_province_plan_means(text: str, expected: str) -> None:
    assert told(INDEX.match(text, PROVINCE)) == expected


def test_what_is_not_sure_is_offered_and_not_chosen() -> None:
    match = INDEX.match("Phòng Văn hóa", WARD)
    offered = [(getattr(each.meant, "code", None), each.confidence < SURE) for each in match.candidates]
    assert match.organization is None
    assert (f"{WARD}.VHXH", True) in offered
    assert len(offered) <= 3
    several = INDEX.match("Công an phường", PROVINCE)
    assert [getattr(each.meant, "code", None) for each in several.candidates] == [f"{WARD}.CA", f"{OTHER}.CA"]


@given(st.text(max_size=80) | st.lists(st.sampled_from([text for text, _ in CASES]), max_size=3).map(", ".join))
def test_no_text_is_too_strange(text: str) -> None:
    for name in (text, *split_names(text)):
        match = INDEX.match(name, WARD)
        assert match.organization is None or match.group is None
        assert 0 <= match.confidence <= 1


def own_names(issuer: str) -> Sequence[OrganizationRef]:
    return [body for body in TREE if body.code.startswith(f"{issuer}.") and not body.code.startswith("H77.10")]


@given(st.sampled_from([*own_names(WARD), *own_names(COMMUNE)]))
def test_a_body_bears_its_own_name(body: OrganizationRef) -> None:
    assert body.parent_id is not None
    match = INDEX.match(body.name, body.parent_id)
    assert (match.organization, match.confidence) == (body, 1.0)


WORDS = ["Phòng", "Văn hóa", "Xã hội", "Công an", "Kinh tế", "phường", "Ban", "Quân sự", "Văn phòng", "Sở", "Đảng ủy"]


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), max_size=5))
def test_bodies_elsewhere_never_change_a_sure_name(names: list[str]) -> None:
    strangers = [OrganizationRef(f"X{n}", f"{OTHER}.X{n}", name, K.OTHER, OTHER) for n, name in enumerate(names)]
    grown = NameIndex([*TREE, *strangers], GROUPS)
    for body in own_names(WARD):
        assert grown.match(body.name, WARD) == INDEX.match(body.name, WARD)
