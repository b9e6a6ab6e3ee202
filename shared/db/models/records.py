"""The trail of writes, answers kept for repeated requests, and the calendar of working days."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified


class AuditEntry(Identified, Base):
    """Who did what to what, from where, in the transaction that did it."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_target_type_target_id", "target_type", "target_id"),)

    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    client: Mapped[str]
    organization_id: Mapped[UUID | None]
    action: Mapped[str]
    target_type: Mapped[str]
    target_id: Mapped[UUID]
    before: Mapped[dict[str, object] | None]
    after: Mapped[dict[str, object] | None]
    request_id: Mapped[str | None]
    address: Mapped[str | None]


class IdempotencyRecord(Base):
    """The answer given to a caller's key, to be given again. `request_sha256` covers method, path and body."""

    __tablename__ = "idempotency_records"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str | None]
    etag: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CalendarDay(Base):
    """A day that differs from the ordinary week: `off` (holiday) or `make_up` (weekend worked)."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
