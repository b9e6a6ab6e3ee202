"""tasks_api without row-level security: it acts as the login itself, which no policy binds, and sets no context."""

from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.assignments.routes import router
from shared.http.app import create_service
from shared.http.deps import open_read_session, resources


def create_app() -> FastAPI:
    """The part of the service that P1 asks; settings come from the environment."""
    app = create_service("unwalled", role=None, title="unwalled", routers=[router])
    app.dependency_overrides[open_read_session] = _open_plain_session
    return app


async def _open_plain_session(request: Request) -> AsyncIterator[AsyncSession]:
    session = resources(request).read_sessions()
    try:
        yield session
    finally:
        await session.close()
