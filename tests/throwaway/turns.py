"""Turns of the throwaway processes taken, for as long as a test needs."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from shared import throwaway
from shared.throwaway import Limits

WAITING = "tests.throwaway.misbehaving:wait_with_another"


@asynccontextmanager
async def a_turn_taken(folder: Path) -> AsyncIterator[tuple[asyncio.Task[Any], list[int]]]:
    """By a process that only waits, until the block is left: its run, and what it says of the processes involved."""
    fifo = folder / "told"
    os.mkfifo(fifo)
    limits = Limits(may_start_programs=True)
    running = asyncio.create_task(throwaway.run(WAITING, b"", str(fifo), limits=limits))
    try:
        yield running, [int(pid) for pid in (await asyncio.to_thread(fifo.read_text)).split()]
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def all_turns_taken(folder: Path) -> AsyncIterator[None]:
    """By as many such processes as there may be."""
    async with AsyncExitStack() as taken:
        for number in range(throwaway.AT_ONCE):
            place = folder / str(number)
            place.mkdir()
            await taken.enter_async_context(a_turn_taken(place))
        yield
