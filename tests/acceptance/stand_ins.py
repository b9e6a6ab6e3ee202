"""Small real processes that stand in for our services and for `theodoi up` itself.

`python -m tests.acceptance.stand_ins ROLE ARGUMENTS…`, see `ROLES`.
"""

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import FrameType

from services.operator_cli.children import ChildSpec, answers_ready, prints_ready
from services.operator_cli.process_groups import StopStep
from services.operator_cli.processes import Processes
from services.operator_cli.restart_policy import RestartPolicy
from services.operator_cli.stop_requests import StopRequested, StopRequests


class ReadyAnswer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def listen(port: str) -> None:
    """Answer `/readyz` on a loopback port until SIGTERM."""
    HTTPServer(("127.0.0.1", int(port)), ReadyAnswer).serve_forever()


def work(name: str, farewells: str) -> None:
    """Say `ready`; on SIGTERM add a line with our name to a file and end with code 0."""

    def leave(number: int, frame: FrameType | None) -> None:
        with Path(farewells).open("a") as file:
            file.write(f"{name}\n")
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    say("ready")
    while True:
        time.sleep(60)


def resist() -> None:
    """Say `ready` and ignore SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("ready")
    while True:
        time.sleep(60)


def fail(last_words: str) -> None:
    """Say something and end with code 3."""
    say(last_words)
    sys.exit(3)


def supervise(folder: str, port: str, patience: str) -> None:
    """A command as `theodoi up` is built: a child that listens, one that resists for `patience` seconds, the watch."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests run under nohup hand down that it is ignored
    stop_plan = (StopStep(signal.SIGTERM, float(patience)), StopStep(signal.SIGKILL, 5.0))
    with StopRequests() as stops:
        processes = Processes(Path(folder), say, policy=RestartPolicy(first_wait=0.0))
        try:
            processes.start(
                stand_in("listener", "listen", port, is_ready=answers_ready(int(port))),
                replace(stand_in("resister", "resist"), stop_plan=stop_plan),
            )
            processes.wait_until_ready(interrupted=stops.check)
            say("all ready")
            processes.watch(stops.check)
        except StopRequested:
            say("stopping")
        finally:
            processes.stop(hurried=stops.repeated)
        say("stopped")


def stand_in(name: str, role: str, *arguments: str, is_ready: Callable[..., bool] = prints_ready) -> ChildSpec:
    """A child that plays one of the roles."""
    return ChildSpec(
        name=name,
        command=[sys.executable, "-m", "tests.acceptance.stand_ins", role, *arguments],
        is_ready=is_ready,
        announcement=f"{name} sẵn sàng",
    )


ROLES: dict[str, Callable[..., None]] = {
    "listen": listen,
    "work": work,
    "resist": resist,
    "fail": fail,
    "supervise": supervise,
}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
