"""Where a run happens: a database that nothing outlives, and the processes that are measured."""

import asyncio
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from services.operator_cli.embedded import start_embedded
from services.operator_cli.keys import ensure_signing_key
from services.operator_cli.migrating import prepare_database

SERVER_SETTINGS = {"timezone": "UTC", "jit": "off"}
"""What connections of ours have too (`shared.db.session`), so that both sides plan alike."""


class FigureNotTakenError(Exception):
    """Why a figure cannot be had from this run."""


@dataclass(frozen=True, slots=True)
class Place:
    """A migrated database, as a SQLAlchemy URL, and a data folder whose signing key it believes."""

    database_url: str
    data_dir: Path


@contextmanager
def temporary_place() -> Iterator[Place]:
    """A place on `THEODOI_BENCH_DATABASE_URL` or, without it, on embedded servers; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="theodoi-bench-") as folder, _server_url(Path(folder)) as server_url:
        name = f"theodoi_bench_{uuid4().hex[:12]}"
        asyncio.run(_execute(server_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        try:
            url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
            prepare_database(url)
            asyncio.run(ensure_signing_key(Path(folder), url))
            yield Place(url, Path(folder))
        finally:
            asyncio.run(_execute(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _server_url(folder: Path) -> Iterator[str]:
    if given := os.environ.get("THEODOI_BENCH_DATABASE_URL"):
        yield given
        return
    with start_embedded(folder / "servers", redis=False) as servers:
        yield servers.database_url


def asyncpg_dsn(database_url: str) -> str:
    """A SQLAlchemy URL as asyncpg reads it."""
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)


async def _execute(database_url: str, statement: str) -> None:
    connection = await asyncpg.connect(asyncpg_dsn(database_url))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        port: int = attempt.getsockname()[1]
        return port
