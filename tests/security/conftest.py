"""Both walls are asked over HTTP, as processes of their own; the matrix tells what it covered."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.session import create_engine, create_sessions
from shared.settings import get_settings

SUMMARY = pytest.StashKey[str]()


@pytest.fixture
async def session(committed_url: str) -> AsyncIterator[AsyncSession]:
    """Commits for real: other processes read it."""
    engine = create_engine(committed_url, get_settings(), application="tests")
    async with create_sessions(engine)() as opened:
        yield opened
    await engine.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if line := terminalreporter.config.stash.get(SUMMARY, ""):
        terminalreporter.write_line(line)
