"""Sessions whose commits are real, and settings that point at them."""

from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from services.alerts_worker import transport
from shared.db.session import Sessions, create_engine, create_sessions
from shared.settings import Settings
from tests.conftest import Servers


@pytest.fixture
def settings(committed_url: str, servers: Servers) -> Settings:
    """A deployment of its own: the database is the test's, and so is its queue in Redis."""
    return Settings(
        database_url=committed_url,
        redis_url=servers.redis_url,
        relay_interval=0.02,
        retry_delay=2.0,
        delivery_lease=30,
        delivery_attempts=3,
    )


@pytest.fixture
async def committed(settings: Settings) -> AsyncIterator[Sessions]:
    """Sessions that really commit."""
    assert settings.database_url
    engine = create_engine(settings.database_url, settings, application="tests")
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[ArqRedis]:
    """A client of the test's own queue."""
    client = transport.connect(settings)
    yield client
    await client.delete(*(transport.queue_of(client, lane) for lane in transport.Lane))
    await client.aclose()
