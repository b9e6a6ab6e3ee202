"""U1: files cut off at random bytes and gone on with, at either of two replicas, arrive whole; nothing is left over."""

import asyncio
import hashlib
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from obstore.store import LocalStore
from sqlalchemy import select

from bench.load import UnexpectedAnswerError
from bench.options import Options
from bench.places import temporary_place
from bench.sending import break_off, make_sender
from bench.serving import services_running
from services.alerts_worker.upload_collection.jobs import collect_uploads
from services.operator_cli.database_sessions import session_on
from shared import clock
from shared.db import roles
from shared.db.models import ResumableUpload, Upload, UploadPart, UploadUsage
from shared.db.session import create_engine, create_sessions
from shared.settings import get_settings
from shared.storage import INCOMING, get_store, key_of

CUTS = 5
AT_ONCE = 8
LONGEST_PAUSE_SECONDS = 0.5
"""Between a cut and going on."""
LARGEST = 8 << 20
"""Bytes; the smallest has hardly any."""
TUS = {"Tus-Resumable": "1.0.0"}
PATCH = TUS | {"Content-Type": "application/offset+octet-stream"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that arrived, as its sender knows it; `again` counts bytes that had to be sent more than once."""

    upload_id: UUID
    sha256: str
    size: int
    again: int


@dataclass(frozen=True, slots=True)
class Left:
    """What the store and the database hold in the end."""

    altered: int
    orphans: Sequence[str]
    rows: int
    usage_is_right: bool


def measure(options: Options) -> str:
    """The line of the figure."""
    with temporary_place() as place:
        os.environ["THEODOI_DATA_DIR"] = str(place.data_dir)
        get_settings.cache_clear()
        get_store.cache_clear()
        token = asyncio.run(make_sender(place))
        with (
            services_running(place.database_url, place.data_dir, THEODOI_CALLER_RATE="0") as one,
            services_running(place.database_url, place.data_dir, THEODOI_CALLER_RATE="0") as other,
        ):
            replicas = [one["evidence_api"], other["evidence_api"]]
            sent = asyncio.run(send_all(replicas, token, options.uploads))
        left = asyncio.run(look_after(place.database_url, sent))
    again = sum(each.again for each in sent) / sum(each.size for each in sent)
    return (
        f"U1 {len(sent)} uploads cut {CUTS} times each, {left.altered} altered goal 0, {len(left.orphans)} objects and "
        f"{left.rows} rows left over goal 0, usage {'exact' if left.usage_is_right else 'WRONG'}, "
        f"{again:.1%} of the bytes sent again"
    )


async def send_all(replicas: Sequence[str], token: str, count: int) -> list[Sent]:
    """Send `count` files of random bytes, each cut `CUTS` times. Raises UnexpectedAnswerError."""
    numbers = iter(range(count))
    sent: list[Sent] = []
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as client:

        async def send_next() -> None:
            for number in numbers:
                sender = _Sender(client, replicas, token, random.Random(number))
                sent.append(await sender.send())

        await asyncio.gather(*(send_next() for _ in range(min(AT_ONCE, count))))
    return sent


class _Sender:
    """One file of one phone."""

    def __init__(self, client: httpx.AsyncClient, replicas: Sequence[str], token: str, chance: random.Random) -> None:
        self._client = client
        self._replicas = replicas
        self._token = token
        self._chance = chance
        self._content = b"%PDF-1.7\n" + chance.randbytes(chance.randrange(CUTS + 1, LARGEST))
        self._path = ""
        self._again = 0

    async def send(self) -> Sent:
        size = len(self._content)
        told = TUS | {"Upload-Length": str(size), "Upload-Metadata": "filename YS5wZGY="}
        created = await self._client.post(f"{self._replica()}/v1/uploads", headers=told)
        _ensure(created, 201)
        self._path = f"/v1/{created.headers['Location']}"
        reached = 0
        for _ in range(CUTS):
            offset = await self._offset()
            self._again += reached - offset
            reached = self._chance.randrange(offset, size)
            await self._break_off(offset, reached)
        while (offset := await self._offset()) < size:
            rest, at = self._content[offset:], {"Upload-Offset": str(offset)}
            answer = await self._client.patch(f"{self._replica()}{self._path}", content=rest, headers=PATCH | at)
            self._again += reached - offset
            if answer.status_code != 409:  # the replica of a cut connection has just kept the rest of it
                _ensure(answer, 204)
            reached = offset
        digest = hashlib.sha256(self._content).hexdigest()
        return Sent(UUID(self._path.rpartition("/")[2]), digest, size, self._again)

    def _replica(self) -> str:
        return self._chance.choice(self._replicas)

    async def _offset(self) -> int:
        answer = await self._client.head(f"{self._replica()}{self._path}", headers=TUS)
        _ensure(answer, 200)
        return int(answer.headers["Upload-Offset"])

    async def _break_off(self, offset: int, until: int) -> None:
        port = urlsplit(self._replica()).port
        assert port is not None
        told = {
            "Host": "127.0.0.1",
            "Authorization": f"Bearer {self._token}",
            "Upload-Offset": str(offset),
            "Content-Length": str(len(self._content) - offset),
        }
        head = "\r\n".join(
            [f"PATCH {self._path} HTTP/1.1", *(f"{name}: {value}" for name, value in (PATCH | told).items()), "", ""]
        )
        await break_off(port, head.encode(), self._content[offset:until], politely=self._chance.random() < 0.5)
        await asyncio.sleep(self._chance.random() * LONGEST_PAUSE_SECONDS)


def _ensure(answer: httpx.Response, status: int) -> None:
    if answer.status_code != status:
        raise UnexpectedAnswerError(f"{answer.status_code}, not {status}: {answer.text[:500]}")


async def look_after(database_url: str, sent: Sequence[Sent]) -> Left:
    """Collect as if all that is unfinished had expired, then compare the store and the database with what was sent."""
    engine = create_engine(database_url, get_settings(), application="worker", role=roles.WORKER)
    await collect_uploads(create_sessions(engine), clock.now() + timedelta(days=5))
    await engine.dispose()
    async with session_on(database_url) as session:
        uploads = {each.id: each for each in (await session.scalars(select(Upload))).all()}
        rows = [(await session.scalars(select(kind))).all() for kind in (ResumableUpload, UploadPart)]
        used = sum((await session.scalars(select(UploadUsage.size))).all())
    store = get_store()
    assert isinstance(store, LocalStore)
    assert store.prefix is not None
    root = Path(store.prefix)
    kept = _files_in(root)
    altered = sum(not _is_whole(each, uploads.get(each.upload_id), root) for each in sent)
    orphans = sorted(kept - {each.storage_key for each in uploads.values()})
    assert all(key.startswith((INCOMING, "sha256")) for key in orphans)
    sizes = sum(each.size for each in uploads.values())
    return Left(altered, orphans, sum(map(len, rows)), used == sizes)


def _files_in(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def _is_whole(sent: Sent, upload: Upload | None, root: Path) -> bool:
    if upload is None or (upload.sha256, upload.size, upload.storage_key) != (
        sent.sha256,
        sent.size,
        key_of(sent.sha256),
    ):
        return False
    return hashlib.sha256((root / upload.storage_key).read_bytes()).hexdigest() == sent.sha256
