"""Sessions as tasks_api opens them, an OIDC provider beside the servers, and a clock that stands still until told."""

from collections.abc import Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db import roles
from shared.db.session import Sessions
from tests.conftest import served_as
from tests.http.oidc_realms import OidcRealm, oidc_provider


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    return served_as(roles.TASKS_API, connection)


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    with oidc_provider() as address:
        yield address


@pytest.fixture
def realm(provider: str) -> OidcRealm:
    return OidcRealm.on(provider)


class StandingClock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def ticks() -> StandingClock:
    return StandingClock()
