"""The ledger of deliveries: opened from facts, claimed for pushing, leased, marked, replayed.

`queued` deliveries are due when they may be pushed (again), `running` ones when their lease ends. `attempt` counts
leases. Each function is one step of a short transaction of its caller.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.deliveries import queries
from services.alerts_worker.transport import Lane
from shared import audit
from shared.db.models import Delivery, OutboxEvent
from shared.domain.errors import Conflict
from shared.settings import Settings

UNSUBSCRIBED = "unsubscribed"
"""Stands for a handler where this version knows no event of the type: dead until replayed by one that does."""
PUSH_AGAIN = timedelta(seconds=5)
"""A push that led to no lease by then was lost with Redis, or still waits there, where pushing again is harmless."""
LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Push:
    """The attempt a worker is asked to make."""

    delivery_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to carry out one attempt while `fence` is the delivery's."""

    delivery_id: UUID
    attempt: int
    fence: int
    handler: str
    event_type: str
    payload: dict[str, object]
    traceparent: str | None


class LeaseLost(Exception):
    """Another attempt took over: nothing of this one may be kept."""


async def open_deliveries(
    session: AsyncSession,
    subscriptions: Mapping[str, Sequence[str]],
    looking: Collection[str],
    *,
    now: datetime,
    limit: int,
) -> int:
    """Give each of the oldest facts not yet relayed one delivery per handler name; returns the number of facts.

    `subscriptions` lists every known event type, with no names where nobody acts. Those `looking` have a lane of their
    own.
    """
    statement = (
        select(OutboxEvent.id, OutboxEvent.type)
        .where(OutboxEvent.relayed_at.is_(None))
        .order_by(OutboxEvent.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    events = (await session.execute(statement)).all()
    if not events:
        return 0
    for event_id, event_type in events:
        if event_type in subscriptions:
            names = subscriptions[event_type]
            session.add_all(
                Delivery(
                    event_id=event_id,
                    handler=name,
                    lane=Lane.LOOKING if name in looking else Lane.PROMPT,
                    due_at=now,
                )
                for name in names
            )
        else:
            error = f"this version knows no event of type {event_type}"
            session.add(Delivery(event_id=event_id, handler=UNSUBSCRIBED, state="dead", due_at=now, last_error=error))
    ids = [event_id for event_id, _ in events]
    await session.execute(update(OutboxEvent).where(OutboxEvent.id.in_(ids)).values(relayed_at=now))
    await session.flush()
    return len(events)


async def claim_due(
    session: AsyncSession, settings: Settings, *, now: datetime, limit: int, lane: Lane = Lane.PROMPT
) -> list[Push]:
    """The attempts to ask the workers of a lane for now: new ones, retries whose wait is over, and those whose lease
    ran out; in the order of the facts.

    Each is put off by `PUSH_AGAIN`, so that it is asked for again, but not in every round. A delivery that lost its
    worker in its last attempt is dead.
    """
    due = (
        select(Delivery.id)
        .where(Delivery.state.in_(("queued", "running")), Delivery.lane == lane, Delivery.due_at <= now)
        .order_by(Delivery.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # A CTE is read once; a plain subquery may be read again, and lock more than the limit.
        .cte("due")
    )
    lost = Delivery.state == "running"
    exhausted = lost & (Delivery.attempt >= settings.delivery_attempts)
    statement = (
        update(Delivery)
        .where(Delivery.id.in_(select(due.c.id)))
        .values(
            state=case((exhausted, "dead"), else_="queued"),
            due_at=now + PUSH_AGAIN,
            last_error=case((lost, "the worker stopped before finishing"), else_=Delivery.last_error),
        )
        .returning(Delivery.id, Delivery.event_id, Delivery.attempt, Delivery.state)
        .execution_options(synchronize_session=False)
    )
    rows = (await session.execute(statement)).all()
    return [Push(row.id, row.attempt + 1) for row in sorted(rows, key=attrgetter("event_id")) if row.state == "queued"]


async def lease(session: AsyncSession, push: Push, settings: Settings, *, now: datetime) -> Lease | None:
    """Take on the attempt; None when it was made already, is being made, or is no longer wanted."""
    statement = (
        update(Delivery)
        .where(
            Delivery.id == push.delivery_id,
            Delivery.state == "queued",
            Delivery.attempt == push.attempt - 1,
            Delivery.event_id == OutboxEvent.id,
        )
        .values(
            state="running",
            attempt=push.attempt,
            fence=Delivery.fence + 1,
            due_at=now + timedelta(seconds=settings.delivery_lease),
        )
        .returning(Delivery.fence, Delivery.handler, OutboxEvent.type, OutboxEvent.payload, OutboxEvent.traceparent)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    return Lease(push.delivery_id, push.attempt, row.fence, row.handler, row.type, row.payload, row.traceparent)


async def mark_done(session: AsyncSession, held: Lease, *, now: datetime) -> None:
    """End the delivery with the effect of its handler. Raises LeaseLost when the lease is no longer held."""
    await _mark(session, held, state="done", done_at=now, last_error=None)


async def mark_failed(
    session: AsyncSession, held: Lease, error: str, settings: Settings, *, now: datetime, final: bool = False
) -> None:
    """Queue the next attempt, each wait twice the last; after the last attempt, or when `final`, it is dead.

    Raises LeaseLost when the lease is no longer held.
    """
    dead = final or held.attempt >= settings.delivery_attempts
    wait = timedelta(seconds=settings.retry_delay * 2 ** (held.attempt - 1))
    due_at = now if dead else now + wait
    await _mark(session, held, state="dead" if dead else "queued", due_at=due_at, last_error=error[:LONGEST_ERROR])


async def _mark(session: AsyncSession, held: Lease, **changes: object) -> None:
    statement = (
        update(Delivery)
        .where(Delivery.id == held.delivery_id, Delivery.fence == held.fence, Delivery.state == "running")
        .values(**changes)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    if (await session.execute(statement)).one_or_none() is None:
        raise LeaseLost


async def replay_delivery(session: AsyncSession, delivery_id: UUID) -> None:
    """Give a dead delivery all its attempts again. Raises NotFound, and Conflict("delivery-not-dead")."""
    delivery = await queries.get_delivery_for_update(session, delivery_id)
    if delivery.state != "dead":
        raise Conflict(
            "delivery-not-dead",
            f"Việc {delivery_id} đang ở trạng thái “{delivery.state}”: chỉ chạy lại được việc đã dừng hẳn (dead).",
        )
    before: dict[str, object] = {"state": delivery.state, "attempt": delivery.attempt, "handler": delivery.handler}
    after: dict[str, object] = {"state": "unrelayed" if delivery.handler == UNSUBSCRIBED else "queued", "attempt": 0}
    audit.record(session, audit.System("replay_delivery"), "delivery.replayed", delivery, before=before, after=after)
    if delivery.handler == UNSUBSCRIBED:
        # The fact goes back to the relay, which may by now know who acts on it.
        await session.execute(update(OutboxEvent).where(OutboxEvent.id == delivery.event_id).values(relayed_at=None))
        await session.delete(delivery)
    else:
        delivery.state, delivery.attempt, delivery.due_at = "queued", 0, func.now()
    await session.flush()
