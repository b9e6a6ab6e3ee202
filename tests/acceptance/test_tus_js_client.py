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


async def test_a_foreign_client_goes_on_after_a_cut(
    client: Path, committed_url: str, token_maker: TokenMaker, tmp_path: Path
) -> None:
    engine = create_engine(committed_url, get_settings(), application="tests")
    sessions = create_sessions(engine)
    async with sessions() as session:
        caller = await make_caller(session, token_maker, await make_organization(session), Role.REPORTER)
    file = tmp_path / "file.pdf"
    file.write_bytes(b"%PDF-1.7\n" + os.urandom(12_000_000))
    with services_running(committed_url, tmp_path) as addresses:
        endpoint = f"{addresses['evidence_api']}/v1/uploads"
        token = caller["Authorization"].removeprefix("Bearer ")
        command = ["node", SCRIPT.name, endpoint, token, str(file)]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=client, capture_output=True, text=True, timeout=180, check=False
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 5_000_000 <= told["resumedAt"] < 12_000_000
    async with sessions() as session:
        for address in (told["resumed"], told["parallel"]):
            upload = await session.get_one(Upload, UUID(urlsplit(address).path.rpartition("/")[2]))
            assert upload.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
            assert upload.filename == "Ảnh hiện trường.pdf"
    await engine.dispose()
