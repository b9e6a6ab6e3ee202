"""A service's link to the process that throwaway ones are forked from, which is started when first needed.

`shared.throwaway_server` is the other side. Each process that has ended raises the auditing event
`theodoi.throwaway.ended`: its module, its exit code and the most memory it held, in KiB (on Linux).
"""

import asyncio
import atexit
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from shared.throwaway_server import serve; serve()"
# What programs need to find their own parts; everything else a service is told stays with the service.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")


class Run:
    """One process. What is sent to `requests` it reads, what it writes arrives at `answers`."""

    def __init__(self, module: str) -> None:
        """Have it forked, with `module` loaded. The sockets are for the event loop, and the caller's to close.

        Raises OSError, and leaves no socket open, where the system has no descriptor or process to spare.
        """
        with contextlib.ExitStack() as handed_over, contextlib.ExitStack() as kept:
            ours, theirs = [], []
            for _ in range(3):
                here, there = socket.socketpair()
                ours.append(kept.enter_context(here))
                theirs.append(handed_over.enter_context(there))
                here.setblocking(False)
            self.requests, self.answers, self._line = ours
            self._line.send(module.encode())
            _server.hand_over([each.fileno() for each in theirs])
            kept.pop_all()
        self._ending = asyncio.create_task(_see_off(module, self._line))

    async def wait(self) -> int | None:
        """Its exit code, negative for a signal; None when what it was forked from is gone and nobody can tell."""
        return await asyncio.shield(self._ending)

    async def kill(self) -> None:
        """See to it that neither it nor anything it started is left."""
        with contextlib.suppress(OSError):  # it has ended by itself
            self._line.shutdown(socket.SHUT_WR)
        await self.wait()


async def _see_off(module: str, line: socket.socket) -> int | None:
    told = b""
    with line, contextlib.suppress(ConnectionError):
        while part := await asyncio.get_running_loop().sock_recv(line, 256):
            told += part
    pid, _, end = told.partition(b"\n")
    if end:
        exit_code, peak = map(int, end.split())
        sys.audit("theodoi.throwaway.ended", module, exit_code, peak)
        return exit_code
    if pid:  # the server went first, and left it behind
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(pid), signal.SIGKILL)
    return None


class _Server:
    """One for all event loops of the service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._orders: socket.socket | None = None

    def hand_over(self, descriptors: Sequence[int]) -> None:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            assert self._orders is not None
            with contextlib.suppress(ConnectionError):  # it ended just now: the line of the run says so
                socket.send_fds(self._orders, [b"."], descriptors)

    def _start(self) -> None:
        if self._orders is not None:
            self._orders.close()
        self._orders, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as failing:
            failing.callback(self._orders.close)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", _START, str(_ROOT)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                cwd="/",
                start_new_session=True,
            )
            failing.pop_all()

    def end(self) -> None:
        """What it forked ends with it."""
        with self._lock:
            if self._orders is not None and self._process is not None:
                self._orders.close()
                self._process.wait()


_server = _Server()
atexit.register(_server.end)
