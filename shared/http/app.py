"""The frame of both services: settings, engine, routers, problems, health."""

import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.outages import DRIVER_ERROR
from shared.db.session import create_engine, create_sessions
from shared.http import problems
from shared.http.auth import Authenticator
from shared.http.contract import Service
from shared.http.deps import Resources, resources
from shared.http.docs_page import docs_router
from shared.http.edge import Edge, Rules, Watch
from shared.http.idempotency import Repeated, replay
from shared.http.oidc import OidcKeys
from shared.http.rate_limits import RateLimit
from shared.log import configure_logging, describe, get_logger
from shared.metrics import watch_pools
from shared.settings import Settings, get_settings
from shared.tracing import tracing_to

logger = get_logger(__name__)

PROVING_CONNECTIONS = 2
"""Enough to look up the few callers that are not remembered."""
YOUNG_OBJECTS = 20_000
"""Objects made before the collector looks at them: a request makes thousands, and nearly all end with it."""


def create_service(
    name: str,
    *,
    role: str | None,
    title: str,
    routers: Sequence[APIRouter],
    limits: Mapping[str, int] | None = None,
    streaming: Sequence[str] = (),
) -> FastAPI:
    """An application that serves `routers` over engines that open and close with the process.

    It acts as the database role `role`, or without one as the login of its URL.

    `limits` and `streaming` are those of `shared.http.edge.Rules`.
    """
    settings = get_settings()
    configure_logging(settings.log_level)
    watch = Watch()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _resources(settings, name, role, watch) as app.state.resources:
            # What has been loaded lives as long as the process: the collector need not look at it again and again.
            gc.collect()
            gc.freeze()
            gc.set_threshold(YOUNG_OBJECTS, 20, 50)
            with tracing_to(settings.otlp_endpoint, name) as watch.tracing:
                yield

    app = Service(
        title=title,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.caller_limit = RateLimit(settings.caller_rate, settings.caller_burst)
    app.add_middleware(Edge, rules=Rules.of(settings, limits or {}, streaming), watch=watch)
    app.add_exception_handler(Repeated, replay)
    problems.install(app)
    app.include_router(_health)
    app.include_router(docs_router(title, "/openapi.json"))
    app.add_api_route("/metrics", _metrics_of(watch), include_in_schema=False)
    for router in routers:
        app.include_router(router)
    return app


@asynccontextmanager
async def _resources(settings: Settings, name: str, role: str | None, watch: Watch) -> AsyncIterator[Resources]:
    """What a service holds open: engines for writing, for reading, and for proving callers."""
    if not settings.database_url:
        raise SystemExit("Chưa đặt THEODOI_DATABASE_URL: hãy chạy `theodoi up` hoặc đặt biến này.")
    engine = create_engine(settings.database_url, settings, application=name, role=role)
    reading = create_engine(settings.database_url, settings, application=name, role=role, read_only=True)
    # Callers are proved on connections of their own: reads that hold all of theirs keep no writer out.
    few = settings.model_copy(update={"database_pool_size": PROVING_CONNECTIONS})
    proving = create_engine(settings.database_url, few, application=f"{name} proving", role=role, read_only=True)
    watch_pools(watch.metrics.registry, {"write": engine, "read": reading, "proving": proving})
    for each in (engine, reading, proving):
        await _connect_once(each)
    sessions = create_sessions(engine)
    oidc = OidcKeys(settings)
    yield Resources(
        sessions=sessions,
        read_sessions=create_sessions(reading),
        authenticator=Authenticator(
            sessions, audience=settings.token_audience, read_sessions=create_sessions(proving), oidc=oidc
        ),
        cursor_secret=cursor_secret(settings),
    )
    await oidc.close()
    for each in (proving, reading, engine):
        await each.dispose()


async def _connect_once(engine: AsyncEngine) -> None:
    """The first connection learns of types and versions, which is slow, and all others wait for it: better now than
    under the first requests. A database that is away is met again by them.
    """
    try:
        async with engine.connect():
            pass
    except (OSError, SQLAlchemyError, DRIVER_ERROR) as error:
        logger.warning("database not there yet", reason=describe(error))


def cursor_secret(settings: Settings) -> bytes:
    """The secret that signs page cursors: from settings, or a file both services share."""
    if settings.cursor_secret:
        return settings.cursor_secret.get_secret_value().encode()
    path = settings.data_dir / "keys" / "cursor.secret"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.read_bytes() if path.exists() else _create_secret(path)


def _create_secret(path: Path) -> bytes:
    """Written whole under another name first, so that a process starting beside us never reads half."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(os.urandom(32))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return path.read_bytes()


def _metrics_of(watch: Watch) -> Callable[[], Awaitable[Response]]:
    async def metrics() -> Response:
        """Figures for Prometheus; answered without a token, so kept from the public by the proxy."""
        return watch.metrics.answer()

    return metrics


_health = APIRouter(include_in_schema=False)


@_health.get("/healthz")
async def healthz() -> Response:
    """The process runs."""
    return Response("ok", media_type="text/plain")


@_health.get("/readyz")
async def readyz(request: Request) -> Response:
    """The process can serve: the database answers and is migrated."""
    async with resources(request).read_sessions() as session:
        await session.execute(text("SELECT 1 FROM alembic_version"))
    return Response("ok", media_type="text/plain")
