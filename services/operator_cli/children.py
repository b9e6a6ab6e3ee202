"""One child process of the operator's command: its own session, its own log file, a sign that it is ready."""

import http.client
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.operator_cli.process_groups import TERMINATE, StopPlan, end_group, signal_group


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a child runs under when the command itself runs as root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run and how to tell that it serves."""

    name: str
    command: Sequence[str]
    is_ready: Callable[["Child"], bool]
    """Asked again and again after the start; must answer quickly and never raise."""
    announcement: str | None = None
    """Said once ready, after `✓ `; None keeps silent."""
    environment: Mapping[str, str] | None = None
    """The whole environment of the child; None is ours."""
    folder: Path | None = None
    account: Account | None = None
    stop_plan: StopPlan = TERMINATE


class Child:
    """A started child. `log_file` is appended to; `output()` is what this run alone wrote there."""

    def __init__(self, spec: ChildSpec, log_file: Path) -> None:
        self.spec = spec
        self.log_file = log_file
        self._log_start = log_file.stat().st_size if log_file.exists() else 0
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                list(spec.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=spec.environment,
                cwd=spec.folder,
                start_new_session=True,
                user=spec.account.uid if spec.account else None,
                group=spec.account.gid if spec.account else None,
                extra_groups=() if spec.account else None,
            )

    @property
    def pid(self) -> int:
        """Also the id of its process group and session."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while running; negative for the signal that ended it."""
        return self._process.poll()

    def is_ready(self) -> bool:
        """True once it serves."""
        return self.exit_code() is None and self.spec.is_ready(self)

    def output(self) -> str:
        """What this run has written so far."""
        with self.log_file.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def stop(self, hurried: Callable[[], bool]) -> None:
        """End the child and whatever it left behind in its group."""
        if self._process.returncode is None:  # a group seen to end may already be someone else's number
            end_group(self.pid, self.spec.stop_plan, ended=lambda: self.exit_code() is not None, hurried=hurried)
            self.sweep()

    def sweep(self) -> None:
        """Kill what an ended child left behind in its group; only right after its end was seen."""
        signal_group(self.pid, signal.SIGKILL)


def inherited_environment(**changes: str) -> dict[str, str]:
    """Our own environment with some variables set."""
    return {**os.environ, **changes}


def prints_ready(child: Child) -> bool:
    """Ready when a line starting with `ready` is on its output."""
    return any(line.startswith("ready") for line in child.output().splitlines())


def answers_ready(port: int) -> Callable[[Child], bool]:
    """Ready when `GET /readyz` on this loopback port answers 200."""

    def probe(child: Child) -> bool:  # noqa: ARG001 -- every probe is given its child
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe
