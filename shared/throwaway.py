"""Runs what reads foreign bytes in a process that is thrown away: little memory, little time, no
credentials.

The bytes go in over a socket, JSON comes out over another; `shared.throwaway_child` is the other side. The process has
an environment without credentials, a session of its own, and is killed with whatever it started when its time is
up or nobody waits for it any longer. What it answers is as foreign as the bytes: whoever asks looks it over.

It is forked from one that has loaded the modules of all entries asked for so far (`shared.throwaway_server`): loading
one must start no thread, and leave everything as the others expect it.
"""

import asyncio
import contextlib
import json
import math
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from weakref import WeakKeyDictionary

from shared.domain import errors
from shared.log import get_logger
from shared.throwaway_link import Run

MIB = 1024 * 1024
AT_ONCE = min(4, max(2, os.cpu_count() or 1))
"""Processes at once."""

_TOO_LONG = {-signal.SIGXCPU, -signal.SIGALRM}

logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use: `memory` in bytes beyond what is loaded beforehand, `output` in bytes, the rest in seconds.
    `may_start_programs` lets the entry run others, each under the same limits."""

    memory: int = 512 * MIB
    cpu: int = 20
    wall: int = 20
    output: int = 64 * MIB
    may_start_programs: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How a caller waits for its turn: so many `seconds` at most, and not at all `behind` so many who wait already."""

    seconds: float
    behind: float = math.inf


WITHIN_A_REQUEST = Patience(6.0, behind=AT_ONCE)
"""With the wall time below the 30 s an open transaction may stand idle; together fewer than connections in the pool."""


class Failed(Exception):
    """The process could not be begun, broke, or gave no proper answer."""


class Exceeded(Exception):
    """The process wanted more time, memory or output than it may have."""


class Busy(TimeoutError):
    """No turn was free in time, or the system has none to spare: the file has no part in it."""


async def run(
    entry: str,
    content: bytes,
    argument: errors.Json = None,
    *,
    limits: Limits | None = None,
    patience: Patience = WITHIN_A_REQUEST,
) -> Any:
    """What `module:function`, called with the bytes and `argument`, returns, as JSON.

    A refusal of the domain raised there is raised here. Raises Failed, Exceeded, Busy.
    """
    limits = limits or Limits()
    async with _turn(patience):
        answer, code = await _ask(entry, content, argument, limits)
    return _understood(entry, answer, code)


class _Turns:
    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self.waiting = 0


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def _turn(patience: Patience) -> AsyncIterator[None]:
    turns = _turns.setdefault(asyncio.get_running_loop(), _Turns())
    if turns.free.locked() and turns.waiting >= patience.behind:
        raise Busy("too many are waiting")
    turns.waiting += 1
    try:
        async with asyncio.timeout(patience.seconds):
            await turns.free.acquire()
    except TimeoutError as error:
        raise Busy("no turn was free in time") from error
    finally:
        turns.waiting -= 1
    try:
        yield
    finally:
        turns.free.release()


async def _ask(entry: str, content: bytes, argument: errors.Json, limits: Limits) -> tuple[bytes, int | None]:
    """The answer and, where it is known, the exit code. Raises Busy when it could not be begun, Exceeded when time or
    output ran over."""
    head = json.dumps({"entry": entry, "argument": argument, "limits": asdict(limits)}).encode() + b"\n"
    try:
        process = Run(entry.partition(":")[0])
    except OSError as error:
        logger.warning("throwaway-not-begun", entry=entry, failure=str(error))
        raise Busy("the system could not begin it") from error
    with process.requests, process.answers:
        try:
            async with asyncio.timeout(limits.wall):
                telling = asyncio.create_task(_tell(process.requests, (head, content)))
                try:
                    answer = await _read(process.answers, limits.output)
                    code = await process.wait()
                finally:
                    telling.cancel()
                    await asyncio.gather(telling, return_exceptions=True)
        except TimeoutError as error:
            raise Exceeded("wall time") from error
        finally:
            await process.kill()
    return answer, code


async def _tell(requests: socket.socket, parts: Iterable[bytes]) -> None:
    with contextlib.suppress(ConnectionError):  # it ended before it had read everything: its exit code says why
        for part in parts:
            await asyncio.get_running_loop().sock_sendall(requests, part)
        requests.shutdown(socket.SHUT_WR)


async def _read(answers: socket.socket, most: int) -> bytes:
    parts, size = [], 0
    while part := await asyncio.get_running_loop().sock_recv(answers, 1 << 18):
        parts.append(part)
        size += len(part)
        if size > most:
            raise Exceeded("output")
    return b"".join(parts)


def _understood(entry: str, answer: bytes, code: int | None) -> Any:
    if code in _TOO_LONG:
        raise Exceeded("processor time")
    try:
        told = json.loads(answer)
        (kind,) = told
    except (ValueError, TypeError, RecursionError) as error:
        logger.warning("throwaway-ended", entry=entry, exit_code=code)
        raise Failed(f"exit code {code}") from error
    match told:
        case {"answer": value}:
            return value
        case {"exceeded": str(what)}:
            raise Exceeded(what)
        case {"refusal": dict(refusal)}:
            raise _refusal(refusal)
        case _:
            logger.warning("throwaway-failed", entry=entry, failure=str(told[kind])[:200])
            raise Failed(str(told[kind])[:200])


def _refusal(told: dict[str, Any]) -> errors.DomainError:
    """The error as it was raised there."""
    families = {family.__name__: family for family in errors.DomainError.__subclasses__()}
    try:
        places = [errors.FieldError(**each) for each in told["errors"]]
        return families[told["family"]](told["code"], told["detail"], errors=places, facts=told["facts"])
    except (KeyError, TypeError) as error:
        raise Failed("a refusal that is none") from error
