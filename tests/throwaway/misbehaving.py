"""What a parser may do with foreign bytes: each function here is run in a throwaway process."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

from shared.domain import errors

_runs: list[bytes] = []


def tell(content: bytes, argument: Any) -> dict[str, Any]:
    sys.stdout.write("a library that prints")
    sys.stdout.flush()
    os.write(1, b"and one that knows how")
    return {"size": len(content), "argument": argument, "text": content[:20].decode(errors="replace")}


def tell_surroundings(content: bytes, argument: Any) -> dict[str, Any]:
    return {
        "environment": sorted(os.environ),
        "session": os.getsid(0) == os.getpid(),
        "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
        "written": resource.getrlimit(resource.RLIMIT_FSIZE)[0],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "processor": resource.getrlimit(resource.RLIMIT_CPU)[0],
        "isolated": sys.flags.isolated,
        "folder": str(Path.cwd()),
        "descriptors": [number for number in range(64) if _is_open(number)],
    }


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def count_runs(content: bytes, argument: Any) -> int:
    """Those that this module remembers."""
    _runs.append(content)
    return len(_runs)


def count_threads_before(content: bytes, argument: Any) -> int:
    """In the process that this one was forked from."""
    return len(list(Path(f"/proc/{os.getppid()}/task").iterdir()))


def server_of(content: bytes, argument: Any) -> int:
    """The process that this one was forked from."""
    return os.getppid()


def refuse(content: bytes, argument: Any) -> NoReturn:
    raise errors.TooLarge(
        "table-too-large",
        "Bảng quá lớn.",
        errors=[errors.FieldError("bảng 1", "too-large", "Quá lớn.")],
        facts={"rows": 3},
    )


def break_down(content: bytes, argument: Any) -> NoReturn:
    raise KeyError(content.decode())


def crash(content: bytes, argument: Any) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave(content: bytes, argument: Any) -> None:
    os._exit(0)


def take_memory(content: bytes, argument: Any) -> int:
    return len(b"x" * (1 << 30))


def go_deep(content: bytes, argument: Any) -> Any:
    return [go_deep(content, argument)]


def spin(content: bytes, argument: Any) -> None:
    while True:
        pass


def wait_with_another(content: bytes, argument: str) -> None:
    """Start a program that outlives this one unless it is ended; tell both, and what this one was forked from."""
    other = subprocess.Popen(["/bin/sleep", "600"])
    descriptor = os.open(argument, os.O_WRONLY)
    os.write(descriptor, f"{os.getpid()} {other.pid} {os.getppid()}\n".encode())
    os.close(descriptor)
    signal.pause()


def start_another(content: bytes, argument: Any) -> str:
    try:
        return subprocess.run(["/bin/echo", "started"], capture_output=True, check=True, text=True).stdout.strip()
    except OSError:
        return "refused"


def write_a_file(content: bytes, argument: str) -> int:
    return Path(argument).write_bytes(content)


def talk_on(content: bytes, argument: Any) -> str:
    return "x" * (2 << 20)


def answer_what_is_no_json(content: bytes, argument: Any) -> object:
    return object()
