"""Both walls are asked over HTTP, as processes of their own; each tells what it covered."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.session import create_engine, create_sessions
from shared.settings import get_settings

EVERY_ROLE = "--every-role"
SUMMARY = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(EVERY_ROLE, action="store_true", help="ask as every role of every organization")


@pytest.fixture
async def session(committed_url: str) -> AsyncIterator[AsyncSession]:
    """Commits for real: other processes read it."""
    engine = create_engine(committed_url, get_settings(), application="tests")
    async with create_sessions(engine)() as opened:
        yield opened
    await engine.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(SUMMARY, []):
        terminalreporter.write_line(line)
