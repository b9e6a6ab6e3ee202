"""One request on its way in and its answer on the way out, held to its limits; nothing is buffered on the way."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import overload

from starlette.types import Message, Receive, Scope, Send

from shared.http.receiving import Body
from shared.http.response_headers import Header, complete

_WANTED = frozenset(
    {
        b"access-control-request-method",
        b"authorization",
        b"content-length",
        b"content-type",
        b"origin",
        b"traceparent",
        b"transfer-encoding",
        b"x-forwarded-for",
        b"x-forwarded-proto",
        b"x-request-id",
    }
)


class Head:
    """The headers the edge looks at, found in one pass; repeated ones are joined as HTTP says."""

    __slots__ = ("_found", "size")

    def __init__(self, headers: Sequence[Header]) -> None:
        self._found: dict[bytes, bytes] = {}
        self.size = 0
        """Bytes of all names and values, but for the token: how long that may be, its verifier says."""
        for name, value in headers:
            if name != b"authorization":
                self.size += len(name) + len(value)
            if name in _WANTED:
                self._found[name] = self._found[name] + b"," + value if name in self._found else value

    @overload
    def get(self, name: bytes) -> bytes | None: ...
    @overload
    def get(self, name: bytes, default: bytes) -> bytes: ...
    def get(self, name: bytes, default: bytes | None = None) -> bytes | None:
        """The value of a wanted header."""
        return self._found.get(name, default)

    @property
    def announces_body(self) -> bool:
        """Whether anything follows."""
        return b"transfer-encoding" in self._found or self._found.get(b"content-length", b"0") != b"0"

    def text(self, name: bytes) -> str:
        """The value of a wanted header, empty without it."""
        return self._found.get(name, b"").decode("latin-1")


class Exchange:
    """What the edge knows of a request while it is served by the present task. Times are the loop's."""

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        body: Body,
        has_body: bool,
        own_headers: Sequence[Header],
        request_timeout: float,
        receive_timeout: float,
        stall_timeout: float,
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.scope = scope
        self.body = body
        self.status: int | None = None
        """None until the answer has begun."""
        self.receiving = False
        """Whether the handler waits for the body, and not the caller for us."""
        self.abandoned = False
        """Whether the caller was seen to have hung up."""
        self._ended = False
        self._has_body = has_body
        self._put_back: Message | None = None
        self._receive = receive
        self._send = send
        self._own_headers = own_headers
        self._request_timeout = request_timeout
        self._receive_timeout = receive_timeout
        self._stall_timeout = stall_timeout
        self._task = task
        self._cancelling = task.cancelling()
        self._time = task.get_loop().time
        self._body_began: float | None = None
        self.until = self._time() + request_timeout

    def is_abandoned(self) -> bool:
        """Whether the caller has hung up. Asked only where nothing of a body can get lost by asking."""
        if self._has_body and not self.body.whole:
            return False
        message = _receive_at_once(self._receive)
        if message is not None:
            self.abandoned = message["type"] == "http.disconnect"
            if not self.abandoned:
                self._put_back = message
        return self.abandoned

    def give_up(self) -> None:
        """Cancel what the handler is doing."""
        self._ended = True
        self._task.cancel()

    def ended_by_us(self) -> bool:
        """Whether a cancellation that arrived was ours, and only ours; takes it back."""
        return self._ended and self._task.uncancel() <= self._cancelling

    async def receive(self) -> Message:
        """The next part of the body, within its time. Raises BodyRefused."""
        if self._put_back is not None:
            message, self._put_back = self._put_back, None
            self.body.whole = True
            return message
        if self.body.whole:
            return await self._receive()
        self.until = self._until_next()
        self.receiving = True
        message = await self._receive()
        self.receiving = False
        self.until = self._time() + self._request_timeout
        if message["type"] == "http.request":
            self.body.take(message.get("body", b""), more=message.get("more_body", False))
        else:
            self.body.whole = True
        return message

    def _until_next(self) -> float:
        """A body that counts as a whole keeps a pace; one that is kept as it comes only may not stall."""
        if self.body.streams:
            return self._time() + self._stall_timeout
        if self._body_began is None:
            self._body_began = self._time()
        return self._body_began + self.body.patience(self._receive_timeout)

    async def send(self, message: Message) -> None:
        """The next part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = complete(message.get("headers", []), self.scope["scheme"], self._own_headers)
        self.until = self._time() + self._request_timeout
        await self._send(message)


def _receive_at_once(receive: Receive) -> Message | None:
    """The next message if it is there already; no waiting for it."""
    waiting = receive()
    if not isinstance(waiting, Coroutine):
        return None
    try:
        waiting.send(None)
    except StopIteration as done:
        message: Message = done.value
        return message
    waiting.close()
    return None
