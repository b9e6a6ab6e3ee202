"""Assignments, the tracked thing: (task, lead organization, cycle), with who may see each and all it went through."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned


class Assignment(Identified, Recorded, Versioned, Base):
    """The state of one promise.

    `cycle_due_on` is the last day named for the work of the cycle; `due_on` is the enforced last day (moved off
    weekends and holidays); `due_key` the same day for ordering, with 31/12/9999 where no deadline is known. `roadmap`
    is a list of `{"on": date, "percent": number}`.
    `overdue_from`, `lagging_from` and `poor_quality_from` hold the first day on which each red rule is met
    if nothing more happens (`shared.domain.alert_rules.red_from`): written with every change of the facts,
    they let the evaluation compare dates instead of recomputing rules.
    `carried_from_id` is the organization it was opened for, where another has taken the work over: so that a body
    that led the task itself owes both, told apart.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint(
            *("task_id", "organization_id", "cycle_starts_on", "cycle_kind", "carried_from_id"),
            name="uq_assignments_promise",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_assignments_plan_id", "plan_id"),
        Index("ix_assignments_organization_id_due_key", "organization_id", "due_key", "id"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    carried_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    cycle_kind: Mapped[str]
    cycle_starts_on: Mapped[date]
    cycle_ends_on: Mapped[date | None]
    cycle_due_on: Mapped[date | None]
    starts_on: Mapped[date]
    due_on: Mapped[date | None]
    due_key: Mapped[date]
    roadmap: Mapped[list[dict[str, object]]]
    status: Mapped[str]
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    submitted_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    verdict: Mapped[str | None]
    verdict_on: Mapped[date | None]
    overdue_from: Mapped[date | None]
    lagging_from: Mapped[date | None]
    poor_quality_from: Mapped[date | None]


class AssignmentViewer(Base):
    """One row per organization that may see an assignment: whoever leads, coordinates, issued or appraises
    it, and all above them. Ordered as lists are, so that a page costs the same at any depth and size.
    """

    __tablename__ = "assignment_viewers"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    due_key: Mapped[date] = mapped_column(primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TaskViewer(Base):
    """One row per organization that may see a task: whoever may see one of its assignments, or coordinates it as a
    member of a collective, and all above them.
    """

    __tablename__ = "task_viewers"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True, index=True)


class PlanViewer(Base):
    """One row per organization that may see a plan: whoever may see one of its tasks."""

    __tablename__ = "plan_viewers"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True, index=True)


class AssignmentTransfer(Identified, Base):
    """An assignment passed from one organization to another with a succession. Append-only: who held it when.

    `effective_on` is the day of the succession, `transferred_at` the instant the change was made: until then, reports
    named the organization it came from.
    """

    __tablename__ = "assignment_transfers"
    __table_args__ = (Index("ix_assignment_transfers_assignment_id_transferred_at", "assignment_id", "transferred_at"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    from_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    to_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    succession_id: Mapped[UUID] = mapped_column(ForeignKey("organization_successions.id"))
    effective_on: Mapped[date]
    transferred_at: Mapped[datetime]


class AssignmentTransition(Identified, Base):
    """A change of status: nothing else changes one. The first has no `from_status`."""

    __tablename__ = "assignment_transitions"
    __table_args__ = (Index("ix_assignment_transitions_assignment_id_occurred_at", "assignment_id", "occurred_at"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    action: Mapped[str]
    actor: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str | None]


class ProgressUpdate(Identified, Base):
    """A percent and a narrative at an instant; `as_of` is the business date it speaks of. Append-only."""

    __tablename__ = "progress_updates"
    __table_args__ = (Index("ix_progress_updates_assignment_id_recorded_at", "assignment_id", "recorded_at"),)

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    narrative: Mapped[str]
    reason: Mapped[str | None]
    as_of: Mapped[date]
    actor: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CompletionEvidence(Base):
    """The exact evidence versions a completion stands on."""

    __tablename__ = "completion_evidence"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True, index=True)
    evidence_version: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Alert(Identified, Base):
    """A red alert: at most one open per (assignment, rule); it closes itself and is kept."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "assignment_id",
            "rule",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_alerts_assignment_id", "assignment_id"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    rule: Mapped[str]
    severity: Mapped[str] = mapped_column(default="red")
    since: Mapped[date]
    opened_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    closed_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]


class AlertAcknowledgement(Identified, Base):
    """Someone answered for an alert: what they say, and by when they promise it cleared. Append-only."""

    __tablename__ = "alert_acknowledgements"

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("alerts.id"), index=True)
    acknowledged_by: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    note: Mapped[str]
    promised_on: Mapped[date | None]
    acknowledged_at: Mapped[datetime] = mapped_column(server_default=func.now())
