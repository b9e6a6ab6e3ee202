"""People and titles in a cell: the body is what counts, the words about the person are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.officers import Office, names_only_a_person, read_office
from shared.domain.text import squeeze


@pytest.mark.parametrize(
    ("text", "body", "officer"),
    [
        ("Công an phường", "Công an phường", None),
        ("Chủ tịch UBND phường", "UBND phường", "Chủ tịch UBND phường"),
        ("Phó Chủ tịch UBND phường", "UBND phường", "Phó Chủ tịch UBND phường"),
        ("Đ/c Trưởng phòng KT, HT&ĐT", "phòng KT, HT&ĐT", "Trưởng phòng KT, HT&ĐT"),
        ("Giám đốc Sở Nội vụ", "Sở Nội vụ", "Giám đốc Sở Nội vụ"),
        ("Chánh Văn phòng HĐND và UBND", "Văn phòng HĐND và UBND", "Chánh Văn phòng HĐND và UBND"),
        ("Trưởng Công an phường Lê Văn Mẫu", "Công an phường", "Lê Văn Mẫu, Trưởng Công an phường"),
        ("Đ/c Lê Văn Mẫu, Bí thư Đảng ủy", "Đảng ủy", "Lê Văn Mẫu, Bí thư Đảng ủy"),
        ("Sở Y tế - đ/c Lê Văn Mẫu", "Sở Y tế", "Lê Văn Mẫu"),
        ("Sở Y tế (Rõ người: Lê Văn Mẫu)", "Sở Y tế", "Lê Văn Mẫu"),
        ("Sở Y tế (đồng chí Lê Văn Mẫu)", "Sở Y tế", "Lê Văn Mẫu"),
        ("Phòng VHXH (Rõ người)", "Phòng VHXH (Rõ người)", None),
        ("Trường Tiểu học Lê Văn Tám", "Trường Tiểu học Lê Văn Tám", None),
        ("Trưởng các đoàn thể", "Trưởng các đoàn thể", None),
        ("Ban Chỉ đạo (chủ trì)", "Ban Chỉ đạo (chủ trì)", None),
        ("Ông", "Ông", None),
    ],
)
def test_a_name_says_which_body_and_who(text: str, body: str, officer: str | None) -> None:
    assert read_office(text) == Office(body, officer)


@pytest.mark.parametrize(
    ("text", "only"),
    [("đ/c Nguyễn Văn Mẫu", True), ("Bà Lê Mẫu", True), ("đ/c Trưởng phòng", False), ("Lê Lợi", False)],
)
def test_somebody_is_addressed_and_nothing_more(text: str, only: bool) -> None:
    assert names_only_a_person(text) is only


@given(
    st.text(max_size=60) | st.builds("{}{}".format, st.sampled_from(["Đ/c ", "Giám đốc ", "Ông Lê Mẫu, "]), st.text())
)
def test_a_body_is_always_left(text: str) -> None:
    office = read_office(text)
    assert bool(office.body) == bool(squeeze(text))
    assert office.officer is None or office.officer.strip()
