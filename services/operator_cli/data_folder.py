"""The data folder: one command at a time, a short path for sockets, a record of the servers that run in it."""

import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from services.operator_cli.refusals import OperatorError

LOCK_FILE = "theodoi.lock"
SERVERS_FILE = "servers.json"
SOCKETS_ELSEWHERE_FILE = "sockets.path"
SOCKET_PATH_BYTES = 100
"""Unix socket paths end at 104 bytes on macOS and 108 on Linux."""
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"
EARLIER_RUN_SECONDS = 90.0


class DataFolder:
    """Holds the folder (created if missing) while in use as a context manager.

    The lock also lives in the reaper that inherits `fileno()`, so that after a crash it ends with the last server.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (self.path / LOCK_FILE).open("a+")
        except OSError as error:
            raise OperatorError(
                "folder-not-writable",
                f"Không ghi được vào thư mục dữ liệu {self.path} ({error.strerror}). "
                "Hãy chạy bằng người dùng sở hữu thư mục hoặc đặt THEODOI_DATA_DIR sang thư mục khác.",
            ) from error

    def __enter__(self) -> Self:
        deadline = time.monotonic() + EARLIER_RUN_SECONDS
        while not self._try_lock():
            owner = self._owner()
            # A dead owner means that its reaper is still ending the servers it left.
            if _is_running(owner) or time.monotonic() > deadline:
                self._lock.close()
                raise OperatorError(
                    "folder-in-use",
                    f"Thư mục dữ liệu {self.path} đang được một lệnh theodoi khác sử dụng (tiến trình {owner}). "
                    "Hãy dừng lệnh đó hoặc đặt THEODOI_DATA_DIR sang thư mục khác.",
                )
            time.sleep(0.05)
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self.path / SERVERS_FILE).unlink(missing_ok=True)
        elsewhere = self.path / SOCKETS_ELSEWHERE_FILE
        if elsewhere.exists():
            if _is_ours(temporary := Path(elsewhere.read_text())):
                shutil.rmtree(temporary)
            elsewhere.unlink()
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        self._lock.close()

    def fileno(self) -> int:
        """The descriptor that carries the lock."""
        return self._lock.fileno()

    def sockets(self) -> Path:
        """An existing folder for sockets that only its owner enters.

        In the data folder if the path is short and plain (it goes into URLs that readers unquote differently);
        otherwise a temporary one, remembered in a file so that after a crash it is found again.
        """
        inside = self.path / "sockets"
        if re.fullmatch(r"[A-Za-z0-9/._-]+", str(inside)) and _fits(inside):
            inside.mkdir(mode=0o700, exist_ok=True)
            return inside
        elsewhere = self.path / SOCKETS_ELSEWHERE_FILE
        if not (elsewhere.exists() and _is_ours(Path(elsewhere.read_text()))):
            elsewhere.write_text(tempfile.mkdtemp(prefix="theodoi-"))
        folder = Path(elsewhere.read_text()) / "sockets"
        if not _fits(folder):
            raise OperatorError(
                "socket-path-too-long",
                f"Đường dẫn {folder} quá dài cho socket. Hãy đặt TMPDIR hoặc THEODOI_DATA_DIR sang thư mục ngắn hơn.",
            )
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def record(self, embedded: dict[str, str]) -> None:
        """Tell other commands where the servers of this folder are reached, until we leave it.

        Only embedded ones: the address of another server may hold a password.
        """
        draft = self.path / f"{SERVERS_FILE}.new"
        draft.write_text(json.dumps(embedded))
        draft.replace(self.path / SERVERS_FILE)

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _owner(self) -> str:
        self._lock.seek(0)
        return self._lock.read().strip()


def servers_in_use(path: Path) -> dict[str, str] | None:
    """`database_url`, `redis_url` of the embedded servers another command runs in this folder now; None if idle."""
    try:
        record = (path / SERVERS_FILE).read_text()
        with (path / LOCK_FILE).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        urls: dict[str, str] = json.loads(record)
        return urls
    return None  # nobody holds the folder: the record outlived a crash


def _is_running(pid: str) -> bool:
    if not pid.isdigit():
        return True  # the owner has locked the file but not signed it yet
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(folder: Path) -> bool:
    """The system may have cleared its temporary place since, and somebody taken the name."""
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid()


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) + len(LONGEST_SOCKET_NAME) <= SOCKET_PATH_BYTES
