"""The only way a fact leaves a transaction: as a row committed with the change that made it true."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.appending import append
from shared.db.ids import new_id
from shared.db.models import OutboxEvent
from shared.events import Event
from shared.tracing import current_traceparent


def add(session: AsyncSession, event: Event) -> None:
    """Write `event` with the current transaction; the relay finds it once committed."""
    append(
        session,
        OutboxEvent,
        id=new_id(),
        type=event.type,
        payload=event.payload(),
        traceparent=current_traceparent(),
    )
