"""What a service process may remember of who is believed, and for how long."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Generic, TypeVar

CALLER_SECONDS = 30.0
"""How long a caller or a key is remembered, as long as nothing changes what anybody may do
(`shared.http.access_watch`)."""
MOST = 10_000
"""Entries remembered at once; a flood of unknown ones empties the memory instead of growing it."""

Ticks = Callable[[], float]
"""Seconds that only ever grow, from an arbitrary beginning."""

V = TypeVar("V")


class Memory(Generic[V]):
    """A small map that forgets after `lifetime` seconds."""

    def __init__(self, ticks: Ticks = monotonic, *, lifetime: float) -> None:
        self._ticks = ticks
        self._lifetime = lifetime
        self._entries: dict[Any, tuple[float, V]] = {}

    def get(self, key: Any) -> V | None:
        """What was put under `key` a short while ago."""
        entry = self._entries.get(key)
        return entry[1] if entry and self._ticks() - entry[0] < self._lifetime else None

    def put(self, key: Any, value: V) -> None:
        """Remember `value`, counted from now."""
        if len(self._entries) >= MOST:
            self._entries.clear()
        self._entries[key] = (self._ticks(), value)
