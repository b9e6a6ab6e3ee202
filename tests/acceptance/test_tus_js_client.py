"""A client that is not ours: tus-js-client from npm, under node, against the service as an operator starts it."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from bench.serving import services_running
from shared.db.models import Upload
from shared.db.session import create_engine, create_sessions
from shared.domain.principal import Role
from shared.settings import get_settings
from tests.factories.identity import TokenMaker, make_caller
from tests.factories.tracking import make_organization

PACKAGE = "tus-js-client@4.3.1"
SCRIPT = Path(__file__).with_name("tus_client.js")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and the script that uses it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed: no foreign client to try")
    folder = tmp_path_factory.mktemp("tus-js-client")
    shutil.copy(SCRIPT, folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", PACKAGE]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the registry of npm did not give {PACKAGE} in time: no foreign client to try")
    if done.returncode:
        pytest.skip(f"npm could not install {PACKAGE}: no foreign client to try")
    return folder


class Dying:
    """A line to `port` whose first connection that carries 3 MB carries nothing more."""

    def __init__(self, port: int | None) -> None:
        self._port = port
        self._dead = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on both directions of one connection."""
        upstream = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass_on(reader, upstream[1]), self._pass_on(upstream[0], writer))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = 0
        while data := await reader.read(1 << 16):
            size += len(data)
            if size > 3_000_000 and not self._dead:
                self._dead = True
                await reader.read()
            writer.write(data)
            await writer.drain()
        writer.close()


async def test_a_foreign_client_goes_on_after_a_cut(
    client: Path, committed_url: str, token_maker: TokenMaker, tmp_path: Path
) -> None:
    engine = create_engine(committed_url, get_settings(), application="tests")
    sessions = create_sessions(engine)
    async with sessions() as session:
        caller = await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)
    file = tmp_path / "file.pdf"
    file.write_bytes(b"%PDF-1.7\n" + os.urandom(12_000_000))
    with services_running(committed_url, tmp_path, THEODOI_STALL_TIMEOUT="0.5") as addresses:
        endpoint = f"{addresses['evidence_api']}/v1/uploads"
        dying = await asyncio.start_server(Dying(urlsplit(endpoint).port).serve, "127.0.0.1", 0)
        through = f"http://127.0.0.1:{dying.sockets[0].getsockname()[1]}/v1/uploads"
        token = caller["Authorization"].removeprefix("Bearer ")
        command = ["node", SCRIPT.name, endpoint, through, token, str(file)]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=client, capture_output=True, text=True, timeout=180, check=False
        )
        dying.close()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 5_000_000 <= told["resumedAt"] < 12_000_000
    assert told["refused"] == [503]
    assert 0 < told["keptBytes"] < 12_000_000
    async with sessions() as session:
        for address in (told["resumed"], told["parallel"], told["outlasted"]):
            upload = await session.get_one(Upload, UUID(urlsplit(address).path.rpartition("/")[2]))
            assert upload.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
            assert upload.filename == "Ảnh hiện trường.pdf"
        assert await session.get(Upload, UUID(urlsplit(told["removed"]).path.rpartition("/")[2])) is None
    await engine.dispose()
