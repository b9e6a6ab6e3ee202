"""Heads that never end or never come: the connection closes, and nothing else is disturbed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from fastapi import FastAPI

from shared.http.heads import LARGEST_UNREAD
from tests.http.serving import listening, settings_of

HALF = b"GET /slow HTTP/1.1\r\nHost: here\r\nX-Half: "
WHOLE = b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n"


@dataclass(frozen=True)
class Line:
    """One raw connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
        return int(head.split()[1]), await self.reader.readexactly(int(fields[b"content-length"]))

    async def refusal(self) -> tuple[int, str]:
        """Status and code of a problem document after which the connection is closed."""
        status, body = await self.answer()
        assert await self.reader.read() == b""
        problem = json.loads(body)
        assert problem["status"] == status
        return status, problem["code"]

    async def is_closed(self) -> bool:
        """Whether the other side ends it, be it with a reset because we were still sending."""
        try:
            async with asyncio.timeout(30):
                await self.reader.read()
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return True

    async def drip(self, drop: bytes) -> None:
        """Send for ever, as slowly as looks alive."""
        while True:
            self.writer.write(drop)
            await self.writer.drain()
            await asyncio.sleep(0.01)


@asynccontextmanager
async def line(*, receive_timeout: str = "0.3") -> AsyncIterator[Line]:
    app = FastAPI()

    @app.get("/slow")
    async def wait_a_while() -> str:
        await asyncio.sleep(0.6)
        return "xong"

    with settings_of(receive_timeout=receive_timeout):
        async with listening(app) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            yield Line(reader, writer)
            writer.close()


async def test_a_head_that_stops_half_way_is_refused() -> None:
    async with line() as opened:
        opened.writer.write(HALF)
        assert await opened.refusal() == (408, "head-too-slow")


async def test_a_head_that_drips_is_refused() -> None:
    async with line() as opened:
        opened.writer.write(HALF)
        dripping = asyncio.create_task(opened.drip(b"x"))
        assert await opened.is_closed()
        dripping.cancel()


async def test_a_connection_that_asks_nothing_is_closed() -> None:
    async with line() as opened:
        assert await opened.is_closed()


async def test_empty_lines_after_an_answer_keep_no_connection_open() -> None:
    async with line() as opened:
        opened.writer.write(WHOLE)
        assert await opened.answer() == (200, b'"xong"')
        dripping = asyncio.create_task(opened.drip(b"\r\n"))
        assert await opened.is_closed()
        dripping.cancel()


async def test_a_head_without_an_end_is_not_kept() -> None:
    async with line(receive_timeout="60") as opened:
        for piece in (HALF, b"x" * LARGEST_UNREAD):
            opened.writer.write(piece)
            await asyncio.sleep(0.1)
        opened.writer.write(b"x")  # the last byte that is read: an answer to more would be lost in a reset
        assert await opened.refusal() == (431, "head-too-large")


@pytest.mark.parametrize("next_head", [b"", HALF], ids=["alone", "with half of the next"])
async def test_an_answer_that_takes_longer_than_a_head_is_given_whole(next_head: bytes) -> None:
    async with line() as opened:
        opened.writer.write(WHOLE + next_head)
        assert await opened.answer() == (200, b'"xong"')


async def test_a_connection_is_used_again_and_again() -> None:
    async with line() as opened:
        for _ in range(3):
            opened.writer.write(HALF)
            await asyncio.sleep(0.1)
            opened.writer.write(b"now whole\r\n\r\n")
            assert await opened.answer() == (200, b'"xong"')
