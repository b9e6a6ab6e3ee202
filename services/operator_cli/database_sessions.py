"""One transaction for one command."""

import getpass
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db import roles
from shared.db.ids import new_id
from shared.db.session import create_engine, create_sessions
from shared.settings import get_settings


@asynccontextmanager
async def session_on(database_url: str) -> AsyncIterator[AsyncSession]:
    """A session on `database_url`, committed when the block ends well; the trail names the account at the console."""
    mark = audit.origin.set(audit.Origin(str(new_id()), f"console:{_account()}"))
    engine = create_engine(database_url, get_settings(), application="operator_cli", role=roles.OPERATOR)
    try:
        async with create_sessions(engine).begin() as session:
            yield session
    finally:
        await engine.dispose()
        audit.origin.reset(mark)


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return str(os.getuid())
