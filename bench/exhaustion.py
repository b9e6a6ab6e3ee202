"""Takes every connection of tasks_api by holding a lock, and sees what the next caller is told."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

import asyncpg

from bench.load import UnexpectedAnswerError
from bench.places import FigureNotTakenError

PATIENCE_SECONDS = 10.0
LOOK_SECONDS = 0.02

_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tasks_api' AND wait_event_type = 'Lock'
"""


@dataclass(frozen=True, slots=True)
class Exhaustion:
    """Seconds: until all connections were in use at once, the slowest refusal, and from release to the last answer."""

    filled: float
    refused: float
    back: float


@dataclass(frozen=True, slots=True)
class Answer:
    """Its status, its lower-case head, and how many seconds it took."""

    status: int
    head: str
    seconds: float


async def exhaust(
    port: int,
    holder: asyncpg.Connection,
    watcher: asyncpg.Connection,
    reads: Sequence[bytes],
    writes: Sequence[bytes],
    pool_size: int,
) -> Exhaustion:
    """Fill both pools with `reads` and `writes` that wait for the lock of `holder`, ask one more of each, and release.

    `watcher` is another connection: inside of a transaction, Postgres shows the same activity again and again.
    Raises FigureNotTakenError when connections are missing, UnexpectedAnswerError when an answer is none we expect.
    """
    started_at = perf_counter()
    async with holder.transaction():
        await holder.execute("LOCK TABLE assignments IN ACCESS EXCLUSIVE MODE")
        held = [asyncio.create_task(_hold(port, content)) for content in reads[:pool_size]]
        await _until_waiting(watcher, pool_size)
        held += [asyncio.create_task(_hold(port, content)) for content in writes[:pool_size]]
        await _until_waiting(watcher, 2 * pool_size)
        filled = perf_counter() - started_at
        probes = await asyncio.gather(ask(port, reads[pool_size]), ask(port, writes[pool_size]))
    released_at = perf_counter()
    for answer in probes:
        _ensure(answer, lambda seen: seen.status == 503 and "\r\nretry-after: " in seen.head)
    for answer in await asyncio.gather(*held):
        _ensure(answer, lambda seen: seen.status in {200, 201})
    return Exhaustion(filled, max(answer.seconds for answer in probes), perf_counter() - released_at)


async def _hold(port: int, content: bytes) -> Answer:
    """Ask until let in, as a caller does that is told to come back: what was cut may still be at work."""
    while (answer := await ask(port, content)).status == 503:
        pass
    return answer


async def _until_waiting(watcher: asyncpg.Connection, count: int) -> None:
    deadline = perf_counter() + PATIENCE_SECONDS
    while (waiting := await watcher.fetchval(_WAITING)) < count:
        if perf_counter() > deadline:
            raise FigureNotTakenError(f"only {waiting} of {count} connections are in use: the others are lost")
        await asyncio.sleep(LOOK_SECONDS)


def _ensure(answer: Answer, expected: Callable[[Answer], bool]) -> None:
    if not expected(answer):
        raise UnexpectedAnswerError(answer.head)


async def ask(port: int, content: bytes) -> Answer:
    """Send one request on a connection of its own; done with the head of its answer."""
    started_at = perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(content)
        async with asyncio.timeout(2 * PATIENCE_SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        return Answer(int(head[9:12]), head, perf_counter() - started_at)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
