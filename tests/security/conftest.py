"""Tells what the matrix covered."""

import pytest

SUMMARY = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if line := terminalreporter.config.stash.get(SUMMARY, ""):
        terminalreporter.write_line(line)
