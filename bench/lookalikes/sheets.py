"""Forms that bodies fill in as spreadsheets: nearly all is printed beforehand."""

from random import Random

from bench.lookalikes.minutes import STANDING, write_name

ROWS = 24
_UNITS = ("Hộ", "Người", "Mét", "Bộ", "Hồ sơ")

Row = tuple[object, ...]


def write_sheet(rng: Random, template: int) -> list[Row]:
    """Rows of a form, of which a body names itself and its people, and fills in from a sixth of the figures to all."""
    same = Random(template)
    labels = [f"Mục {same.randrange(1, 90)}: {same.choice(STANDING)}" for _ in range(ROWS)]
    filled = rng.randint(ROWS // 6, ROWS)
    rows: list[Row] = [
        ("BIỂU TỔNG HỢP KẾT QUẢ THỰC HIỆN NHIỆM VỤ",),
        (f"Đơn vị báo cáo: phường {write_name(rng)}",),
        (f"Kỳ báo cáo: tháng {rng.randrange(1, 13)} năm 2026",),
        ("STT", "Nội dung", "Đơn vị tính", "Kết quả", "Ghi chú"),
    ]
    for number, label in enumerate(labels, 1):
        figure = rng.randrange(1, 2000) if number <= filled else None
        rows.append((number, label, same.choice(_UNITS), figure))
    return [*rows, (f"Người lập biểu: {write_name(rng)}",), (f"Thủ trưởng đơn vị: {write_name(rng)}",)]
