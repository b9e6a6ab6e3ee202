"""Waiting for another process: look again and again until a condition holds, never for a fixed time."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], *, within: float = 30.0) -> None:
    """Return as soon as the condition is true; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"still not true after {within:.0f} s"
        time.sleep(0.02)
