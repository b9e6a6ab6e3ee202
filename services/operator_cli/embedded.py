"""The servers a command brings along when no address is set: Postgres and Redis from wheels, in the data folder."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from services.operator_cli.data_folder import DataFolder
from services.operator_cli.embedded_postgres import EmbeddedPostgres
from services.operator_cli.embedded_redis import embedded_redis_url, prepare_redis
from services.operator_cli.processes import Processes


@dataclass(frozen=True, slots=True)
class ServerUrls:
    """Where a database (`postgresql+asyncpg://…`) and a queue (`redis://…` or `unix://…`) are reached."""

    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class EmbeddedServers:
    """Running servers that belong to this process; a server not asked for has an empty URL."""

    database_url: str
    redis_url: str
    _closing: ExitStack

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the servers in order and let others use the folder; a second call does nothing."""
        self._closing.close()


def start_servers(
    folder: DataFolder,
    processes: Processes,
    *,
    database_url: str | None,
    redis_url: str | None,
    interrupted: Callable[[], None] = lambda: None,
) -> ServerUrls:
    """Start what has no URL yet as children of `processes`; returns once they serve, the database created.

    `interrupted` is called while waiting and may raise to leave early.
    """
    embedded: dict[str, str] = {}
    if redis_url is None:
        processes.start(prepare_redis(folder.path, folder.sockets()))
        redis_url = embedded["redis_url"] = embedded_redis_url(folder.sockets())
    if database_url is None:
        postgres = EmbeddedPostgres(folder.path)
        processes.start(postgres.prepare(folder.sockets()))
        processes.wait_until_ready(interrupted=interrupted)
        database_url = embedded["database_url"] = postgres.ensure_database(folder.sockets())
    processes.wait_until_ready(interrupted=interrupted)
    folder.record(embedded)
    return ServerUrls(database_url, redis_url)


def start_embedded(data_dir: Path, *, postgres: bool = True, redis: bool = True) -> EmbeddedServers:
    """Lock the folder and start the servers asked for; blocks until they serve.

    Raises `OperatorError` when the folder is in use, cannot be written or a server does not start.
    """
    with ExitStack() as closing:
        folder = closing.enter_context(DataFolder(data_dir))
        processes = closing.enter_context(Processes(folder.path / "logs", _keep_silent, kept_open=[folder.fileno()]))
        urls = start_servers(
            folder,
            processes,
            database_url=None if postgres else "",
            redis_url=None if redis else "",
        )
        return EmbeddedServers(urls.database_url, urls.redis_url, closing.pop_all())


def _keep_silent(line: str) -> None:
    """Whoever starts servers for itself has nothing to tell an operator."""
