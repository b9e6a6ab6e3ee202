"""What a connection may do before its request exists for any of our code: the head must be small, and come soon.

uvicorn limits neither by itself. It is started with `--http shared.http.heads:GuardedProtocol`.
"""

import json
from asyncio import BaseTransport, TimerHandle, Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.http.wording import TITLES
from shared.settings import get_settings

LARGEST_UNREAD = 64 << 10
"""Bytes of a head that is not complete, after its first piece, from which on no more of it is read. A complete one is
judged by the edge."""
_SLOW = (408, "head-too-slow", "Tiêu đề của yêu cầu đến quá chậm: hãy gửi lại.")
_LARGE = (431, "head-too-large", f"Tiêu đề của yêu cầu lớn hơn {LARGEST_UNREAD >> 10} KB.")


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which closes a connection whose next request does not get to the end of its head within
    `Settings.receive_timeout`, or not within `LARGEST_UNREAD` bytes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience = get_settings().receive_timeout
        self._in_head = False
        self._unread = 0
        self._waiting: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """A new connection owes us a head."""
        super().connection_made(cast("Transport", transport))
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is left to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """More bytes: what uvicorn's own timer of idle connections takes for a sign of life, a head must follow."""
        was_in_head = self._in_head
        super().data_received(data)
        if self._in_head and was_in_head:  # the piece in which a head begins may hold the end of a body as well
            self._unread += len(data)
            if self._unread > LARGEST_UNREAD:
                self._refuse(*_LARGE)
                return
        if self._waiting is None and self._is_idle():
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        super().on_message_begin()
        self._in_head, self._unread = True, 0

    def on_headers_complete(self) -> None:
        """A whole head: from here on the edge keeps watch."""
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait_for_head(self) -> None:
        self._waiting = self.loop.call_later(self._patience, self._refuse, *_SLOW)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _refuse(self, status: int, code: str, detail: str) -> None:
        """Answer at once and close. A connection that has sent nothing, or is being answered, is only closed."""
        self._stop_waiting()
        if self._in_head and self._is_idle():
            title, _ = TITLES[status]
            kind = f"urn:theodoi:problem:{code}"
            body = json.dumps({"type": kind, "title": title, "status": status, "detail": detail, "code": code})
            head = f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            self.transport.write(STATUS_LINE[status] + (head + body).encode("ascii"))
        self._in_head = False
        self.transport.close()
