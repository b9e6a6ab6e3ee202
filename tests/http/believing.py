"""A service that believes whom a test chooses, by clocks of the test's own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from time import monotonic

import httpx

from services.tasks_api.app import create_app
from shared import clock
from shared.db.session import Sessions
from shared.http.auth import Authenticator
from shared.http.deps import Resources
from shared.http.oidc import OidcKeys
from shared.settings import Settings
from tests.conftest import client_of


@asynccontextmanager
async def believing_service(
    sessions: Sessions,
    settings: Settings,
    *,
    ticks: Callable[[], float] = monotonic,
    now: Callable[[], datetime] = clock.now,
) -> AsyncIterator[httpx.AsyncClient]:
    """tasks_api whose authenticator is the one that `settings` describe."""
    app = create_app()
    async with client_of(app, sessions) as client:
        oidc = OidcKeys(settings, ticks=ticks)
        resources: Resources = app.state.resources
        authenticator = Authenticator(
            resources.sessions, audience=settings.token_audience, oidc=oidc, ticks=ticks, now=now
        )
        app.state.resources = replace(resources, authenticator=authenticator)
        yield client
        await oidc.close()


async def ask(client: httpx.AsyncClient, token: str, path: str = "/v1/me") -> httpx.Response:
    return await client.get(path, headers={b"Authorization": f"Bearer {token}".encode()})
