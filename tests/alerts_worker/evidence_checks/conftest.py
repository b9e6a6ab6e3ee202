"""A real clamd for the tests of this folder, where one is installed."""

from collections.abc import Iterator

import pytest

from tests.alerts_worker.evidence_checks.scanners import Daemon, find_clamd, real_clamd


@pytest.fixture
def clamd() -> Iterator[Daemon]:
    program = find_clamd()
    if program is None:
        pytest.skip("clamd is not installed here (Debian: clamav-daemon)")
    with real_clamd(program) as daemon:
        yield daemon
