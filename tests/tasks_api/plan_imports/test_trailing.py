"""Deadlines in the words of a task, and the days that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks_api.plan_imports.trailing import Trailing, deadlines_of_clauses, split_trailing_deadline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tập huấn. Năm 2026, Năm 2027.", Trailing("Tập huấn.", "Năm 2026, Năm 2027")),
        ("Khảo sát (Quý II/2026)", Trailing("Khảo sát", "Quý II/2026")),
        ("Kiểm tra [Thanh tra Sở; 8/2026].", Trailing("Kiểm tra", "8/2026", lead="Thanh tra Sở")),
        (
            "Sửa đường, hoàn thành trong Quý I/2026.",
            Trailing("Sửa đường, hoàn thành trong Quý I/2026.", "hoàn thành trong Quý I/2026"),
        ),
        (
            "Sửa đường trước ngày 31/3/2026",
            Trailing("Sửa đường trước ngày 31/3/2026", "trước ngày 31/3/2026", None, True),
        ),
        ("Lập danh sách (trước 31/7).", Trailing("Lập danh sách", "trước 31/7")),
        ("Tổng kết phong trào năm 2025.", Trailing("Tổng kết phong trào năm 2025.")),
        ("Báo cáo giai đoạn (2021-2025)", Trailing("Báo cáo giai đoạn (2021-2025)")),
        ("Sửa đường.", Trailing("Sửa đường.")),
        (
            "Rà soát hộ, hoàn thành trước 15/5/2026; báo cáo kết quả trước ngày 20/5/2026.",
            Trailing(
                "Rà soát hộ, hoàn thành trước 15/5/2026; báo cáo kết quả trước ngày 20/5/2026.",
                "hoàn thành trước 15/5/2026",
                None,
                True,
            ),
        ),
    ],
)
def test_a_deadline_at_the_end_of_the_words(text: str, expected: Trailing) -> None:
    assert split_trailing_deadline(text) == expected


@pytest.mark.parametrize(
    ("text", "deadlines"),
    [
        ("Lập đề án trước 15/5 và ban hành trong tháng 6.", ["trước 15/5", "trong tháng 6"]),
        ("Trước ngày 30/6/2026 xong đợt 1 và đến 30/10/2026 xong đợt 2", ["Trước ngày 30/6/2026", "đến 30/10/2026"]),
        ("Rà soát các dự án được duyệt trước ngày 01/3/2026.", []),
        ("Họp trước ngày 30/6/2026; báo cáo kết quả trước ngày 15/7/2026.", ["trước ngày 30/6/2026"]),
        ("Xong trong quý II năm 2026, trước ngày 30/6/2026", ["Xong trong quý II năm 2026, trước ngày 30/6/2026"]),
    ],
)
def test_every_limit_in_the_words_is_seen_once(text: str, deadlines: list[str]) -> None:
    assert deadlines_of_clauses(text) == deadlines


_SCRAPS = "trước đến hết ngày 30/6/2026 15/5 trong tháng 6 quý II các được đã hoàn thành ; . , ( ) báo cáo của"


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_SCRAPS.split()), max_size=20).map(" ".join)))
def test_any_text_gives_deadlines_of_its_own_words(text: str) -> None:
    assert all(when in text for when in deadlines_of_clauses(text))
