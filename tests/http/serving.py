"""A service over a database of its own choosing, for what the shared transaction of a test cannot show."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.tasks_api.app import create_app
from shared.db.session import Sessions, create_sessions, to_json
from tests.conftest import client_of


@asynccontextmanager
async def engine_on(url: str, *, connections: int = 5, patience: float = 30.0) -> AsyncIterator[AsyncEngine]:
    """At most `connections` at once; who waits longer than `patience` seconds for one is refused."""
    engine = create_async_engine(
        url, pool_size=connections, max_overflow=0, pool_timeout=patience, json_serializer=to_json
    )
    yield engine
    await engine.dispose()


@asynccontextmanager
async def committing_service(url: str) -> AsyncIterator[tuple[httpx.AsyncClient, Sessions]]:
    """tasks_api where every request really commits, and sessions on the same database."""
    async with engine_on(url) as engine:
        sessions = create_sessions(engine)
        async with client_of(create_app(), sessions) as client:
            yield client, sessions
