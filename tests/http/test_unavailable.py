"""When the database cannot serve, callers are told to come back, not that their token or request is wrong."""

import asyncio

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from services.tasks_api.app import create_app
from shared.db.session import Sessions, create_sessions
from shared.domain.principal import Role
from shared.http.auth import Authenticator
from shared.http.deps import Resources
from shared.settings import get_settings
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization
from tests.http.serving import committing_service, engine_on


def ensure_asked_to_return(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.json()["code"] == "busy"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


@pytest.fixture
async def caller(session: AsyncSession, token_maker: TokenMaker) -> dict[str, str]:
    return await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)


async def ask(caller: dict[str, str], *, keys_from: Sessions, rows_from: AsyncEngine) -> httpx.Response:
    """One request to a service that proves callers with `keys_from` and answers from `rows_from`."""
    app = create_app()
    app.state.resources = Resources(
        sessions=create_sessions(rows_from),
        read_sessions=create_sessions(rows_from),
        authenticator=Authenticator(keys_from, audience=get_settings().token_audience),
        cursor_secret=b"a secret of the tests",
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await client.get("/v1/plans", headers=caller)


async def test_no_free_connection_for_the_request(shared_url: str, sessions: Sessions, caller: dict[str, str]) -> None:
    async with engine_on(shared_url, connections=1) as engine, engine.connect():
        ensure_asked_to_return(await ask(caller, keys_from=sessions, rows_from=engine))


async def test_no_free_connection_to_look_up_the_callers_key(shared_url: str, caller: dict[str, str]) -> None:
    async with engine_on(shared_url, connections=1) as engine, engine.connect():
        ensure_asked_to_return(await ask(caller, keys_from=create_sessions(engine), rows_from=engine))


async def test_no_database_at_all(unused_tcp_port: int, sessions: Sessions, caller: dict[str, str]) -> None:
    async with engine_on(f"postgresql+asyncpg://postgres@127.0.0.1:{unused_tcp_port}/postgres") as engine:
        ensure_asked_to_return(await ask(caller, keys_from=sessions, rows_from=engine))


END_WAITING = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event = 'relation'")
END_OTHERS = text("""
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
""")


async def test_a_connection_lost_within_a_request_and_those_lost_between_requests(
    committed_url: str, token_maker: TokenMaker
) -> None:
    async with committing_service(committed_url) as (client, sessions), engine_on(committed_url) as other:
        async with sessions() as session:
            caller = await make_caller(session, token_maker, await make_organization(session), Role.VIEWER)
            await session.commit()
        assert (await client.get("/v1/plans", headers=caller)).status_code == 200
        async with other.begin() as operator:
            await operator.execute(text("LOCK TABLE plans IN ACCESS EXCLUSIVE MODE"))
            waiting = asyncio.create_task(client.get("/v1/plans", headers=caller))
            while not (await operator.execute(END_WAITING)).all():
                await operator.execute(text("SELECT pg_sleep(0.01)"))
            lost_within = await waiting
        async with other.connect() as operator:
            await operator.execute(END_OTHERS)
        following = await client.get("/v1/plans", headers=caller)

    ensure_asked_to_return(lost_within)
    assert following.status_code == 200
