"""Facts and deliveries as tests of the queue write, find and wait for them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.transport import Lane
from shared import outbox
from shared.db.ids import new_id
from shared.db.models import Delivery, OutboxEvent
from shared.db.session import Sessions
from shared.events import AlertOpened

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
NAMES = {AlertOpened.type: ("watch",)}
"""A subscription of tests alone: real facts, and a handler that each test defines."""


async def publish(sessions: Sessions, count: int = 1) -> None:
    """Commit facts."""
    async with sessions.begin() as session:
        for _ in range(count):
            outbox.add(session, AlertOpened(alert_id=new_id()))


async def add_delivery(
    sessions: Sessions, handler: str = "watch", event_type: str = AlertOpened.type, lane: Lane = Lane.PROMPT
) -> UUID:
    """Commit a fact, relayed, with one delivery that is due."""
    async with sessions.begin() as session:
        event = OutboxEvent(id=new_id(), type=event_type, payload={"alert_id": str(new_id())}, relayed_at=NOW)
        session.add(event)
        await session.flush()
        delivery = Delivery(id=new_id(), event_id=event.id, handler=handler, lane=lane, due_at=NOW)
        session.add(delivery)
    return delivery.id


async def get_delivery(sessions: Sessions, delivery_id: UUID) -> Delivery:
    async with sessions() as session:
        return await session.get_one(Delivery, delivery_id)


async def all_deliveries(sessions: Sessions) -> Sequence[Delivery]:
    async with sessions() as session:
        return (await session.scalars(select(Delivery).order_by(Delivery.id))).all()


async def until(condition: Callable[[AsyncSession], Awaitable[object]], sessions: Sessions, within: float = 30) -> None:
    """Return as soon as the condition holds in the database; fail after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        async with sessions() as session:
            if await condition(session):
                return
        assert time.monotonic() < deadline, f"still not true after {within:.0f} s"
        await asyncio.sleep(0.02)
