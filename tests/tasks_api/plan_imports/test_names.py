import pytest

from services.tasks_api.plan_imports.name_keys import name_key
from services.tasks_api.plan_imports.names import SURE, NameIndex
from shared.domain.organizations import DEFAULT_GROUPS, GroupRef, OrganizationKind, OrganizationRef

K = OrganizationKind


def ward(identity: str, place: str) -> list[OrganizationRef]:
    """A ward with the bodies every ward has; some are named with the place, some without."""

    def body(suffix: str, name: str, kind: OrganizationKind, *aliases: str) -> OrganizationRef:
        return OrganizationRef(f"{identity}-{suffix}", f"H75.{identity}.{suffix}", name, kind, identity, aliases)

    return [
        OrganizationRef(identity, f"H75.{identity}", f"Phường {place}", K.WARD, "tinh"),
        body("vp", "Văn phòng HĐND và UBND", K.OFFICE),
        body("vhxh", "Phòng Văn hóa - Xã hội", K.OFFICE),
        body("kt", "Phòng Kinh tế, Hạ tầng và Đô thị", K.OFFICE),
        body("ca", f"Công an phường {place}", K.POLICE),
        body("qs", "Ban Chỉ huy Quân sự phường", K.MILITARY),
        body("mt", f"Ủy ban Mặt trận Tổ quốc Việt Nam phường {place}", K.FRONT_BODY),
        body("du", f"Đảng ủy phường {place}", K.PARTY_BODY),
        body("bcd", "Ban Chỉ đạo 57", K.STEERING_COMMITTEE),
        body("kp1", "Khu phố 1", K.HAMLET),
        body("kp10", "Khu phố 10", K.HAMLET),
        body("th", "Trường Tiểu học Trần Phú", K.SCHOOL),
    ]


ORGANIZATIONS = [
    OrganizationRef("tinh", "H75", "Tỉnh Sông Mẫu", K.PROVINCE, None),
    OrganizationRef("snv", "H75.1", "Sở Nội vụ", K.DEPARTMENT, "tinh"),
    OrganizationRef("skhcn", "H75.2", "Sở Khoa học và Công nghệ", K.DEPARTMENT, "tinh", ("Sở KHCN tỉnh",)),
    OrganizationRef("ca", "H75.3", "Công an tỉnh Sông Mẫu", K.POLICE, "tinh"),
    *ward("bs", "Bến Sông"),
    *ward("td", "Tân Đồi"),
    OrganizationRef("td-rieng", "H75.td.9", "Trung tâm Y tế", K.PUBLIC_SERVICE_UNIT, "td"),
]
INDEX = NameIndex(ORGANIZATIONS, [GroupRef(group.name, group.name, group.aliases) for group in DEFAULT_GROUPS])


@pytest.mark.parametrize("issuer", ["bs", "bs-bcd", "bs-du"], ids=["ward", "its committee", "its party body"])
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Phòng Văn hóa - Xã hội", "bs-vhxh"),
        ("Phòng VH - XH", "bs-vhxh"),
        ("Phòng VH-XH phường", "bs-vhxh"),
        ("phòng văn hoá và xã hội phường Bến Sông", "bs-vhxh"),
        ("Phòng Kinh tế, Hạ tầng và Đô thị (chủ trì)", "bs-kt"),
        ("Phòng KT, HT&ĐT", "bs-kt"),
        ("Công an phường", "bs-ca"),
        ("Công an", "bs-ca"),
        ("Ban Chỉ huy Công an phường", "bs-ca"),
        ("CA phường", "bs-ca"),
        ("Ban CHQS phường", "bs-qs"),
        ("Ủy Ban MTTQ phường", "bs-mt"),
        ("UBMTTQVN phường", "bs-mt"),
        ("Mặt trận Tổ quốc Việt Nam phường", "bs-mt"),
        ("Cơ quan Uỷ ban Mặt trận Tổ quốc Việt Nam phường", "bs-mt"),
        ("Văn phòng HĐND, UBND phường", "bs-vp"),
        ("VP HĐND và UBND", "bs-vp"),
        ("Đảng ủy", "bs-du"),
        ("UBND phường", "bs"),
        ("Ủy ban nhân dân", "bs"),
        ("UBND phường Bến Sông", "bs"),
        ("Bến Sông", None),
        ("Khu phố 1", "bs-kp1"),
        ("Khu phố 10", "bs-kp10"),
        ("Khu phố 11", None),
        ("Trường Tiểu học Trần Phú", "bs-th"),
        ("Trường Tiểu học Trần Phúc", None),
        ("Công an tỉnh", "ca"),
        ("UBND tỉnh", "tinh"),
        ("Sở KH&CN", "skhcn"),
        ("Sở Khoa học và Công nghệ tỉnh", "skhcn"),
        ("Sở Khoa hoc va Công ngệ", "skhcn"),
        ("Sở Y tế", None),
        ("Sở Nông vụ", None),
        ("Công an phường Tân Đồi", "td-ca"),
        ("Phòng Văn hóa - Xã hội phường Tân Đồi", "td-vhxh"),
        ("Phòng Văn hóa - Xã hội phường Nơi Khác", None),
        ("Trung tâm Y tế", None),
        ("Phòng Kinh tế", None),
    ],
)
def test_a_name_means_the_nearest_body_or_nothing(issuer: str, name: str, found: str | None) -> None:
    match = INDEX.match(name, issuer)
    assert (match.organization.id if match.organization else None) == found
    assert (match.confidence >= SURE) == (found is not None)
    assert not match.vague


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Các sở, ban, ngành", "Các sở, ban, ngành"),
        ("các sở, ngành", "Các sở, ban, ngành"),
        ("Các sở, ban, ngành tỉnh", "Các sở, ban, ngành"),
        ("UBND các phường, xã", "UBND các xã, phường"),
        ("Ủy ban nhân dân các xã, phường, đặc khu", "UBND các xã, phường"),
        ("UBND cấp xã", "UBND các xã, phường"),
        ("Các địa phương", "UBND các xã, phường"),
        ("địa phương", "UBND các xã, phường"),
        ("UBND các huyện, thị xã, thành phố", "UBND các huyện, thị xã, thành phố"),
        ("Các huyện, thị xã, thành phố", "UBND các huyện, thị xã, thành phố"),
        ("các phòng chuyên môn", "Các phòng chuyên môn"),
        ("Các phòng, ban chuyên môn", "Các phòng chuyên môn"),
        ("Các trường học trên địa bàn phường", "Các trường học"),
        ("Các khu phố", "Các khu phố, ấp"),
        ("các ấp, khu phố", "Các khu phố, ấp"),
    ],
)
def test_collectives_are_groups(name: str, group: str) -> None:
    match = INDEX.match(name, "bs")
    assert match.group is not None
    assert (match.group.name, match.organization) == (group, None)
    assert match.confidence >= SURE


@pytest.mark.parametrize(
    "name",
    [
        "Các cơ quan, đơn vị liên quan",
        "địa phương liên quan",
        "các sở, ngành liên quan",
        "Các cơ quan, đơn vị tại địa phương",
        "UBND thành phố, thị xã đủ điều kiện",
        "Các sở, ngành là chủ quản CSDL chuyên ngành",
        "Các doanh nghiệp, hợp tác xã",
    ],
)
def test_vague_collectives_mean_nobody(name: str) -> None:
    match = INDEX.match(name, "bs")
    assert (match.organization, match.group, match.vague) == (None, None, True)


@pytest.mark.parametrize("name", ["Công an phường", "Phòng VH-XH", "Khu phố 1"])
def test_two_bodies_equally_near_are_never_chosen_between(name: str) -> None:
    match = INDEX.match(name, "tinh")
    assert (match.organization, match.ambiguous) == (None, True)
    assert match.confidence < SURE


def test_the_level_named_decides_between_a_body_and_its_parts() -> None:
    match = INDEX.match("Công an", "tinh")
    assert match.organization is not None
    assert match.organization.id == "ca"


def test_without_an_issuer_only_names_that_say_where_are_matched() -> None:
    assert INDEX.match("Công an phường", None).organization is None
    match = INDEX.match("Công an phường Bến Sông", None)
    assert match.organization is not None
    assert match.organization.id == "bs-ca"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Phòng VH-XH", "Phòng Văn hoá và Xã hội"),
        ("UBMTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam"),
        ("Sở TT&TT", "Sở Thông tin và Truyền thông"),
        ("Sở GDĐT", "Sở Giáo dục và Đào tạo"),
        ("Sở VH,TT&DL", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Sở NN&MT", "Sở Nông nghiệp và Môi trường"),
        ("Sở LĐ-TB&XH", "Sở Lao động - Thương binh và Xã hội"),
        ("BHXH tỉnh", "Bảo hiểm xã hội tỉnh"),
        ("Đoàn TNCS HCM phường", "Đoàn Thanh niên phường"),
        ("Hội LHPN", "Hội Liên hiệp Phụ nữ"),
        ("TTPVHCC", "Trung tâm Phục vụ hành chính công"),
        ("Phòng Kĩ thuật Mĩ thuật", "Phòng Kỹ thuật Mỹ thuật"),
    ],
)
def test_spellings_of_one_name_have_one_key(left: str, right: str) -> None:
    assert name_key(left) == name_key(right)


@pytest.mark.parametrize(
    ("left", "right"), [("Sở Tài chính", "Sở Tư pháp"), ("Phòng Kinh tế", "Phòng Y tế"), ("Tân Tây", "Tân Tài")]
)
def test_different_names_keep_different_keys(left: str, right: str) -> None:
    assert name_key(left) != name_key(right)
