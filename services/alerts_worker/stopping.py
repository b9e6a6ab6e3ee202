"""How a process of ours ends: it is asked to by a signal, finishes what it holds, and leaves."""

import asyncio
import contextlib
import signal
import sys


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set. Call it inside the running loop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until the process is asked to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def announce_ready() -> None:
    """The line the operator's command waits for."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
