"""The loop that keeps the audit tree: every few seconds what is new is chained, signed, and written outside."""

import asyncio
from datetime import datetime

from obstore.exceptions import BaseError

from services.alerts_worker.audit_chain import outside, queries
from services.alerts_worker.audit_chain.keys import key_path, load_private_key
from services.alerts_worker.audit_chain.notes import Checkpoint, NoteRefused
from services.alerts_worker.audit_chain.operations import BATCH, ChainBroken, chain_batch
from services.alerts_worker.audit_chain.outside import CheckpointStore, Record
from services.alerts_worker.stopping import pause
from shared import clock
from shared.db.session import Sessions
from shared.log import get_logger
from shared.settings import Settings

logger = get_logger(__name__)

WRITTEN_AT_ONCE = 100
"""Checkpoints copied in one go; a backlog takes more rounds."""
LOOKED_BACK = 1_000
"""How many of the newest checkpoints a worker that starts makes sure the object store has."""


class AuditChain:
    """One worker's part in the chain; any number may take part."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._settings = settings
        self._key = load_private_key(key_path(settings))
        self._store = CheckpointStore(settings.audit_storage_url) if settings.audit_storage_url else None
        self._stored: int | None = None

    async def carry_on(self, *, now: datetime, limit: int = BATCH) -> bool:
        """One round; True when there may be more to do at once. Whatever fails is told and tried again."""
        more = await self._chain(now, limit)
        origin = await self._find_origin()
        if origin is None:
            return False
        try:
            more |= await self._write_file(origin)
        except (OSError, NoteRefused, ValueError):
            logger.exception("audit checkpoints not written to their file")
        try:
            more |= await self._write_store()
        except (BaseError, OSError):
            logger.exception("audit checkpoints not copied to the store")
        return more

    async def _chain(self, now: datetime, limit: int) -> bool:
        # The file first: what it holds, the database must hold by now.
        written = await self._read_written()
        try:
            async with self._sessions.begin() as session:
                return await chain_batch(session, self._key, now=now, written=written, limit=limit) == limit
        except ChainBroken as broken:
            logger.critical("audit chain broken: nothing is chained until somebody looked", error=str(broken))
            return False

    async def _find_origin(self) -> str | None:
        async with self._sessions() as session:
            last = await queries.find_last_checkpoint(session)
        return last.origin if last else None

    async def _read_written(self) -> Checkpoint | None:
        origin = await self._find_origin()
        if origin is None:
            return None
        try:
            return await asyncio.to_thread(outside.read_last, outside.file_of(self._settings, origin))
        except (OSError, NoteRefused, ValueError):
            logger.exception("audit checkpoint file unreadable")
            return None

    async def _write_file(self, origin: str) -> bool:
        path = outside.file_of(self._settings, origin)
        written = await asyncio.to_thread(outside.read_last, path)
        records = await self._read_records(written.tree_size if written else 0)
        if records:
            await outside.append(path, records)
        return len(records) == WRITTEN_AT_ONCE

    async def _write_store(self) -> bool:
        if self._store is None:
            return False
        if self._stored is None:
            self._stored = await self._find_stored(self._store)
        records = await self._read_records(self._stored)
        for record in records:
            await self._store.add(record)
            self._stored = record.tree_size
        return len(records) == WRITTEN_AT_ONCE

    async def _find_stored(self, store: CheckpointStore) -> int:
        """The size up to which nothing more is to be copied."""
        async with self._sessions() as session:
            newest = await queries.list_newest_checkpoints(session, LOOKED_BACK)
        for checkpoint in newest:
            if await store.holds(checkpoint.tree_size):
                return checkpoint.tree_size
        return newest[-1].first_position if newest else 0

    async def _read_records(self, after: int) -> list[Record]:
        async with self._sessions() as session:
            return [
                outside.record_of(checkpoint, await queries.list_leaves(session, checkpoint))
                for checkpoint in await queries.list_checkpoints(session, after=after, limit=WRITTEN_AT_ONCE)
            ]


async def keep(sessions: Sessions, settings: Settings, stop: asyncio.Event) -> None:
    """Chain until asked to stop, and once more then: what was written before is covered."""
    chain = AuditChain(sessions, settings)
    while not stop.is_set():
        await pause(stop, settings.audit_interval)
        more = True
        while more:
            try:
                more = await chain.carry_on(now=clock.now())
            except Exception:
                # A server that is away comes back, and everything is still pending.
                logger.exception("audit round failed")
                more = False
