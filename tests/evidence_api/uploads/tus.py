"""tus as a client speaks it."""

import base64
import hashlib
from collections.abc import AsyncIterator

import httpx

from tests.evidence_api.scene import Caller

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}


def metadata(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


def checksum(content: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


async def create(
    api: httpx.AsyncClient, caller: Caller, length: int, filename: str = "Ảnh.pdf", **headers: str
) -> httpx.Response:
    """Announce a file; `headers` with underscores."""
    told = {"Upload-Length": str(length), "Upload-Metadata": metadata(filename=filename)}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.post("/v1/uploads", headers=caller | TUS | told)


async def begun(api: httpx.AsyncClient, caller: Caller, length: int, **headers: str) -> str:
    """The path of a new upload."""
    response = await create(api, caller, length, **headers)
    assert response.status_code == 201, response.text
    return "/v1/" + response.headers["Location"]


async def append(
    api: httpx.AsyncClient,
    caller: Caller,
    path: str,
    offset: int,
    content: bytes | AsyncIterator[bytes],
    **headers: str,
) -> httpx.Response:
    told = PATCH | {"Upload-Offset": str(offset)} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.patch(path, content=content, headers=caller | told)


async def offset_of(api: httpx.AsyncClient, caller: Caller, path: str) -> int:
    response = await api.head(path, headers=caller | TUS)
    assert response.status_code == 200, response.status_code
    return int(response.headers["Upload-Offset"])
