"""Embedded Postgres and Redis, as a command uses them and as a crash leaves them."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.operator_cli.data_folder import servers_in_use
from services.operator_cli.database_in_reach import find_database_problem
from services.operator_cli.embedded import EmbeddedServers, start_embedded
from services.operator_cli.refusals import OperatorError

SERVE = """
import signal, sys
from pathlib import Path
from services.operator_cli.embedded import start_embedded
start_embedded(Path(sys.argv[1]))
print("serving", flush=True)
signal.pause()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder only we may enter, with a path short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="theodoi-test-") as name:
        yield Path(name)


async def ask(servers: EmbeddedServers, statement: str) -> Any:
    engine = create_async_engine(servers.database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        result = await connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def count(servers: EmbeddedServers) -> int:
    with Redis.from_url(servers.redis_url) as client:
        counted: int = client.incr("starts")
        return counted


def is_there(path: Path) -> bool:
    return path.exists()


async def remember(servers: EmbeddedServers) -> None:
    await ask(servers, "CREATE TABLE memory AS SELECT 'Trấn Biên' AS word")
    assert count(servers) == 1


async def assert_remembered(servers: EmbeddedServers) -> None:
    assert await ask(servers, "SELECT word FROM memory") == "Trấn Biên"
    assert count(servers) == 2


@pytest.fixture
def command_elsewhere(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that serves in the folder."""
    with subprocess.Popen([sys.executable, "-c", SERVE, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "serving\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def stranger(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A living process of the account that runs Postgres in the folder, and no server."""
    with start_embedded(folder, redis=False):
        owner = (folder / "postgres").stat()
    account = owner if os.geteuid() == 0 else None
    with subprocess.Popen(
        ["/bin/cat"],
        stdin=subprocess.PIPE,
        user=account and account.st_uid,
        group=account and account.st_gid,
        extra_groups=account and (),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_a_second_start_continues_with_the_same_data(folder: Path) -> None:
    with start_embedded(folder) as servers:
        await remember(servers)
    with start_embedded(folder) as servers:
        await assert_remembered(servers)


async def test_the_database_keeps_what_it_confirmed_and_knows_vietnamese_letters(folder: Path) -> None:
    with start_embedded(folder, redis=False) as servers:
        assert servers.redis_url == ""
        assert await ask(servers, "SHOW server_encoding") == "UTF8"
        assert await ask(servers, "SHOW fsync") == "on"
        assert await ask(servers, "SELECT lower('ĐƠN VỊ')") == "đơn vị"


async def test_nothing_listens_on_the_network(folder: Path) -> None:
    with start_embedded(folder) as servers:
        assert await ask(servers, "SHOW listen_addresses") == ""
        with Redis.from_url(servers.redis_url) as client:
            assert client.config_get("port") == {"port": "0"}


async def test_a_folder_in_use_is_refused_and_its_user_unharmed(folder: Path) -> None:
    with start_embedded(folder) as servers:
        with pytest.raises(OperatorError, match=f"đang được một lệnh theodoi khác sử dụng.*{os.getpid()}") as refusal:
            start_embedded(folder)
        assert refusal.value.code == "folder-in-use"
        assert await ask(servers, "SELECT 1") == 1
        assert count(servers) == 1


async def test_servers_of_a_killed_command_end_and_their_data_stay(
    folder: Path, command_elsewhere: "subprocess.Popen[str]"
) -> None:
    recorded = servers_in_use(folder)
    assert recorded is not None
    command_elsewhere.kill()
    command_elsewhere.wait()
    with start_embedded(folder) as servers:
        assert recorded == {"database_url": servers.database_url, "redis_url": servers.redis_url}
        await remember(servers)
    with start_embedded(folder) as servers:
        await assert_remembered(servers)


async def test_leftover_pid_files_that_name_a_living_stranger_stop_nobody(
    folder: Path, stranger: "subprocess.Popen[bytes]"
) -> None:
    left_files = (folder / "postgres" / "postmaster.pid", folder / "sockets" / ".s.PGSQL.5432.lock")
    with start_embedded(folder, redis=False):
        contents = [file.read_text() for file in left_files]
    owner = (folder / "postgres").stat()
    for file, content in zip(left_files, contents, strict=True):
        file.write_text("\n".join([str(stranger.pid), *content.splitlines()[1:]]) + "\n")
        os.chown(file, owner.st_uid, owner.st_gid)
    with start_embedded(folder, redis=False) as servers:
        assert await ask(servers, "SELECT 1") == 1
    assert stranger.poll() is None


@pytest.mark.parametrize("name", ["thư mục có dấu, có cách", "d" * 120])
async def test_a_deep_or_unusual_folder_puts_its_sockets_elsewhere_and_takes_them_back(folder: Path, name: str) -> None:
    deep = folder / name
    with start_embedded(deep) as servers:
        elsewhere = Path((deep / "sockets.path").read_text())
        assert str(elsewhere) in servers.database_url
        await remember(servers)
    assert not is_there(elsewhere)
    with start_embedded(deep) as servers:
        await assert_remembered(servers)


async def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18\n")
    with start_embedded(folder, redis=False) as servers:
        assert await ask(servers, "SELECT 1") == 1
    assert not (folder / "postgres.new").exists()


def test_a_cluster_of_an_unknown_version_is_told(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(OperatorError, match="thuộc Postgres 9"):
        start_embedded(folder, redis=False)


def test_a_folder_that_cannot_be_made_is_told(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(OperatorError, match="Không ghi được vào thư mục dữ liệu"):
        start_embedded(folder / "file" / "data")


def test_a_record_that_outlived_its_servers_is_not_believed(folder: Path) -> None:
    assert servers_in_use(folder) is None
    with start_embedded(folder) as servers:
        assert servers_in_use(folder) == {"database_url": servers.database_url, "redis_url": servers.redis_url}
        record = (folder / "servers.json").read_text()
    (folder / "servers.json").write_text(record)
    assert servers_in_use(folder) is None


async def test_a_database_that_does_not_exist_is_told_as_such(folder: Path) -> None:
    with start_embedded(folder, redis=False) as servers:
        assert await find_database_problem(servers.database_url) is None
        problem = await find_database_problem(servers.database_url.replace("/theodoi?", "/vang_mat?"))
    assert problem is not None
    assert "Không kết nối được" in problem
    assert 'database "vang_mat" does not exist' in problem


@pytest.mark.parametrize("url", ["abc", "postgresql+nothing://host/name", "mysql://host/name"])
async def test_a_malformed_address_is_told_as_such(url: str) -> None:
    problem = await find_database_problem(url)
    assert problem is not None
    assert "không đúng dạng" in problem


def test_only_embedded_servers_are_recorded(folder: Path) -> None:
    with start_embedded(folder, redis=False) as servers:
        assert servers_in_use(folder) == {"database_url": servers.database_url}
