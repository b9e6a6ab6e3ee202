"""The frame of both services: settings, engine, routers, problems, health."""

import gc
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import text

from shared.db.session import create_engine, create_sessions
from shared.http import problems
from shared.http.auth import Authenticator
from shared.http.contract import Service
from shared.http.deps import Resources, resources
from shared.http.edge import Edge
from shared.http.idempotency import Repeated, replay
from shared.http.oidc import OidcKeys
from shared.log import configure_logging
from shared.settings import Settings, get_settings


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

    `limits` and `streaming` are those of `shared.http.edge.Edge`.
    """
    settings = get_settings()
    configure_logging(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if not settings.database_url:
            raise SystemExit("Chưa đặt THEODOI_DATABASE_URL: hãy chạy `theodoi up` hoặc đặt biến này.")
        engine = create_engine(settings.database_url, settings, application=name, role=role)
        read_engine = create_engine(settings.database_url, settings, application=name, role=role, read_only=True)
        sessions = create_sessions(engine)
        oidc = OidcKeys(settings)
        app.state.resources = Resources(
            sessions=sessions,
            read_sessions=create_sessions(read_engine),
            authenticator=Authenticator(sessions, audience=settings.token_audience, oidc=oidc),
            cursor_secret=cursor_secret(settings),
        )
        # What has been loaded lives as long as the process: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        yield
        await oidc.close()
        await read_engine.dispose()
        await engine.dispose()

    app = Service(
        title=title,
        version="1",
        lifespan=lifespan,
        redoc_url=None,
        separate_input_output_schemas=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(Edge, body_limit=settings.request_body_limit, limits=limits or {}, streaming=streaming)
    app.add_exception_handler(Repeated, replay)
    problems.install(app)
    app.include_router(_health)
    for router in routers:
        app.include_router(router)
    return app


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
