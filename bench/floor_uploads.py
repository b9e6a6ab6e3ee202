"""The floor of an upload: raw ASGI that hashes a body, writes it to a file and waits until the disk has it."""

import hashlib
import os
from uuid import uuid4

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.settings import get_settings


def create_app() -> ASGIApp:
    """The floor; the folder comes from the environment, like ours."""
    folder = get_settings().data_dir.resolve() / "floor"
    folder.mkdir(parents=True, exist_ok=True)

    async def floor(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["method"] != "POST":
            await _answer(send, 200, b"ok")
            return
        digest = hashlib.sha256()
        path = folder / uuid4().hex
        with path.open("wb", buffering=0) as file:
            more = True
            while more:
                message = await receive()
                chunk, more = message.get("body", b""), message.get("more_body", False)
                digest.update(chunk)
                file.write(chunk)
            os.fsync(file.fileno())
        path.rename(folder / digest.hexdigest())
        await _answer(send, 201, digest.hexdigest().encode())

    return floor


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def _answer(send: Send, status: int, content: bytes) -> None:
    length = str(len(content)).encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": content})
