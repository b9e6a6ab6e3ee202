"""How fast a caller may come, and how often an address may fail to prove who it is. Counted per process.

A proven caller has a bucket of its own wherever it comes from; an address is counted only for what fails, so that
one broken client behind a shared address does not lock out its neighbours who already work with a good token.
"""

from collections import OrderedDict
from collections.abc import Hashable
from time import monotonic

MOST = 10_000
"""Callers, addresses or bearers remembered at once: a flood of new ones pushes out the least recent."""


class TooManyRequests(Exception):
    """The caller came too fast; `wait` is the seconds until the next request is let through."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait:.3f} s")
        self.wait = wait


class RateLimit:
    """A token bucket for each key: `rate` a second, `burst` at once; a rate of 0 limits nothing.

    Of each bucket one number is kept: the instant at which it will be full again.
    """

    def __init__(self, rate: float, burst: int, *, most: int = MOST) -> None:
        self._each = 1 / rate if rate else 0.0
        self._depth = burst * self._each
        self._most = most
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._full_at)

    def take(self, key: Hashable, now: float) -> float:
        """Take one token; else nothing is taken, and the seconds until there is one are returned."""
        if not self._each:
            return 0.0
        full_at = max(self._full_at.get(key, now), now) + self._each
        wait = full_at - now - self._depth
        if wait > 1e-9:
            return wait
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0

    def wait(self, key: Hashable, now: float) -> float:
        """The seconds until a token can be taken; takes none."""
        return max(0.0, self._full_at.get(key, now) + self._each - now - self._depth)


class Failures:
    """Addresses whose requests are refused with 401, and the bearers that were not."""

    def __init__(self, limit: RateLimit, *, most: int = MOST) -> None:
        self._limit = limit
        self._most = most
        self._good: OrderedDict[int, None] = OrderedDict()

    def wait(self, address: str, authorization: bytes | None) -> float:
        """The seconds this request has to wait because of earlier failures from its address."""
        if not self._limit:
            return 0.0
        wait = self._limit.wait(_network(address), monotonic())
        return 0.0 if wait and authorization is not None and hash(authorization) in self._good else wait

    def note(self, address: str, authorization: bytes | None, status: int | None) -> None:
        """Learn from an answer."""
        if status == 401:
            self._limit.take(_network(address), monotonic())
            self._good.pop(hash(authorization), None)
        elif authorization is not None and status is not None and status < 400:
            # Its hash, salted anew in each process: a token itself is kept nowhere.
            bearer = hash(authorization)
            self._good[bearer] = None
            self._good.move_to_end(bearer)
            if len(self._good) > self._most:
                self._good.popitem(last=False)


def _network(address: str) -> str:
    """What one subscriber holds: an address, or the first half (/64) of an IPv6 one."""
    return ":".join(address.split(":")[:4]) if ":" in address else address
