"""Stores that a test has to itself, and the settings that name them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer

from shared.settings import get_settings
from shared.storage import get_store
from tests.http.serving import environment


@contextmanager
def s3_server() -> Iterator[str]:
    """A server on loopback that speaks S3."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@contextmanager
def bucket_on(address: str) -> Iterator[str]:
    """An empty bucket, as the store of this process."""
    bucket = f"evidence-{uuid4().hex}"
    access = {
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": address,
        "AWS_ALLOW_HTTP": "true",
    }
    with environment(access), store_at(f"s3://{bucket}/files"):
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=bucket)
        yield bucket


@contextmanager
def store_at(url: str) -> Iterator[None]:
    """A store as the settings of this process name it."""
    with environment({"THEODOI_STORAGE_URL": url}):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    get_settings.cache_clear()
    get_store.cache_clear()
