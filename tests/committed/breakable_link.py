"""A link to Redis that can be cut and mended: the server goes on, the network does not."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class BreakableLink:
    """Forwards bytes between its own port and the server behind `target`."""

    def __init__(self, target: str) -> None:
        self._target = urlsplit(target)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self._used = False

    @property
    def url(self) -> str:
        """Where clients connect to; the database number stays the target's."""
        number = self._target.path if self._target.scheme == "redis" else ""
        return f"redis://127.0.0.1:{self._port}{number}"

    async def was_used(self) -> bool:
        """Whether anyone has connected yet."""
        return self._used

    async def mend(self) -> None:
        """Let clients through, at the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Drop every connection and refuse new ones."""
        assert self._server
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._used = True
        if self._target.scheme == "unix":
            upstream = await asyncio.open_unix_connection(self._target.path)
        else:
            upstream = await asyncio.open_connection(self._target.hostname, self._target.port or 6379)
        self._open |= {writer, upstream[1]}
        await asyncio.gather(self._pass_on(reader, upstream[1]), self._pass_on(upstream[0], writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        writer.close()
        self._open.discard(writer)


@asynccontextmanager
async def breakable_link(target: str) -> AsyncIterator[BreakableLink]:
    """A whole link to the server of a `redis://` or `unix://` URL."""
    link = BreakableLink(target)
    await link.mend()
    yield link
    await link.cut()
