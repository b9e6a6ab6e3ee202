"""Forms that bodies fill in as spreadsheets: nearly all is printed beforehand."""

from random import Random

from bench.lookalikes.minutes import STANDING, write_name

ROWS = 30
_WORDS = " ".join(STANDING).lower().replace(";", "").replace(".", "").replace(",", "").split()
_UNITS = ("Hộ", "Người", "Mét", "Bộ", "Hồ sơ")

Row = tuple[object, ...]


def write_sheet(rng: Random, template: int, filled: int) -> list[Row]:
    """Rows of a form, in which a body names itself and its people, and fills in so many of the `ROWS` figures."""
    same = Random(template)
    labels = [" ".join(same.sample(_WORDS, k=20)).capitalize() for _ in range(ROWS)]
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
