"""The process that those which read foreign bytes are forked from: it has loaded what they need, and reads none itself.

`shared.throwaway` starts one for a service, and hands it over standard input the sockets of each run: requests and
answers, which go to the child, and the line of the run, which does not. On the line comes the name of the module to be
loaded, and go the id of the process and, when that has ended, its exit code and the most memory it held. Whoever hangs
up the line ends the run, and whoever hangs up standard input ends them all.
"""

import contextlib
import gc
import importlib
import os
import resource
import selectors
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

from shared import throwaway_child

_OPEN_FILES = 256
_REQUESTS, _ANSWERS = 0, 3
_MODULE_NAME = 512


def serve() -> NoReturn:
    """Fork a process for each run, until whoever asks for them is gone."""
    gc.disable()  # what it has loaded stays, in pages that its children share as long as nobody writes there
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    _Server(socket.socket(fileno=os.dup(0))).serve()


class _Server:
    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._lines: dict[int, socket.socket] = {}
        self._waiting = selectors.DefaultSelector()
        self._heard, self._bell = socket.socketpair()
        self._bell.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        self._watch(orders, self._begin)
        self._watch(self._heard, self._see_off)

    def serve(self) -> NoReturn:
        while True:
            for key, _ in self._waiting.select():
                key.data()

    def _watch(self, what: socket.socket, then: Callable[[], None]) -> None:
        self._waiting.register(what, selectors.EVENT_READ, then)

    def _begin(self) -> None:
        order, descriptors, _, _ = socket.recv_fds(self._orders, 1, 3)
        if not order:
            self._leave()
        try:
            requests, answers, line = descriptors
            _load(os.read(line, _MODULE_NAME).decode())
            pid = os.fork()
        except (OSError, ValueError):  # descriptors or processes are short: the line that is closed says so
            for each in descriptors:
                os.close(each)
            return
        if pid == 0:
            try:
                _become_child(requests, answers)
            finally:
                os._exit(1)
        conversation = socket.socket(fileno=line)
        os.close(requests)
        os.close(answers)
        self._lines[pid] = conversation
        self._watch(conversation, lambda: self._end(pid))
        _tell(conversation, pid)

    def _end(self, pid: int) -> None:
        if line := self._lines.get(pid):
            self._waiting.unregister(line)
            os.kill(pid, signal.SIGKILL)

    def _see_off(self) -> None:
        self._heard.recv(4096)
        for pid in list(self._lines):
            ended, status, used = os.wait4(pid, os.WNOHANG)
            if ended:
                _kill_group(pid)
                line = self._lines.pop(pid)
                if line in self._waiting.get_map():
                    self._waiting.unregister(line)
                _tell(line, os.waitstatus_to_exitcode(status), used.ru_maxrss)
                line.close()

    def _leave(self) -> NoReturn:
        for pid in self._lines:
            os.kill(pid, signal.SIGKILL)
            _kill_group(pid)
        os._exit(0)


def _load(module: str) -> None:
    """Once for all runs of its entries. One that cannot be loaded is tried again by the child, which tells why."""
    with contextlib.suppress(Exception):
        importlib.import_module(module)


def _become_child(requests: int, answers: int) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(requests, _REQUESTS, inheritable=False)
    os.dup2(answers, _ANSWERS, inheritable=False)
    os.closerange(_ANSWERS + 1, _OPEN_FILES)
    throwaway_child.serve(_REQUESTS, _ANSWERS)


def _kill_group(pid: int) -> None:
    """Whatever a child started."""
    with contextlib.suppress(ProcessLookupError):  # it did not come that far, or nobody is left
        os.killpg(pid, signal.SIGKILL)


def _tell(line: socket.socket, *numbers: int) -> None:
    with contextlib.suppress(ConnectionError):  # nobody listens any more
        line.sendall(f"{' '.join(map(str, numbers))}\n".encode())
