"""Byte ranges, as RFC 9110 section 14 reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evidence_api.evidence_files.ranges import ByteRange, Unsatisfiable, read_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=2-4", ByteRange(2, 4)),
        ("bytes=2-", ByteRange(2, 9)),
        ("bytes=2-99", ByteRange(2, 9)),
        ("bytes=9-9", ByteRange(9, 9)),
        ("bytes=-3", ByteRange(7, 9)),
        ("bytes=-99", ByteRange(0, 9)),
        ("Bytes=0-1", ByteRange(0, 1)),
        ("bytes=4-2", None),
        ("bytes=99-2", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("items=0-1", None),
        ("bytes=0-1,4-5", None),
        ("bytes=0-" + "9" * 40, None),
    ],
)
def test_a_range_of_ten_bytes(header: str | None, expected: ByteRange | None) -> None:
    assert read_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=999-", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_given(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        read_range(header, 10)


@given(st.integers(1, 10**12), st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_range_given_lies_inside_the_file(size: int, start: int, end: int) -> None:
    try:
        part = read_range(f"bytes={start}-{end}", size)
    except Unsatisfiable:
        assert start >= size
        return
    if part is not None:
        assert 0 <= part.start <= part.end < size
        assert part.length == part.end - part.start + 1
