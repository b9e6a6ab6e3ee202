"""The loop that reads stored files again, bit by bit: each minute belongs to one worker, and has its share of bytes."""

import asyncio
from datetime import datetime

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from services.alerts_worker.schedule import take_tick
from services.alerts_worker.stopping import pause
from services.alerts_worker.stored_files import operations, queries
from services.alerts_worker.stored_files.jobs import look_at
from services.alerts_worker.stored_files.queries import StoredFile
from shared import clock
from shared.db.outages import DRIVER_ERROR
from shared.db.session import Sessions
from shared.log import get_logger
from shared.settings import Settings

logger = get_logger(__name__)

RULE = "verify_stored_files"
SPAN = 60
"""Seconds that a share of bytes is for."""
MOST_FILES = 1_000
"""Looked at in one span, however small they are."""


async def verify_share(sessions: Sessions, *, rate: int, now: datetime, stop: asyncio.Event) -> tuple[int, int] | None:
    """Look at the present span's share of files, at most `rate` bytes a second in the long run.

    Returns how many were sound and how many damaged; None when another worker has the span.
    """
    async with sessions.begin() as session:
        tick = now.replace(second=0, microsecond=0).isoformat()
        if not await take_tick(session, RULE, tick, now=now):
            return None
        due = await queries.list_due(session, budget=rate * SPAN, limit=MOST_FILES)
    return await _look_at_each(sessions, due, rate, stop)


async def _look_at_each(sessions: Sessions, due: list[StoredFile], rate: int, stop: asyncio.Event) -> tuple[int, int]:
    """No transaction is open while a file is read; one follows each."""
    sound = damaged = 0
    for file in due:
        if stop.is_set():
            break
        _, found, began = await look_at(file)
        async with sessions.begin() as session:
            is_sound = await operations.record_look(session, file, found, looked_at=began, now=clock.now())
        sound, damaged = sound + is_sound, damaged + (not is_sound)
        if not is_sound:
            logger.critical("stored file damaged", sha256=file.sha256, found=found or "nothing")
        await pause(stop, file.size / rate)
    return sound, damaged


async def keep(sessions: Sessions, settings: Settings, stop: asyncio.Event) -> None:
    """Look at files until asked to stop. A database or a store that is away is waited for."""
    while not stop.is_set():
        try:
            await verify_share(sessions, rate=settings.verification_rate, now=clock.now(), stop=stop)
        except (BaseError, OSError, SQLAlchemyError, DRIVER_ERROR):
            logger.exception("stored files not looked at")
        await pause(stop, SPAN / 4)
