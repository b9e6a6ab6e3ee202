"""One transaction for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import roles
from shared.db.session import create_engine, create_sessions
from shared.settings import get_settings


@asynccontextmanager
async def session_on(database_url: str) -> AsyncIterator[AsyncSession]:
    """A session on `database_url`, committed when the block ends well."""
    engine = create_engine(database_url, get_settings(), application="operator_cli", role=roles.OPERATOR)
    try:
        async with create_sessions(engine).begin() as session:
            yield session
    finally:
        await engine.dispose()
