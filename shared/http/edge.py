"""The outermost layer: a request id for every answer, defects included, a limit on every body, headers that browsers
obey.
"""

from collections.abc import Mapping, Sequence

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import audit
from shared.db.ids import new_id
from shared.http.problems import problem, unexpected
from shared.http.wording import body_too_large

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Edge:
    """Pure ASGI, so that streams pass through unbuffered.

    `limits` gives path prefixes another limit than `body_limit`, in bytes; `streaming` lists those whose
    handlers count and limit the body themselves.
    """

    def __init__(self, app: ASGIApp, *, body_limit: int, limits: Mapping[str, int], streaming: Sequence[str]) -> None:
        self._app = app
        self._body_limit = body_limit
        self._limits = limits
        self._streaming = tuple(streaming)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(new_id())
        client = scope.get("client")
        mark = audit.origin.set(audit.Origin(request_id, client[0] if client else ""))
        structlog.contextvars.bind_contextvars(request_id=request_id)

        started = False

        async def send_marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._serve(scope, receive, send_marked)
        except Exception as error:
            if started:
                raise
            # Here and not in Starlette's outermost layer, where the request has lost its id and its headers.
            answer = unexpected(Request(scope), error)
            await answer(scope, receive, send_marked)
        finally:
            audit.origin.reset(mark)
            structlog.contextvars.clear_contextvars()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if b"%00" in scope["query_string"]:
            refusal = problem(Request(scope), 400, "query-unreadable", "Địa chỉ có ký tự NUL (%00): hãy bỏ đi.")
            await refusal(scope, receive, send)
            return
        path: str = scope["path"]
        if path.startswith(self._streaming):
            await self._app(scope, receive, send)
            return
        limit = next((size for prefix, size in self._limits.items() if path.startswith(prefix)), self._body_limit)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            refusal = problem(Request(scope), 413, "body-too-large", body_too_large(limit))
            await refusal(scope, receive, send)
            return
        await self._app(scope, _counting(receive, limit), send)


def _counting(receive: Receive, limit: int) -> Receive:
    """For bodies that do not declare their size."""
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, body_too_large(limit))
        return message

    return receive_limited
