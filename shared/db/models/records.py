"""Answers kept for repeated requests, and the calendar of working days."""

from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Versioned


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


class CalendarDay(Versioned, Base):
    """A day that differs from the ordinary week: `off` (holiday) or `make_up` (weekend worked), by a document where
    people entered it.
    """

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    instrument: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class CalendarChange(Identified, Base):
    """People changed what a day is: `kind_before` until `changed_at`, none for a day like any other. Append-only, so
    that the calendar of any past day can be told.
    """

    __tablename__ = "calendar_changes"

    day: Mapped[date]
    kind_before: Mapped[str | None]
    kind_after: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(index=True)
