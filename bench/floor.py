"""The floor as a process: a bare Starlette over asyncpg that runs the same SQL and answers the same bytes.

No authentication, no checks, no session layer: who asks stands in the query, and the cursor is not signed.
"""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench import floor_writes
from bench.places import SERVER_SETTINGS, asyncpg_dsn
from bench.plain_rows import PLAIN_ROWS
from services.tasks_api.assignments.page import page_statement
from shared.clock import today
from shared.settings import get_settings

_PAGE_SQL, _PAGE_ARGUMENTS = page_statement(frozenset(), shown=PLAIN_ROWS)


def create_app() -> Starlette:
    """The floor; settings come from the environment, like ours."""
    settings = get_settings()
    assert settings.database_url
    dsn, size = asyncpg_dsn(settings.database_url), settings.database_pool_size

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            dsn, min_size=size, max_size=size, server_settings=SERVER_SETTINGS, init=_read_json
        ) as pool:
            app.state.pool = pool
            yield

    return Starlette(
        routes=[
            Route("/readyz", _answer_ready),
            Route("/v1/assignments", _list_assignments),
            Route("/v1/assignments/{assignment_id}/progress", floor_writes.report_progress, methods=["POST"]),
        ],
        lifespan=lifespan,
    )


async def _read_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def _answer_ready(_: Request) -> Response:
    return Response(b"ok")


async def _list_assignments(request: Request) -> Response:
    values = {
        "viewer": UUID(request.query_params["viewer"]),
        "today": today(),
        "limit": int(request.query_params["limit"]),
    }
    row = await request.app.state.pool.fetchrow(_PAGE_SQL, *(values[name] for name in _PAGE_ARGUMENTS))
    keys = json.dumps([row["last_due"].isoformat(), str(row["last_id"])]).encode() if row["has_more"] else b""
    cursor = base64.urlsafe_b64encode(keys).decode()
    return Response(f'{{"items":{row["items"]},"next_cursor":"{cursor}"}}'.encode(), media_type="application/json")
