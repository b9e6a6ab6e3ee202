"""Reads of the delivery ledger."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Delivery, OutboxEvent
from shared.domain.errors import NotFound


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery as operators see it."""

    id: UUID
    event_type: str
    handler: str
    state: str
    attempt: int
    occurred_at: datetime
    due_at: datetime
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: facts without deliveries, the age of the oldest, and deliveries not done by state."""

    unrelayed: int
    oldest_at: datetime | None
    deliveries: dict[str, int]


async def count_backlog(session: AsyncSession) -> Backlog:
    """Read from partial indexes alone: what is done is much more, and not counted."""
    waiting = select(func.count(), func.min(OutboxEvent.occurred_at)).where(OutboxEvent.relayed_at.is_(None))
    unrelayed, oldest_at = (await session.execute(waiting)).one()
    deliveries = {"queued": 0, "running": 0, "dead": 0}
    for states in (Delivery.state.in_(("queued", "running")), Delivery.state == "dead"):
        statement = select(Delivery.state, func.count().label("number")).where(states).group_by(Delivery.state)
        deliveries |= {row.state: row.number for row in await session.execute(statement)}
    return Backlog(unrelayed, oldest_at, deliveries)


async def list_deliveries(session: AsyncSession, *, state: str | None = None, limit: int = 100) -> list[ListedDelivery]:
    """The newest deliveries, or the newest in one state (`queued`, `running`, `done`, `dead`)."""
    statement = (
        select(
            Delivery.id,
            OutboxEvent.type,
            Delivery.handler,
            Delivery.state,
            Delivery.attempt,
            OutboxEvent.occurred_at,
            Delivery.due_at,
            Delivery.last_error,
        )
        .join(OutboxEvent, OutboxEvent.id == Delivery.event_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(Delivery.state == state)
    return [ListedDelivery(*row) for row in (await session.execute(statement)).all()]


async def get_delivery_for_update(session: AsyncSession, delivery_id: UUID) -> Delivery:
    """The delivery, locked until the transaction ends. Raises NotFound."""
    statement = select(Delivery).where(Delivery.id == delivery_id).with_for_update()
    delivery = await session.scalar(statement.execution_options(populate_existing=True))
    if delivery is None:
        raise NotFound("delivery-not-found", f"Không có việc nào mang mã {delivery_id}.")
    return delivery
