"""Ending a process group step by step, from a polite signal to SIGKILL."""

import os
import signal
import time
from collections.abc import Callable
from typing import NamedTuple


class StopStep(NamedTuple):
    """Send `signal_number` to the group, then give it `patience` seconds before the next step."""

    signal_number: int
    patience: float


StopPlan = tuple[StopStep, ...]

TERMINATE: StopPlan = (StopStep(signal.SIGTERM, 10.0), StopStep(signal.SIGKILL, 5.0))


def signal_group(group: int, signal_number: int) -> bool:
    """Send a signal (0 only asks) to every process of the group; False when none is left to take it."""
    try:
        os.killpg(group, signal_number)
    except (ProcessLookupError, PermissionError):  # macOS says PermissionError of a group of zombies
        return False
    return True


def end_group(
    group: int,
    plan: StopPlan,
    *,
    ended: Callable[[], bool],
    hurried: Callable[[], bool] = lambda: False,
) -> None:
    """Walk the plan until `ended`; once `hurried`, waiting is cut short and the next step follows at once."""
    for step in plan:
        if not signal_group(group, step.signal_number):
            return
        last_step = step == plan[-1]
        deadline = time.monotonic() + step.patience
        while not ended() and time.monotonic() < deadline and (last_step or not hurried()):
            time.sleep(0.02)
        if ended():
            return
