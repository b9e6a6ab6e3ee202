"""Both kinds of store: a local folder, and a server that speaks S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.object_stores import bucket_on, s3_server, store_at


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """A server on loopback that speaks S3."""
    with s3_server() as address:
        yield address


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty store of each kind, which the settings name."""
    chosen = bucket_on(request.getfixturevalue("s3_address")) if request.param == "s3" else store_at(tmp_path.as_uri())
    with chosen:
        yield str(request.param)
