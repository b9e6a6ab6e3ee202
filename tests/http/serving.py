"""A service over a database of its own choosing, for what the shared transaction of a test cannot show."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from services.tasks_api.app import create_app
from shared.db.session import Sessions, create_engine, create_sessions
from shared.domain.principal import Principal
from shared.http.deps import authenticate
from shared.http.heads import GuardedProtocol
from shared.settings import get_settings
from tests.conftest import client_of


@asynccontextmanager
async def engine_on(url: str, *, connections: int = 20) -> AsyncIterator[AsyncEngine]:
    """At most `connections` at once; who would have to wait long for one is refused."""
    settings = get_settings().model_copy(update={"database_pool_size": connections})
    engine = create_engine(url, settings, application="tests")
    yield engine
    await engine.dispose()


@asynccontextmanager
async def committing_service(url: str) -> AsyncIterator[tuple[httpx.AsyncClient, Sessions]]:
    """tasks_api where every request really commits, and sessions on the same database."""
    async with engine_on(url) as engine:
        sessions = create_sessions(engine)
        async with client_of(create_app(), sessions) as client:
            yield client, sessions


@contextmanager
def settings_of(**changes: str) -> Iterator[None]:
    """A deployment that has chosen these settings, for services created inside."""
    try:
        with environment({f"THEODOI_{name.upper()}": value for name, value in changes.items()}):
            get_settings.cache_clear()
            yield
    finally:
        get_settings.cache_clear()


@contextmanager
def environment(changes: Mapping[str, str]) -> Iterator[None]:
    """These variables of the process, for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[int]:
    """A real server in this loop, over resources the app already has; its loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, http=GuardedProtocol, lifespan="off", access_log=False, proxy_headers=False, log_config=None
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


def admit_anybody(app: FastAPI) -> None:
    """Take every request of a service of trials for that of one caller: who asks is not what is tried."""
    caller = Principal(
        subject="somebody", client="tests", organization_id=uuid4(), organization_path="/H10/", roles=frozenset()
    )

    async def somebody() -> Principal:
        return caller

    app.dependency_overrides[authenticate] = somebody
