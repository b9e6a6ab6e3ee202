"""Real servers for every test: embedded by default, the ones of `THEODOI_TEST_*_URL` when given.

`session`, `tasks_api` and `evidence_api` share one connection whose transaction is rolled back after the
test; `committed_url` is a database of its own, cloned from the migrated template, for what must really commit.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from services.evidence_api.app import create_app as create_evidence_api
from services.operator_cli.embedded import start_embedded
from services.operator_cli.migrating import migrate
from services.operator_cli.seeding import seed
from services.tasks_api.app import create_app as create_tasks_api
from shared.db import roles
from shared.db.appending import AppendingSession
from shared.db.session import Sessions, create_engine, create_sessions
from shared.http.auth import Authenticator
from shared.http.deps import Resources
from shared.settings import get_settings
from tests.factories.identity import TokenMaker

# Settings are read when first used, never on import.
DATA_DIR = Path(tempfile.mkdtemp(prefix="theodoi-tests-"))
os.environ["THEODOI_DATA_DIR"] = str(DATA_DIR)
os.environ["THEODOI_CLAMD_URL"] = "none"
os.environ.pop("THEODOI_DATABASE_URL", None)
os.environ.pop("THEODOI_REDIS_URL", None)

# How long an example takes says how busy the machine is, and nothing of our code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA_DIR, ignore_errors=True)


@dataclass(frozen=True)
class Servers:
    """Where Postgres (a maintenance database) and Redis listen."""

    database_url: str
    redis_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    database_url = os.environ.get("THEODOI_TEST_DATABASE_URL")
    redis_url = os.environ.get("THEODOI_TEST_REDIS_URL")
    if redis_url:
        redis_url = own_numbered_database(redis_url)
    if database_url and redis_url:
        yield Servers(database_url, redis_url)
        return
    with start_embedded(DATA_DIR / "servers") as embedded:
        yield Servers(database_url or embedded.database_url, redis_url or embedded.redis_url)


def own_numbered_database(redis_url: str) -> str:
    """The first process of the tests has the numbered database that the URL names (0 if none), the next the one after;
    Redis has sixteen, so that after the last comes the first.
    """
    url = urlsplit(redis_url)
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return url._replace(path=f"/{(int(url.path.strip('/') or 0) + process) % 16}").geturl()


async def run_sql(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


def with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
async def template_url(servers: Servers) -> AsyncIterator[str]:
    """A migrated and seeded database that nobody stays connected to."""
    name = f"theodoi_template_{uuid4().hex[:12]}"
    await run_sql(servers.database_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = with_database(servers.database_url, name)
    await asyncio.to_thread(migrate, url)
    engine = create_engine(url, get_settings(), application="tests")
    async with create_sessions(engine).begin() as session:
        await seed(session)
    await engine.dispose()
    yield url
    await run_sql(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def cloned(servers: Servers, template_url: str) -> AsyncIterator[str]:
    name = f"theodoi_{uuid4().hex[:12]}"
    template = make_url(template_url).database
    await run_sql(servers.database_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield with_database(servers.database_url, name)
    await run_sql(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def shared_url(servers: Servers, template_url: str) -> AsyncIterator[str]:
    async with cloned(servers, template_url) as url:
        yield url


@pytest.fixture
async def committed_url(servers: Servers, template_url: str) -> AsyncIterator[str]:
    """A fresh database where transactions really commit."""
    async with cloned(servers, template_url) as url:
        yield url


@pytest.fixture(scope="session")
async def shared_engine(shared_url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(shared_url, get_settings(), application="tests")
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(shared_engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with shared_engine.connect() as opened:
        transaction = await opened.begin()
        yield opened
        await transaction.rollback()


class ServedSession(AppendingSession):
    """A session of a service: it acts in the service's database role, on the connection that tests share with it."""


@event.listens_for(ServedSession, "after_begin")
def _take_role(session: Session, _: SessionTransaction, connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL ROLE {session.info['role']}")


@event.listens_for(ServedSession, "after_commit")
def _give_role_back(session: Session) -> None:
    """A rollback gives it back by itself; a commit is only a savepoint's."""
    bind = session.get_bind()
    assert isinstance(bind, Connection)
    bind.exec_driver_sql("RESET ROLE")


def served_as(role: str, connection: AsyncConnection) -> Sessions:
    """Sessions as a service opens them."""
    return create_sessions(
        connection, join_transaction_mode="create_savepoint", info={"role": role}, session_class=ServedSession
    )


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    """Sessions whose commits are savepoints of the test's transaction."""
    return create_sessions(connection, join_transaction_mode="create_savepoint")


@pytest.fixture
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """The test's own: it sees and writes everything."""
    async with create_sessions(connection, join_transaction_mode="create_savepoint")() as opened:
        yield opened


@pytest.fixture(scope="session")
def token_maker() -> TokenMaker:
    return TokenMaker()


def client_of(app: FastAPI, sessions: Sessions) -> httpx.AsyncClient:
    app.state.resources = Resources(
        sessions=sessions,
        read_sessions=sessions,
        authenticator=Authenticator(sessions, audience=get_settings().token_audience),
        cursor_secret=b"a secret of the tests",
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


@pytest.fixture(scope="session")
def apps() -> dict[str, FastAPI]:
    """Both services, for all tests that bring their own resources: FastAPI works out routes anew for each app."""
    return {"tasks_api": create_tasks_api(), "evidence_api": create_evidence_api()}


@pytest.fixture
async def tasks_api(apps: dict[str, FastAPI], connection: AsyncConnection) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(apps["tasks_api"], served_as(roles.TASKS_API, connection)) as client:
        yield client


@pytest.fixture
async def evidence_api(apps: dict[str, FastAPI], connection: AsyncConnection) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(apps["evidence_api"], served_as(roles.EVIDENCE_API, connection)) as client:
        yield client
