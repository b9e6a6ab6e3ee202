"""What routes ask for: the caller, a transaction, the version the caller means to change.

All are coroutines: FastAPI would hand a plain function to a thread, at many times its own cost.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from shared.db.context import acting, session_info
from shared.db.models.base import Versioned
from shared.db.session import Sessions
from shared.domain.errors import PreconditionMissing, Stale
from shared.domain.principal import Principal
from shared.http.auth import Authenticator, bearer_token
from shared.http.callers import admit
from shared.http.contract import OBLIGATORY
from shared.http.permissions import ensure_scope_of_route


@dataclass(frozen=True, slots=True)
class Resources:
    """What one service process holds open, kept in `app.state.resources`."""

    sessions: Sessions
    read_sessions: Sessions
    authenticator: Authenticator
    cursor_secret: bytes


def resources(request: Request) -> Resources:
    """The open resources of the running service."""
    opened: Resources = request.app.state.resources
    return opened


async def authenticate(request: Request) -> Principal:
    """The proven caller; a system only where it was registered for what the operation asks."""
    token = bearer_token(request.headers.getlist("authorization"))
    principal = await resources(request).authenticator.authenticate(token)
    admit(request, principal)
    ensure_scope_of_route(request, principal)
    return principal


CurrentPrincipal = Annotated[Principal, Depends(authenticate)]


async def open_session(request: Request, principal: CurrentPrincipal) -> AsyncIterator[AsyncSession]:
    """One transaction for the whole request, committed before the answer leaves (`scope="function"`)."""
    # Not `sessions.begin()`: it starts a task for every closing, where FastAPI already shields this one.
    session = resources(request).sessions(info=session_info(acting(principal)))
    try:
        yield session
        await session.commit()
    finally:
        await session.close()


async def open_read_session(request: Request, principal: CurrentPrincipal) -> AsyncIterator[AsyncSession]:
    """Reads only, as of each statement: Postgres itself refuses writes."""
    session = resources(request).read_sessions(info=session_info(acting(principal)))
    try:
        yield session
    finally:
        await session.close()


async def open_statement_session(request: Request, _: CurrentPrincipal) -> AsyncIterator[AsyncSession]:
    """For reads that bring their context along (`shared.db.context.carrying`), and of what is nobody's secret: each
    statement stands alone, and without a context the policies show nothing of anybody.
    """
    session = resources(request).read_sessions()
    try:
        yield session
    finally:
        await session.close()


Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]
"""Opens a transaction of its own, which commits as its block ends."""


async def open_transactions(request: Request, principal: CurrentPrincipal) -> Begin:
    """For requests that last longer than a transaction may, and keep what they have done so far."""
    sessions = resources(request).sessions

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncSession]:
        async with sessions(info=session_info(acting(principal))) as session, session.begin():
            yield session

    return begin


Session = Annotated[AsyncSession, Depends(open_session, scope="function")]
Transactions = Annotated[Begin, Depends(open_transactions)]
ReadSession = Annotated[AsyncSession, Depends(open_read_session, scope="function")]
StatementSession = Annotated[AsyncSession, Depends(open_statement_session, scope="function")]

_ETAG = re.compile(r'"(\d{1,9})"')


def read_version(header: str) -> int:
    """The version an `If-Match` names; Stale for anything we never gave out."""
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise Stale("version-unknown", "If-Match phải là giá trị ETag đã nhận khi đọc dữ liệu.")
    return int(match[1])


async def required_version(
    if_match: Annotated[str | None, Header(json_schema_extra={OBLIGATORY: True})] = None,
) -> int:
    """The version the caller edits; PreconditionMissing (428) without `If-Match`."""
    if if_match is None:
        raise PreconditionMissing("if-match-required", "Cần gửi If-Match với ETag của bản đang sửa.")
    return read_version(if_match)


async def offered_version(if_match: Annotated[str | None, Header()] = None) -> int | None:
    """The version the caller last saw, where it says so."""
    return None if if_match is None else read_version(if_match)


ExpectedVersion = Annotated[int, Depends(required_version)]
OfferedVersion = Annotated[int | None, Depends(offered_version)]


def etag(thing: Versioned) -> str:
    """The `ETag` of a versioned row."""
    return f'"{thing.version}"'


def json_bytes(content: bytes) -> Response:
    """JSON that Postgres has already built."""
    return Response(content, media_type="application/json")
