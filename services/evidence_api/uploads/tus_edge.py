"""What tus asks of every answer, also of those that no handler gives: pure ASGI around the service."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.evidence_api.uploads.protocol import CHECKSUMS, EXTENSIONS, VERSION
from shared.settings import get_settings

PATH = "/v1/uploads"
_OVERRIDES = frozenset({"PATCH", "DELETE", "HEAD"})


class TusEdge:
    """Says which protocol is spoken at `PATH`, and lets those that may send only POST say which method they mean."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" not in headers:
            await _capabilities()(scope, receive, send)
            return
        meant = headers.get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and meant in _OVERRIDES:
            scope["method"] = meant

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start" and "tus-resumable" in headers:
                told = MutableHeaders(raw=message["headers"])
                told["Tus-Resumable"] = VERSION
                if message["status"] == 412:
                    told["Tus-Version"] = VERSION
                message["headers"] = told.raw
            await send(message)

        await self._app(scope, receive, tell)


def _is_ours(path: str) -> bool:
    return path == PATH or path.startswith(f"{PATH}/")


def _capabilities() -> Response:
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(get_settings().upload_limit),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        },
    )
