"""Both kinds of store: a local folder, and a server that speaks S3."""

import logging
import shutil
from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from shared.settings import get_settings
from shared.storage import get_store


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """A server on loopback that speaks S3."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty store of each kind, which the settings name."""
    folder = get_settings().data_dir / f"store-{uuid4().hex}"
    if request.param == "s3":
        address = request.getfixturevalue("s3_address")
        bucket = f"evidence-{uuid4().hex}"
        access = {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "tests",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
        }
        for name, value in access.items():
            monkeypatch.setenv(name, value)
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=bucket)
        url = f"s3://{bucket}/files"
    else:
        folder.mkdir()
        url = folder.resolve().as_uri()
    monkeypatch.setenv("THEODOI_STORAGE_URL", url)
    _forget()
    yield str(request.param)
    monkeypatch.undo()
    _forget()
    shutil.rmtree(folder, ignore_errors=True)


def _forget() -> None:
    get_settings.cache_clear()
    get_store.cache_clear()
