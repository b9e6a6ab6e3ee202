import pytest

from services.tasks_api.plan_imports.duty_fields import Duty, split_fields


@pytest.mark.parametrize(
    ("text", "head", "values", "other"),
    [
        (
            "Sửa đường. Chủ trì: Sở A; Kinh phí: 2 tỷ đồng; Hoàn thành: 30/6/2026; Địa điểm: xã B.",
            "Sửa đường.",
            {Duty.LEAD: "Sở A", Duty.DEADLINE: "30/6/2026"},
            ("Kinh phí: 2 tỷ đồng", "Địa điểm: xã B"),
        ),
        (
            "Chủ trì: Sở A.\n- Nguồn lực: 5 người\nXong: quý II/2026",
            "",
            {Duty.LEAD: "Sở A", Duty.DEADLINE: "quý II/2026"},
            ("Nguồn lực: 5 người",),
        ),
        (
            "Thời gian: Giai đoạn 1: 30/6/2026; Giai đoạn hai: 31/12/2026",
            "",
            {Duty.DEADLINE: "Giai đoạn 1: 30/6/2026; Giai đoạn hai: 31/12/2026"},
            (),
        ),
        (
            "Phối hợp: Sở A; Các phòng: Kinh tế, Văn hóa",
            "",
            {Duty.COORDINATING: "Sở A; Các phòng: Kinh tế, Văn hóa"},
            (),
        ),
        (
            "Rà soát, phân công: mỗi thôn một cán bộ. Chủ trì: Sở A, thời gian: 3/2026",
            "Rà soát, phân công: mỗi thôn một cán bộ.",
            {Duty.LEAD: "Sở A", Duty.DEADLINE: "3/2026"},
            (),
        ),
        ("Sửa đường, chủ trì: Sở A", "Sửa đường,", {Duty.LEAD: "Sở A"}, ()),
        ("Sửa đường [Chủ trì: Sở A; phối hợp: Sở B]", "Sửa đường", {Duty.LEAD: "Sở A", Duty.COORDINATING: "Sở B"}, ()),
        ("Sửa đường (Chủ trì: Sở A)", "Sửa đường", {Duty.LEAD: "Sở A"}, ()),
        ("Hoàn thành: 100% hồ sơ", "Hoàn thành: 100% hồ sơ", {}, ()),
        ("Địa điểm: xã B", "Địa điểm: xã B", {}, ()),
    ],
)
def test_labels_end_the_values_before_them(
    text: str, head: str, values: dict[Duty, str], other: tuple[str, ...]
) -> None:
    fields = split_fields(text)
    assert (fields.head, fields.values, fields.other) == (head, values, other)
