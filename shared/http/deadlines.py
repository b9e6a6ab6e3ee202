"""Ends requests that make no progress. One look at all of them now and then costs less than a timer for each."""

import asyncio
from typing import Protocol

LOOK_SECONDS = 0.5


class Waiting(Protocol):
    """Work that its task may be called back from at the loop's instant `until`."""

    until: float

    def give_up(self) -> None:
        """Cancel the task; called at most once, after `until`."""


class Deadlines:
    """Looks at what is entered, every `LOOK_SECONDS` or sooner where less is promised, as long as there is any."""

    def __init__(self, shortest: float) -> None:
        self._every = min(LOOK_SECONDS, shortest / 4)
        self._waiting: set[Waiting] = set()
        self._looking: asyncio.TimerHandle | None = None

    def enter(self, waiting: Waiting) -> None:
        """Watch over `waiting`."""
        self._waiting.add(waiting)
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(self._every, self._look)

    def leave(self, waiting: Waiting) -> None:
        """It came to an end by itself, or was given up."""
        self._waiting.discard(waiting)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for late in [waiting for waiting in self._waiting if waiting.until < now]:
            self._waiting.discard(late)
            late.give_up()
        self._looking = loop.call_later(self._every, self._look) if self._waiting else None
