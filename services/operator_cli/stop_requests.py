"""Ctrl-C, SIGTERM and a closed terminal, turned into an orderly end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(KeyboardInterrupt):
    """The operator wants the command to end; not an error."""


class StopRequests:
    """Counts requests to stop while in use as a context manager (main thread only).

    A signal between two statements must not lose a child that was just started, so a request is only noted;
    `check` raises it at a moment of our choosing, `interrupting` lets it break into work that owns no children.
    """

    def __init__(self) -> None:
        self.count = 0
        self._may_raise = False
        self._former = {number: signal.getsignal(number) for number in STOP_SIGNALS}

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or self._former[number] != signal.SIG_IGN:  # nohup keeps its promise
                signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise `StopRequested` if a request came."""
        if self.count:
            raise StopRequested

    def repeated(self) -> bool:
        """True once the operator insisted: whoever is stopping should stop being polite."""
        return self.count > 1

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Let a request raise `StopRequested` at once in this block."""
        self.check()
        self._may_raise = True
        try:
            yield
        finally:
            self._may_raise = False

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 -- the signature of a handler
        self.count += 1
        if self._may_raise:
            self._may_raise = False
            raise StopRequested
