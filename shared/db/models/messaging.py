"""The ledger of what happened and who has dealt with it: outbox, deliveries, ticks of the schedule."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified


class OutboxEvent(Identified, Base):
    """A fact, written in the transaction that made it true; `relayed_at` once deliveries exist for it."""

    __tablename__ = "outbox_events"
    __table_args__ = (Index("ix_outbox_events_unrelayed", "id", postgresql_where=text("relayed_at IS NULL")),)

    type: Mapped[str]
    payload: Mapped[dict[str, object]]
    traceparent: Mapped[str | None]
    """The request that made it true, as W3C trace context; handlers carry its trace on."""
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    relayed_at: Mapped[datetime | None]


class Delivery(Identified, Base):
    """One handler's duty towards one event.

    `state`: `queued` → `running` → `done`, back to `queued` after an error, `dead` after the last attempt.
    `lane` is the queue of workers it is pushed to, as its handler needs it.
    `fence` rises with every lease: work under an older lease can no longer mark anything.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "handler"),
        Index(
            "ix_deliveries_due",
            *("lane", "due_at"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_deliveries_dead", "id", postgresql_where=text("state = 'dead'")),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("outbox_events.id"))
    handler: Mapped[str]
    lane: Mapped[str] = mapped_column(default="prompt", server_default="prompt")
    state: Mapped[str] = mapped_column(default="queued")
    attempt: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_error: Mapped[str | None]
    done_at: Mapped[datetime | None]


class ScheduleTick(Base):
    """A tick of a scheduled rule that has been taken: none is missed, none is doubled."""

    __tablename__ = "schedule_ticks"

    rule: Mapped[str] = mapped_column(primary_key=True)
    tick: Mapped[str] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(server_default=func.now())
