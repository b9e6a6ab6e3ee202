"""tasks_api without row-level security: it acts as the login itself, which no policy binds, and reads the rows of a
page from the tables themselves. The page still brings its context, which nothing reads.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, cast

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from bench.plain_rows import PLAIN_ROWS
from services.tasks_api.assignments import page
from services.tasks_api.assignments.routes import router
from shared.db.session import Sessions
from shared.http.app import create_service


def create_app() -> FastAPI:
    """The part of the service that P1 asks; settings come from the environment."""
    page.page_statement = partial(page.page_statement, shown=PLAIN_ROWS)  # type: ignore[assignment] # with its cache
    app = create_service("unwalled", role=None, title="unwalled", routers=[router])
    walled = app.router.lifespan_context

    @asynccontextmanager
    async def unwalled(app: FastAPI) -> AsyncIterator[None]:
        async with walled(app):
            sessions = app.state.resources.read_sessions

            def open_plain(**_: Any) -> AsyncSession:
                return cast("AsyncSession", sessions())

            # Not an override of FastAPI's, which would work the dependency out anew for every request.
            app.state.resources = replace(app.state.resources, read_sessions=cast("Sessions", open_plain))
            yield

    app.router.lifespan_context = unwalled
    return app
