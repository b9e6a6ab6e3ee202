"""R4: requests cut at random moments and exhausted pools leave no transaction open and no connection lost."""

import asyncio
import random
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter
from uuid import UUID

import asyncpg

from bench.callers import Caller, make_callers
from bench.exhaustion import Exhaustion, ask, exhaust
from bench.load import compose
from bench.options import Options
from bench.p2_progress import find_work, progress_request
from bench.places import Place, asyncpg_dsn
from bench.rounds import tell
from bench.serving import ours_served
from shared.domain.principal import Role
from shared.settings import get_settings

GOAL_WHOLE_SECONDS = 5.0
GOAL_REFUSED_SECONDS = 1.0
EXHAUSTIONS = 10
AT_ONCE = 32
LONGEST_PAUSE_SECONDS = 0.02
KINDS = ("commune", "province", "department")
OF_EACH = 10

LOOK_SECONDS = 0.02
QUIET_LOOKS = 15
PATIENCE_SECONDS = 20.0

Work = tuple[UUID, Caller]

_OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tasks_api'
      AND (state LIKE 'idle in transaction%' OR state = 'active')
"""


def measure(place: Place, options: Options) -> str:
    """The line of the figure."""
    reads, work = asyncio.run(_prepare(place))
    with ours_served(place) as port:
        return asyncio.run(_measure(place, port, reads, work, options.requests))


async def _prepare(place: Place) -> tuple[Sequence[bytes], Sequence[Work]]:
    callers = await make_callers(place, KINDS, Role.VIEWER, of_each=OF_EACH)
    reads = [compose("GET", "/v1/assignments?limit=50", {"Authorization": f"Bearer {each.token}"}) for each in callers]
    return reads, await find_work(place)


def _write(work: Work) -> bytes:
    """Each time with a key of its own: a repeated one would be answered without touching an assignment."""
    return progress_request(*work).content


async def _measure(place: Place, port: int, reads: Sequence[bytes], work: Sequence[Work], count: int) -> str:
    pool_size = get_settings().database_pool_size
    holder, watcher = [await asyncpg.connect(asyncpg_dsn(place.database_url)) for _ in range(2)]
    try:
        await _cut_all(port, reads, work, count)
        leaked, settled = await _settle(watcher)
        seen: list[Exhaustion] = []
        for _ in range(EXHAUSTIONS):
            writes = [_write(each) for each in random.sample(work, pool_size + 1)]
            seen.append(await exhaust(port, holder, watcher, reads, writes, pool_size))
        leaked += (await _settle(watcher))[0]
    finally:
        await holder.close()
        await watcher.close()
    whole = max(settled + seen[0].filled, *(each.back for each in seen))
    tell(f"R4 quiet {settled:.2f} s after the cuts, every connection of both pools in use {seen[0].filled:.2f} s later")
    return (
        f"R4 {leaked} leaked transactions of {count} cut requests goal 0, "
        f"full pool back in {whole:.2f} s goal {GOAL_WHOLE_SECONDS:.1f} s, 503 with Retry-After in "
        f"{max(each.refused for each in seen):.2f} s goal {GOAL_REFUSED_SECONDS:.1f} s ({EXHAUSTIONS} exhaustions)"
    )


async def _cut_all(port: int, reads: Sequence[bytes], work: Sequence[Work], count: int) -> None:
    """Reads and writes in turns, `AT_ONCE` at a time.

    Each waits for a live answer after its cut: else cut connections would pile up where the kernel accepts them, and
    the end of that queue would be measured, not the service.
    """
    alive = compose("GET", "/healthz", {})
    numbers = iter(range(count))

    async def cut_next() -> None:
        for number in numbers:
            await _cut(port, _write(random.choice(work)) if number % 2 else random.choice(reads))
            await ask(port, alive)

    await asyncio.gather(*(cut_next() for _ in range(AT_ONCE)))


async def _cut(port: int, content: bytes) -> None:
    """Hang up while sending, while the other side works, or while it answers; politely or not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    connection: socket.socket = writer.get_extra_info("socket")
    try:
        writer.write(content[: random.choice((random.randrange(len(content)), len(content)))])
        await asyncio.sleep(random.random() * LONGEST_PAUSE_SECONDS)
        if random.random() < 0.5:
            with suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_PAUSE_SECONDS):
                    await reader.read(random.randrange(1, 2000))
        if random.random() < 0.5:
            # A reset instead of a good-bye.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _settle(watcher: asyncpg.Connection) -> tuple[int, float]:
    """Wait until nothing is at work; how many transactions are open even so, and how many seconds it took."""
    started_at = perf_counter()
    quiet = 0
    while quiet < QUIET_LOOKS and perf_counter() - started_at < PATIENCE_SECONDS:
        left = int(await watcher.fetchval(_OPEN))
        quiet = 0 if left else quiet + 1
        await asyncio.sleep(LOOK_SECONDS)
    return left, perf_counter() - started_at - QUIET_LOOKS * LOOK_SECONDS
