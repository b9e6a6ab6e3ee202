"""Verdicts on evidence, whose verdict is awaited, and what a reviewing body asks to be added before it gives one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified


class Appraisal(Identified, Base):
    """A reviewing body's verdict on the exact version it saw. `level` counts the plan's reviewing bodies from 1.

    `waiting_since` is when the version came before that body, `due_on` the last day its service level gave it then;
    both null where they were not kept yet. A withdrawn verdict stays on record and counts for nothing.
    """

    __tablename__ = "appraisals"
    __table_args__ = (
        Index(
            "uq_appraisals_standing",
            *("evidence_id", "evidence_version", "level"),
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_appraisals_evidence_id_decided_at", "evidence_id", "decided_at"),
        Index("ix_appraisals_organization_id_decided_at", "organization_id", "decided_at"),
    )

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    evidence_version: Mapped[int]
    level: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    appraised_by: Mapped[str]
    verdict: Mapped[str]
    reasons: Mapped[list[str]]
    comment: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())
    waiting_since: Mapped[datetime | None]
    due_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]


class PendingAppraisal(Base):
    """A released version whose next verdict is `organization_id`'s to give, at `level`. The database itself keeps these
    rows, in the transaction of whatever makes or ends the wait; only claims and escalations are written by us.

    `lead_id` is the assignment's organization. `since` is when the version came before the body, or came back to it.
    `supplement`: `open` while the submitter is asked for more, then `expired` or, on its next version, `answered`.
    `claimed_by` is a subject of `claimed_by_issuer`, and holds it until `claimed_until`. `escalated_to` is whom the
    body's silence was told to.
    """

    __tablename__ = "pending_appraisals"
    __table_args__ = (
        Index(
            "ix_pending_appraisals_by_risk",
            *("organization_id", text("(-risk)"), "since", "evidence_id"),
        ),
        Index("ix_pending_appraisals_by_age", "organization_id", "since", "evidence_id"),
        Index(
            "ix_pending_appraisals_escalated",
            *("escalated_to", "since", "evidence_id"),
            postgresql_where=text("escalated_to IS NOT NULL"),
        ),
        Index("ix_pending_appraisals_since", "since", postgresql_where=text("escalated_at IS NULL")),
    )

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    evidence_version: Mapped[int]
    level: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    risk: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[datetime]
    supplement: Mapped[str | None]
    claimed_by: Mapped[str | None]
    claimed_by_issuer: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    escalated_to: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))


class SupplementRequest(Identified, Base):
    """A reviewing body asks the submitter for more before it gives its verdict on a version. `named_on` is the day it
    named; it ends as every term does. Answered by the next version, else `expired_at` says when the wait was over; one
    that was withdrawn counts for nothing.
    """

    __tablename__ = "supplement_requests"
    __table_args__ = (
        Index("ix_supplement_requests_unexpired", "named_on", postgresql_where=text("expired_at IS NULL")),
    )

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), index=True)
    evidence_version: Mapped[int]
    level: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    requested_by: Mapped[str]
    text: Mapped[str]
    named_on: Mapped[date]
    requested_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expired_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]


class Notice(Identified, Base):
    """What an organization has to know of evidence and its appraisal. `kind` is the fact's type; `facts` what is told
    with it. Read once for the whole organization, by `read_by`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_organization_id_id", "organization_id", "id"),
        Index("ix_notices_unread", "organization_id", "id", postgresql_where=text("read_at IS NULL")),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[str]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"))
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    evidence_version: Mapped[int]
    facts: Mapped[dict[str, object]]
    noticed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
    read_by: Mapped[str | None]
