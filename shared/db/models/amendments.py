"""Amendments of plans: what each changes, cell by cell, and the terms that assignments had before."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded


class Amendment(Identified, Recorded, Base):
    """A numbered document that changes a plan as a whole, from `effective_on` on.

    `state`: `draft` until the worker has applied it, then `in_force`. `plan_import_id` is the document it was read
    from, if it was. `failure` is why the worker could not apply it when it last tried.
    """

    __tablename__ = "amendments"
    __table_args__ = (UniqueConstraint("plan_id", "number", "issued_on"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[str]
    issued_on: Mapped[date]
    reason: Mapped[str]
    effective_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="draft")
    applied_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    recorded_by: Mapped[str]
    plan_import_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_imports.id"), index=True)


class AmendmentChange(Identified, Base):
    """One cell, of a task, an indicator or, without either, of the plan itself.

    `field` is a cell of `shared.tracking.cells`, `task` for a whole new task (which gets its `task_id` when the
    amendment comes into force), or `ends_on` of the plan. Of an indicator it is a cell of
    `shared.tracking.indicators`, `state`, or `target` (of one year; before or after it is null where there is none);
    `indicator` stands for a whole new one. `before` is what stood when the amendment was applied; until
    then, what stood when it was recorded.
    """

    __tablename__ = "amendment_changes"
    __table_args__ = (Index("ix_amendment_changes_amendment_id_position", "amendment_id", "position"),)

    amendment_id: Mapped[UUID] = mapped_column(ForeignKey("amendments.id"))
    position: Mapped[int]
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    indicator_id: Mapped[UUID | None] = mapped_column(ForeignKey("indicators.id"), index=True)
    field: Mapped[str]
    before: Mapped[object | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[object | None] = mapped_column(JSONB(none_as_null=True))


class AssignmentDeadline(Identified, Base):
    """The term of an assignment from a day on, where amendments moved it: of the rows whose `from_on` has come by a
    day, the one with the highest `number` (the latest) speaks on it. Number 0 is the term before the first move.
    Append-only; an assignment never moved has none. `named_on` is the last day as named: the calendar of each day tells
    which day that is.
    """

    __tablename__ = "assignment_deadlines"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    number: Mapped[int]
    amendment_id: Mapped[UUID | None] = mapped_column(ForeignKey("amendments.id"), index=True)
    from_on: Mapped[date]
    starts_on: Mapped[date]
    named_on: Mapped[date | None]
    roadmap: Mapped[list[dict[str, object]]]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
