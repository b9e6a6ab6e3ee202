"""E3: one random bit flipped in each of 100 stored files: how many are detected, and how many are served.

Both by the background look, and by a reader who comes before it. Exits through `python -m bench E3`.
"""

import asyncio
import os
import random
from datetime import timedelta

import obstore
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.places import Place, temporary_place
from services.alerts_worker.stored_files.keeping import verify_share
from services.evidence_api.evidence_files.serving import StoredBytesDiffer, verified
from shared import clock
from shared.db.ids import new_id
from shared.db.models import Organization, Upload
from shared.db.session import Sessions, create_engine, create_sessions
from shared.settings import Settings, get_settings
from shared.storage import get_store, open_whole
from tests.factories.storing import store_file

FILES, FLIPPED = 150, 100
SIZES = (1, 5_000, 1 << 20, (1 << 20) + 1, 3 << 20)
SEED = 20260706


def measure() -> str:
    """Take the figure."""
    with temporary_place() as place:
        # Files go to the folder of the run, wherever the settings were read before.
        os.environ["THEODOI_DATA_DIR"] = str(place.data_dir)
        get_settings.cache_clear()
        get_store.cache_clear()
        background, read, wrong = asyncio.run(_measure(place))
    return (
        f"E3 {FLIPPED} flipped bits of {FILES} files: {background} detected, {read} stopped on the way, {wrong} wrong"
    )


async def _measure(place: Place) -> tuple[int, int, int]:
    settings = Settings(database_url=place.database_url, data_dir=place.data_dir)
    engine = create_engine(place.database_url, settings, application="bench")
    sessions = create_sessions(engine)
    chance = random.Random(SEED)
    try:
        async with sessions.begin() as session:
            uploads = await _store_all(session, chance)
        flipped = {each.id for each in uploads[:FLIPPED]}
        for upload in uploads[:FLIPPED]:
            await _flip(upload, chance)
        stopped = {upload.id for upload in uploads if not await _arrives_whole(upload)}
        at = clock.now()
        while await _count_unseen(sessions, at):
            moment = clock.now() + timedelta(minutes=len(stopped))
            await verify_share(sessions, rate=1 << 40, now=moment, stop=asyncio.Event())
        async with sessions() as session:
            found = set(await session.scalars(select(Upload.id).where(Upload.damaged_at.is_not(None))))
    finally:
        await engine.dispose()
    return len(found & flipped), len(stopped & flipped), len((found | stopped) - flipped)


async def _store_all(session: AsyncSession, chance: random.Random) -> list[Upload]:
    owner = Organization(id=new_id(), code="H1", name="x", kind="ward", path="H1/", search_text="x")
    session.add(owner)
    await session.flush()
    uploads = [await _store(session, owner, chance, place) for place in range(FILES)]
    chance.shuffle(uploads)
    return uploads


async def _store(session: AsyncSession, owner: Organization, chance: random.Random, place: int) -> Upload:
    content = place.to_bytes(2) + chance.randbytes(SIZES[place % len(SIZES)])
    stored = await store_file(content)
    upload = Upload(
        id=new_id(),
        organization_id=owner.id,
        uploaded_by="bench",
        filename="x",
        media_type="text/plain",
        size=stored.size,
        sha256=stored.sha256,
        storage_key=stored.key,
    )
    session.add(upload)
    await session.flush()
    return upload


async def _flip(upload: Upload, chance: random.Random) -> None:
    content = bytearray(b"".join([chunk async for chunk in await open_whole(upload.storage_key)]))
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    await obstore.put_async(get_store(), upload.storage_key, bytes(content))


async def _arrives_whole(upload: Upload) -> bool:
    size = 0
    try:
        async for chunk in verified(await open_whole(upload.storage_key), upload):
            size += len(chunk)
    except StoredBytesDiffer:
        assert size < upload.size
        return False
    return True


async def _count_unseen(sessions: Sessions, at: object) -> int:
    statement = select(func.count()).where(Upload.damaged_at.is_(None), Upload.verified_at < at)
    async with sessions() as session:
        return (await session.scalars(statement)).one()
