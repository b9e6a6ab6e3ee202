import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.name_splitting import shared_levels, split_names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (None, []),
        ("", []),
        (" - ", []),
        ("Không", []),
        ("Sở Nội vụ", ["Sở Nội vụ"]),
        ("Sở Nội vụ, Sở Y tế; Công an tỉnh", ["Sở Nội vụ", "Sở Y tế", "Công an tỉnh"]),
        ("Ủy Ban MTTQ phường\nPhòng VH-XH", ["Ủy Ban MTTQ phường", "Phòng VH-XH"]),
        ("- Phòng VH-XH;\n- Công an phường.", ["Phòng VH-XH", "Công an phường"]),
        ("1. Sở Nội vụ\n2. Sở Y tế", ["Sở Nội vụ", "Sở Y tế"]),
        ("Phòng Văn hóa -\nXã hội phường", ["Phòng Văn hóa - Xã hội phường"]),
        ("Phòng Kinh tế, Hạ tầng và Đô thị, Sở Xây dựng", ["Phòng Kinh tế, Hạ tầng và Đô thị", "Sở Xây dựng"]),
        ("Sở Văn hóa, Thể thao và Du lịch, Sở Y tế", ["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"]),
        ("Phòng Văn hóa, Xã hội và Công an xã", ["Phòng Văn hóa, Xã hội", "Công an xã"]),
        ("Sở Khoa học và Công nghệ và Sở Nội vụ", ["Sở Khoa học và Công nghệ", "Sở Nội vụ"]),
        ("Văn phòng HĐND, UBND phường, Công an phường", ["Văn phòng HĐND, UBND phường", "Công an phường"]),
        ("Văn phòng HĐND và UBND phường", ["Văn phòng HĐND và UBND phường"]),
        ("Văn phòng HĐND - UBND", ["Văn phòng HĐND - UBND"]),
        ("Văn phòng Đoàn ĐBQH và HĐND tỉnh", ["Văn phòng Đoàn ĐBQH và HĐND tỉnh"]),
        ("Văn phòng Đoàn ĐBQH, HĐND và UBND tỉnh", ["Văn phòng Đoàn ĐBQH, HĐND và UBND tỉnh"]),
        ("Đài Phát thanh - Truyền hình và Báo Bến Sông", ["Đài Phát thanh - Truyền hình và Báo Bến Sông"]),
        ("Báo và Phát thanh, Truyền hình tỉnh", ["Báo và Phát thanh, Truyền hình tỉnh"]),
        ("Ban Quản lý dự án đầu tư và xây dựng", ["Ban Quản lý dự án đầu tư và xây dựng"]),
        ("UBND các huyện, thị xã, thành phố", ["UBND các huyện, thị xã, thành phố"]),
        ("Trạm Y tế các xã, phường", ["Trạm Y tế các xã, phường"]),
        ("Trạm Y tế các xã và phường, Công an tỉnh", ["Trạm Y tế các xã và phường", "Công an tỉnh"]),
        ("UBND các Huyện, Thị xã, Thành phố", ["UBND các Huyện, Thị xã, Thành phố"]),
        ("UBND thành phố, thị xã đủ điều kiện", ["UBND thành phố, thị xã đủ điều kiện"]),
        (
            "Các sở, ban, ngành, UBND các xã, phường",
            ["Các sở, ban, ngành", "UBND các xã, phường"],
        ),
        ("Các Sở, Ban, Ngành", ["Các Sở, Ban, Ngành"]),
        ("Các sở, ban, ngành, đoàn thể tỉnh", ["Các sở, ban, ngành, đoàn thể tỉnh"]),
        ("Sở Tư pháp và các sở, ngành", ["Sở Tư pháp", "các sở, ngành"]),
        ("Các sở, ngành, địa phương liên quan", ["Các sở, ngành", "địa phương liên quan"]),
        (
            "Công an tỉnh, Sở TT&TT, các cơ quan, đơn vị liên quan",
            ["Công an tỉnh", "Sở TT&TT", "các cơ quan, đơn vị liên quan"],
        ),
        (
            "Bảo hiểm Xã hội tỉnh, Công an tỉnh và UBND các xã",
            ["Bảo hiểm Xã hội tỉnh", "Công an tỉnh", "UBND các xã"],
        ),
        ("Các phòng, ban chuyên môn; các khu phố, ấp", ["Các phòng, ban chuyên môn", "các khu phố, ấp"]),
        ("Uỷ ban nhân dân phường và Công an phường", ["Uỷ ban nhân dân phường", "Công an phường"]),
        ("UBND phường Bến Sông, xã Tân An", ["UBND phường Bến Sông", "xã Tân An"]),
        ("Công an phường/Ban CHQS phường", ["Công an phường", "Ban CHQS phường"]),
        ("Sở Nội vụ; Sở Nội vụ", ["Sở Nội vụ"]),
        ("Sở Nội vụ & Sở Y tế", ["Sở Nội vụ", "Sở Y tế"]),
        ("Sở KH & CN + UBND xã Tân An", ["Sở KH & CN", "UBND xã Tân An"]),
        ("Sở Tư pháp với Tòa án tỉnh", ["Sở Tư pháp", "Tòa án tỉnh"]),
        ("Sở Tư pháp phối hợp với Tòa án tỉnh", ["Sở Tư pháp phối hợp với Tòa án tỉnh"]),
        ("Văn phòng HĐND & UBND phường", ["Văn phòng HĐND & UBND phường"]),
        ("Phòng Hạ tầng & Đô thị", ["Phòng Hạ tầng & Đô thị"]),
    ],
)
def test_a_cell_is_taken_apart_at_its_bodies_and_not_inside_them(cell: str | None, names: list[str]) -> None:
    assert split_names(cell) == names


def test_known_names_are_never_taken_apart() -> None:
    name = "Trung tâm Văn hóa và Trường Năng khiếu"
    assert split_names(f"{name}, Sở Y tế") == ["Trung tâm Văn hóa", "Trường Năng khiếu", "Sở Y tế"]
    assert split_names(f"{name.upper()}, Sở Y tế", (name,)) == [name.upper(), "Sở Y tế"]


def test_a_text_too_long_to_be_a_list_of_names_stays_whole() -> None:
    text = ", ".join(["Sở Nội vụ"] * 1000)
    assert split_names(text) == [text]


BODIES = ["Sở Nội vụ", "Sở Khoa học và Công nghệ", "Phòng Kinh tế, Hạ tầng và Đô thị", "Công an phường"]


@given(
    st.lists(st.sampled_from(BODIES), min_size=1, unique=True),
    st.sampled_from(["; ", "\n", ", ", " và ", " & ", " + ", " với "]),
)
def test_bodies_come_back_in_order_however_they_are_joined(bodies: list[str], joint: str) -> None:
    assert split_names(joint.join(bodies)) == bodies


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_without_losing_words(text: str) -> None:
    names = split_names(text)
    assert all(name == name.strip() and name for name in names)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        (
            "Ủy ban nhân dân, Văn phòng Đảng ủy, cơ quan Mặt trận Tổ quốc Việt Nam phường",
            ["Ủy ban nhân dân", "Văn phòng Đảng ủy", "cơ quan Mặt trận Tổ quốc Việt Nam phường"],
        ),
        ("CA phường, BCHQS phường, P. VHXH", ["CA phường", "BCHQS phường", "P. VHXH"]),
        ("Đ/c Nguyễn Văn Mẫu, Chủ tịch UBND phường", ["Đ/c Nguyễn Văn Mẫu, Chủ tịch UBND phường"]),
        ("Trưởng phòng VHXH, Trưởng Công an phường", ["Trưởng phòng VHXH", "Trưởng Công an phường"]),
        ("Phòng KT, HT&ĐT, HCCB, HND", ["Phòng KT, HT&ĐT", "HCCB", "HND"]),
    ],
)
def test_abbreviations_titles_and_people_are_parts_of_names(cell: str, names: list[str]) -> None:
    assert split_names(cell) == names


@pytest.mark.parametrize(
    ("cell", "levels"),
    [
        (
            "Ủy ban nhân dân, Văn phòng Đảng ủy, cơ quan Mặt trận Tổ quốc Việt Nam phường",
            {"Ủy ban nhân dân": "phường", "Văn phòng Đảng ủy": "phường"},
        ),
        ("Sở Nội vụ, Công an, UBND tỉnh", {"Công an": "tỉnh"}),
        ("Công an; UBND tỉnh", {}),
        ("Công an phường, UBND tỉnh", {}),
        ("UBND tỉnh, Công an", {}),
        ("", {}),
    ],
)
def test_one_level_behind_a_list_belongs_to_all_of_it(cell: str, levels: dict[str, str]) -> None:
    assert shared_levels(cell) == levels
