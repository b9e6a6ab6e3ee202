"""Collects what uploads have left behind. Anything may be collected twice, by any number of workers at once."""

import hashlib
from datetime import datetime, timedelta

from services.alerts_worker.upload_collection import operations
from shared.db.session import Sessions
from shared.log import get_logger
from shared.settings import get_settings
from shared.storage import discard, key_of, read_stream, stage_again
from shared.stray_objects import StrayObject, list_incoming

logger = get_logger(__name__)

STRAY_AFTER = timedelta(days=1)
"""Nothing that is still being received is as old: what comes in one request changes its file with every piece."""


async def collect_uploads(sessions: Sessions, now: datetime) -> None:
    """Forget expired uploads with their objects and files nobody used, then clear away what belongs to no upload."""
    expired = await _collect_expired(sessions, now)
    unused = await _collect_unused(sessions, now - timedelta(days=get_settings().unused_upload_days))
    strays = await _collect_strays(sessions, now - STRAY_AFTER)
    logger.info("uploads collected", expired=expired, unused=unused, strays=strays)


async def _collect_expired(sessions: Sessions, now: datetime) -> int:
    count = 0
    while True:
        async with sessions.begin() as session:
            found, keys = await operations.forget_expired(session, now)
        await discard(keys)  # if this is cut short, they are strays
        count += found
        if found < operations.BATCH:
            return count


async def _collect_unused(sessions: Sessions, before: datetime) -> int:
    count = 0
    while True:
        async with sessions() as session:
            unused = await operations.list_unused(session, before)
        # Before anything is locked, for a store may be slow. A copy of what stays does no harm: its content stays too.
        for key in sorted({upload.storage_key for upload in unused}):
            await stage_again(key)
        async with sessions.begin() as session:
            forgotten = await operations.forget_unused(session, [upload.id for upload in unused])
        count += forgotten
        if forgotten < operations.BATCH:
            return count


async def _collect_strays(sessions: Sessions, before: datetime) -> int:
    count = 0
    async for found in list_incoming(before):
        async with sessions() as session:
            known = await operations.list_known(session, [stray.key for stray in found])
        for stray in found:
            if stray.key not in known:
                await _remove(sessions, stray)
                count += 1
    return count


async def _remove(sessions: Sessions, stray: StrayObject) -> None:
    """Remove a stray; a whole file, staged for a database that never heard of it, goes together with its content."""
    if stray.path is not None:
        stray.path.unlink(missing_ok=True)
        return
    if stray.key.count("/") == 1:
        await remove_staged(sessions, stray.key, await _sha256(stray.key))
    else:
        await discard([stray.key])


async def remove_staged(sessions: Sessions, incoming: str, sha256: str) -> None:
    """Remove a staged file that nobody will record any more, and its content unless it is some upload's."""
    async with sessions.begin() as session:
        if await operations.hold_if_nobodys(session, sha256):
            # Within the transaction: an upload that is being recorded waits, and then looks whether it is there.
            await discard([key_of(sha256)])
    await discard([incoming])


async def _sha256(key: str) -> str:
    digest = hashlib.sha256()
    async for chunk in read_stream(key):
        digest.update(chunk)
    return digest.hexdigest()
