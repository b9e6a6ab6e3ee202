"""The doctor says which lines clamd.conf still needs; clamd does not tell its settings, so it is tried."""

from collections.abc import Iterator

import pytest

from services.operator_cli.scanner_in_reach import examine_scanner
from tests.alerts_worker.evidence_checks.scanners import (
    STREAM_LIMIT,
    Daemon,
    find_clamd,
    lying_clamd,
    real_clamd,
    saying,
)

ENOUGH = ("AlertExceedsMax yes", "MaxFileSize 4M", "MaxScanSize 12M")
ALL_LINES = (
    "clamd.conf cần có đủ: StreamMaxLength 4M; MaxFileSize 4M; MaxScanSize 12M; MaxScanTime 20000; AlertExceedsMax yes."
)


@pytest.fixture(scope="module")
def clamd() -> Iterator[Daemon]:
    program = find_clamd()
    if program is None:
        pytest.skip("clamd is not installed here (Debian: clamav-daemon)")
    with real_clamd(program) as daemon:
        yield daemon


@pytest.mark.parametrize(
    ("lines", "largest", "missing"),
    [
        (ENOUGH, STREAM_LIMIT, None),
        (ENOUGH[1:], STREAM_LIMIT, "AlertExceedsMax yes"),
        (("MaxFileSize 2M", *ENOUGH), STREAM_LIMIT, "còn thiếu MaxFileSize 4M: "),
        (("MaxScanSize 8M", *ENOUGH), STREAM_LIMIT, "còn thiếu MaxScanSize 12M: "),
        (ENOUGH, STREAM_LIMIT + 1, "còn thiếu StreamMaxLength 5M: "),
    ],
    ids=["all is well", "hides its limits", "small files", "little in a file", "small streams"],
)
async def test_a_line_that_is_missing_is_named(
    clamd: Daemon, lines: tuple[str, ...], largest: int, missing: str | None
) -> None:
    clamd.kill()
    clamd.configure(*lines)
    clamd.start()
    ok, detail = await examine_scanner(clamd.url, largest=largest, seconds=20)
    assert ok is (missing is None)
    assert (missing or "ClamAV") in detail
    assert ok or largest > STREAM_LIMIT or ALL_LINES in detail


async def test_a_scanner_without_signatures_is_told() -> None:
    async with lying_clamd(saying(b"stream: OK\0"), trials_known=0) as url:
        ok, detail = await examine_scanner(url, largest=STREAM_LIMIT, seconds=20)
    assert (ok, "không nhận ra mẫu thử" in detail) == (False, True)
