"""The children of one operator's command: started together, watched, restarted, stopped in reverse order.

Children write straight to their log files, so nothing of theirs depends on our being alive; each leads its own
session, so that Ctrl-C in the terminal reaches only us; and a `reaper` process ends them if we are killed.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from services.operator_cli.children import Child, ChildSpec
from services.operator_cli.refusals import OperatorError
from services.operator_cli.restart_policy import RestartPolicy

POLL_SECONDS = 0.05
READY_WITHIN_SECONDS = 90.0
LOG_LINES_SHOWN = 15


@dataclass(slots=True)
class _Place:
    """A spec, the child now filling it, and its history."""

    spec: ChildSpec
    child: Child
    announced: bool = False
    deaths: list[float] = field(default_factory=list)
    restart_at: float | None = None


class Processes:
    """Use as a context manager: leaving it stops every child. `say` receives one Vietnamese line at a time.

    `kept_open` are file descriptors the reaper inherits (the lock of the data folder).
    """

    def __init__(
        self,
        log_folder: Path,
        say: Callable[[str], None],
        *,
        kept_open: Sequence[int] = (),
        policy: RestartPolicy | None = None,
    ) -> None:
        self._log_folder = log_folder
        self._say = say
        self._policy = policy or RestartPolicy()
        self._places: dict[str, _Place] = {}
        log_folder.mkdir(parents=True, exist_ok=True)
        self._reaper = subprocess.Popen(
            [sys.executable, "-m", "services.operator_cli.reaper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            pass_fds=tuple(kept_open),
            bufsize=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *specs: ChildSpec) -> None:
        """Start children without waiting for them; their logs of an earlier run are kept as `.previous.log`."""
        for spec in specs:
            log_file = self._log_file(spec)
            if log_file.exists():
                log_file.replace(log_file.with_suffix(".previous.log"))
            self._places[spec.name] = _Place(spec, self._launch(spec))

    def wait_until_ready(
        self, *, interrupted: Callable[[], None] = lambda: None, within: float = READY_WITHIN_SECONDS
    ) -> None:
        """Wait for all started children, announcing each; one that dies first or is too slow is an error.

        `interrupted` is called between looks and may raise to leave early.
        """
        deadline = time.monotonic() + within
        while waiting := [place for place in self._places.values() if not place.announced]:
            interrupted()
            for place in waiting:
                if (code := place.child.exit_code()) is not None:
                    raise OperatorError("child-failed", self._failure(place, f"dừng ngay khi khởi động (mã {code})"))
                self._announce_if_ready(place)
            if time.monotonic() > deadline:
                raise OperatorError(
                    "child-not-ready", self._failure(waiting[0], f"chưa sẵn sàng sau {within:.0f} giây")
                )
            time.sleep(POLL_SECONDS)

    def revive(self, now: float) -> None:
        """One look at every child: note deaths, start again those whose wait is over. `now` is monotonic."""
        for place in self._places.values():
            if place.restart_at is not None:
                if now >= place.restart_at:
                    place.restart_at = None
                    place.child = self._launch(place.spec)
            elif (code := place.child.exit_code()) is not None:
                self._plan_restart(place, code, now)
            elif not place.announced:
                self._announce_if_ready(place)

    def watch(self, interrupted: Callable[[], None]) -> None:
        """Keep the children alive until `interrupted` raises or one keeps dying."""
        while True:
            interrupted()
            self.revive(time.monotonic())
            time.sleep(POLL_SECONDS)

    def stop(self, hurried: Callable[[], bool] = lambda: False) -> None:
        """Stop all children, latest first; `hurried` turning true stops waiting politely."""
        while self._places:
            _, place = self._places.popitem()
            place.child.stop(hurried)
            self._tell_reaper(place.child.pid, None)
        if self._reaper.stdin is not None:
            self._reaper.stdin.close()
        self._reaper.wait()

    def _launch(self, spec: ChildSpec) -> Child:
        try:
            child = Child(spec, self._log_file(spec))
        except OSError as error:
            raise OperatorError(
                "child-failed", f"Không khởi động được {spec.name} ({spec.command[0]}): {error.strerror}."
            ) from error
        self._tell_reaper(child.pid, spec.stop_plan)
        return child

    def _log_file(self, spec: ChildSpec) -> Path:
        return self._log_folder / f"{spec.name}.log"

    def _announce_if_ready(self, place: _Place) -> None:
        if place.child.is_ready():
            place.announced = True
            if place.spec.announcement:
                self._say(f"✓ {place.spec.announcement}")

    def _plan_restart(self, place: _Place, code: int, now: float) -> None:
        place.child.sweep()
        self._tell_reaper(place.child.pid, None)
        place.announced = False
        place.deaths.append(now)
        wait = self._policy.wait_after(place.deaths, now)
        if wait is None:
            raise OperatorError(
                "child-keeps-dying",
                self._failure(place, f"dừng hơn {self._policy.most} lần trong {self._policy.window:.0f} giây"),
            )
        place.restart_at = now + wait
        self._say(f"! {place.spec.name} đã dừng (mã {code}); khởi động lại sau {wait:g} giây.")

    def _failure(self, place: _Place, what: str) -> str:
        tail = "\n".join(f"  │ {line}" for line in place.child.output().splitlines()[-LOG_LINES_SHOWN:])
        return f"{place.spec.name} {what}. Nhật ký: {place.child.log_file}" + (f"\n{tail}" if tail else "")

    def _tell_reaper(self, group: int, plan: Sequence[tuple[int, float]] | None) -> None:
        pipe = self._reaper.stdin
        assert pipe is not None
        try:
            pipe.write(json.dumps({"group": group, "plan": plan}).encode() + b"\n")
        except BrokenPipeError:
            # Someone killed the reaper: the children go on, only unguarded.
            self._say("! Tiến trình dọn dẹp đã mất; nếu lệnh này bị kết thúc đột ngột, hãy tự dừng các tiến trình con.")
