"""P8: from the command to four services that serve, on an empty data folder and again on the same one."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Timer
from time import perf_counter

from bench.places import FigureNotTakenError, free_port

GOAL = 15.0
SERVICES = ("tasks_api", "evidence_api", "relay", "worker")
ROUNDS = 3
"""Fresh folders: enough for a figure in whole seconds."""
LONGEST_START = 120.0
STOP_SECONDS = 60.0


def measure() -> str:
    """The line of the figure."""
    first, second = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="theodoi-bench-") as folder:
            first.append(_start(Path(folder)))
            second.append(_start(Path(folder)))
    return f"P8 {median(first):.1f} s goal {GOAL:.0f} s second start {median(second):.1f} s"


def _start(folder: Path) -> float:
    """Seconds until all four services are announced; stopped again before this returns."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("THEODOI_")} | {
        "THEODOI_DATA_DIR": str(folder / "data"),
        "THEODOI_TASKS_API_PORT": str(free_port()),
        "THEODOI_EVIDENCE_API_PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "services.operator_cli.main", "up"]
    started = perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as up:
        patience = Timer(LONGEST_START, up.kill)
        patience.start()
        try:
            return _wait_for_services(up) - started
        finally:
            patience.cancel()
            up.send_signal(signal.SIGINT)
            up.communicate(timeout=STOP_SECONDS)


def _wait_for_services(up: subprocess.Popen[str]) -> float:
    """The moment at which the last of them was announced."""
    assert up.stdout is not None
    waiting, lines = set(SERVICES), []
    for line in up.stdout:
        lines.append(line)
        waiting -= {name for name in waiting if f"({name}) sẵn sàng" in line}
        if not waiting:
            return perf_counter()
    raise FigureNotTakenError(f"`theodoi up` ended without {', '.join(sorted(waiting))}:\n{''.join(lines)}")
