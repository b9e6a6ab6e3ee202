"""Ends requests that make no progress, or that nobody waits for any more.

One look at all of them now and then costs less than a timer and a listener for each; what is done between two looks
costs nothing.
"""

import asyncio
from typing import Protocol

LOOK_SECONDS = 0.5


class Waiting(Protocol):
    """Work that its task may be called back from at the loop's instant `until`."""

    until: float

    def is_abandoned(self) -> bool:
        """Whether whoever asked has gone."""

    def give_up(self) -> None:
        """Cancel the task; called at most once."""


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
        for vain in [each for each in self._waiting if each.until < now or each.is_abandoned()]:
            self._waiting.discard(vain)
            vain.give_up()
        self._looking = loop.call_later(self._every, self._look) if self._waiting else None
