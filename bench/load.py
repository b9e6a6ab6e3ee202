"""Load from a process of its own: raw HTTP/1.1 over kept connections, each sending as soon as it is answered."""

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from time import perf_counter
from typing import cast

import uvloop

CONNECTIONS = 8
PATIENCE_SECONDS = 60.0
"""How long the last answers of a load may take."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to send, and what must come back: a status and, where known, the exact size of the body."""

    content: bytes
    status: int
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answers in order of arrival, `latencies` in seconds; `seconds` from the first request to the last answer."""

    seconds: float
    latencies: Sequence[float]

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """The latency in seconds that so many percent of the answers did not exceed."""
        return sorted(self.latencies)[math.ceil(len(self.latencies) * percent / 100) - 1]


class UnexpectedAnswerError(Exception):
    """A server under load answered something else than it should: throughput of errors is no figure."""


def compose(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def run_load(port: int, requests: Sequence[Request], *, seconds: float, repeat: bool) -> Outcome:
    """Send `requests` in order for `seconds`, again and again if they may be repeated, else at most once each.

    Raises UnexpectedAnswerError.
    """
    # A fresh interpreter: nothing of ours may slow the client down or share its only thread.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as client:
        return client.submit(_run, port, requests, seconds, repeat).result()


def _run(port: int, requests: Sequence[Request], seconds: float, repeat: bool) -> Outcome:
    return uvloop.run(_load(port, cycle(requests) if repeat else iter(requests), seconds))


async def _load(port: int, requests: Iterator[Request], seconds: float) -> Outcome:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(CONNECTIONS)]
    started = perf_counter()

    def find_next() -> Request | None:
        return next(requests, None) if perf_counter() - started < seconds else None

    def protocol_of(end: asyncio.Future[None]) -> Callable[[], _Connection]:
        return lambda: _Connection(find_next, latencies, end)

    for end in ends:
        await loop.create_connection(protocol_of(end), "127.0.0.1", port)
    async with asyncio.timeout(seconds + PATIENCE_SECONDS):
        await asyncio.gather(*ends)
    return Outcome(perf_counter() - started, latencies)


class _Connection(asyncio.Protocol):
    """One request at a time; `end` is done when there are no more, or failed at the first wrong answer."""

    def __init__(
        self, find_next: Callable[[], Request | None], latencies: list[float], end: asyncio.Future[None]
    ) -> None:
        self._find_next = find_next
        self._latencies = latencies
        self._end = end
        self._request: Request | None = None
        self._received = b""
        self._whole = 0  # bytes of the answer, head and body; 0 until its head is read
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._send()

    def data_received(self, data: bytes) -> None:
        """Collect one answer, check it, ask again."""
        self._received += data
        if not self._whole and not self._read_head():
            return
        if len(self._received) >= self._whole:
            self._latencies.append(perf_counter() - self._sent_at)
            if len(self._received) > self._whole:
                self._fail("more bytes than announced")
            else:
                self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note a server that hangs up in the middle."""
        if not self._end.done():
            self._fail(f"the connection ended: {exc}")

    def _send(self) -> None:
        self._received, self._whole = b"", 0
        self._request = self._find_next()
        if self._request is None:
            self._end.set_result(None)
            self._transport.close()
        else:
            self._sent_at = perf_counter()
            self._transport.write(self._request.content)

    def _read_head(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        assert self._request is not None
        head = self._received[:end].lower()
        _, _, length = head.partition(b"\r\ncontent-length: ")
        size = int(length.partition(b"\r\n")[0] or -1)
        if int(head[9:12]) != self._request.status or size < 0 or self._request.size not in {None, size}:
            self._fail(f"unexpected answer: {self._received[:2000].decode(errors='replace')}")
            return False
        self._whole = end + 4 + size
        return True

    def _fail(self, reason: str) -> None:
        if not self._end.done():
            self._end.set_exception(UnexpectedAnswerError(reason))
        self._transport.close()
