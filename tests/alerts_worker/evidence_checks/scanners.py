"""Scanners to check against: a real clamd with signatures of our own, and servers that lie in its place."""

import asyncio
import itertools
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from services.alerts_worker.evidence_checks.malware import trials

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
BAD = b"THEODOI-" + b"BAD-SAMPLE"
"""What our own signature finds anywhere in a file."""
STREAM_LIMIT = 4 << 20
_START_SECONDS = 60


def find_clamd() -> str | None:
    """The program, where it is installed; servers stand outside the path of ordinary users."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Daemon:
    """A real clamd of the test's own, on a port and in a folder of its own."""

    def __init__(self, program: str, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "own.ndb").write_text(f"Eicar.Test:0:0:{EICAR.hex()}\nTheodoi.Bad:0:*:{BAD.hex()}\n")
        self.configure("AlertExceedsMax yes")

    def configure(self, *lines: str) -> None:
        """What it does once it is started again; without `AlertExceedsMax yes` it hides what it did not look at."""
        common = (
            f"DatabaseDirectory {self.folder / 'signatures'}",
            *(f"TCPSocket {self.port}", "TCPAddr 127.0.0.1", f"LocalSocket {self.folder / 'socket'}"),
            *("Foreground yes", f"StreamMaxLength {STREAM_LIMIT}", f"TemporaryDirectory {self.folder}"),
        )
        (self.folder / "clamd.conf").write_text("\n".join((*common, *lines, "")))

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"unix://{self.folder / 'socket'}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-c", str(self.folder / "clamd.conf")], stdout=log, stderr=log, start_new_session=True
            )
        give_up_at = time.monotonic() + _START_SECONDS
        while not self._listens():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < give_up_at, (self.folder / "log").read_text()
            time.sleep(0.05)

    def _listens(self) -> bool:
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """It still takes connections, and never answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


@contextmanager
def real_clamd(program: str) -> Iterator[Daemon]:
    """Started, and killed in the end. Its folder has a short name: a socket's path may be no longer than 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    daemon = Daemon(program, folder, port)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.kill()
        shutil.rmtree(folder)


Lie = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What a server does once it is asked to scan a file that is no trial; the first chunk has been read."""


def saying(words: bytes) -> Lie:
    """Takes the whole file, and says something."""

    async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await _chunk(reader):
            pass
        writer.write(words)

    return lie


async def says_it_is_clean_too_early(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"stream: OK\0")


async def says_it_is_clean_and_reads_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"stream: OK\0")
    while await _chunk(reader):
        pass


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def never_answers(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    while await reader.read(1 << 16):
        pass


async def stops_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await _chunk(reader):
        pass
    writer.write(b"stream: ")
    await writer.drain()
    while await reader.read(1 << 16):
        pass


async def never_stops(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await _chunk(reader):
        pass
    with suppress(OSError):
        while True:
            writer.write(b"stream: OK\0" * 1000)
            await writer.drain()


async def _chunk(reader: asyncio.StreamReader) -> bytes:
    (size,) = struct.unpack(">I", await reader.readexactly(4))
    return await reader.readexactly(size) if size else b""


_TRIALS = {
    EICAR: b"stream: Eicar FOUND\0",
    trials.nest(): b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0",
}


@asynccontextmanager
async def lying_clamd(lie: Lie, *, trials_known: int | None = None, delay: float = 0) -> AsyncIterator[str]:
    """The address of a server that answers trials as clamd does, the first few or all, and lies about the rest.

    Each answer takes it `delay` seconds.
    """
    honest = itertools.count() if trials_known is None else iter(range(trials_known))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(delay)
            await _serve(reader, writer, lie, honest)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # who asked has hung up
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lie: Lie, honest: Iterator[int]) -> None:
    command = await reader.readuntil(b"\0")
    if command == b"zVERSION\0":
        writer.write(b"ClamAV 1.4.6/27000/Mon Mar  2 08:00:00 2026\0")
        return
    first = await _chunk(reader)
    if first not in _TRIALS or next(honest, None) is None:
        await lie(reader, writer)
        return
    await _chunk(reader)
    writer.write(_TRIALS[first])
