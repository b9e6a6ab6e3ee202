"""How often a child that keeps dying is started again."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """At most `most` restarts within `window` seconds; the wait starts at `first_wait` seconds and doubles."""

    most: int = 5
    window: float = 60.0
    first_wait: float = 0.5

    def wait_after(self, deaths: Sequence[float], now: float) -> float | None:
        """Seconds to wait before the next start, or None when it is time to give up.

        `deaths` are instants of the same clock as `now`, the latest death included.
        """
        recent = sum(1 for death in deaths if now - death < self.window)
        if recent > self.most:
            return None
        return self.first_wait * 2.0 ** (recent - 1)
