"""Relay and worker as real processes, started as an operator's command starts them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.settings import Settings

ROOT = Path(__file__).parents[2]


class Process:
    """One of our processes with its output in a file."""

    def __init__(self, name: str, settings: Settings, folder: Path) -> None:
        self._log = folder / f"{name}-{len(list(folder.iterdir()))}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"services.alerts_worker.{name}"],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, **_environment(settings)},
            )

    def is_ready(self) -> bool:
        """Whether it said so; fails if it ended instead."""
        assert self._process.poll() is None, self._log.read_text()
        return "ready" in self._log.read_text().splitlines()

    def kill(self) -> None:
        """SIGKILL: nothing gets a chance to tidy up."""
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        """SIGTERM; returns the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=30)


def _environment(settings: Settings) -> dict[str, str]:
    names = (
        *("database_url", "redis_url", "data_dir", "relay_interval", "retry_delay"),
        *("delivery_lease", "delivery_attempts", "audit_interval", "clamd_url"),
    )
    values = {name: getattr(settings, name) for name in names}
    return {f"THEODOI_{name.upper()}": str(value) for name, value in values.items() if value is not None}


@contextmanager
def process(name: str, settings: Settings, folder: Path) -> Iterator[Process]:
    """Start `relay` or `worker`; whatever is left of it at the end is killed."""
    started = Process(name, settings, folder)
    try:
        yield started
    finally:
        started.kill()
