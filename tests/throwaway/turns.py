"""Every turn of the throwaway processes taken, for as long as a test needs."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from shared import throwaway
from shared.throwaway import Limits


@asynccontextmanager
async def all_turns_taken(folder: Path) -> AsyncIterator[None]:
    """By processes that only wait, until the block is left."""
    running = []
    for number in range(throwaway.AT_ONCE):
        fifo = folder / str(number)
        os.mkfifo(fifo)
        entry = "tests.throwaway.misbehaving:wait_with_another"
        limits = Limits(may_start_programs=True)
        running.append(asyncio.create_task(throwaway.run(entry, b"", str(fifo), limits=limits)))
        await asyncio.to_thread(fifo.read_text)
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
