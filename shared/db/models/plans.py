"""Plans as documents: their groups of tasks and reporting rules."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned
from shared.domain.clarity import SIX


class Plan(Identified, Recorded, Versioned, Base):
    """A numbered document of one issuer. `state`: `draft` until activated, then `active`.

    `starts_on`..`ends_on` is the term (no end: until replaced). `reviewing_organization_ids` are the bodies
    that appraise evidence, in order, lowest level first. `document_sha256` is the imported file's. `clarity` are the
    questions of `shared.domain.clarity` that its tasks have to answer.
    """

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("issuer_id", "number", "issued_on"),)

    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str]
    number: Mapped[str]
    issued_on: Mapped[date]
    title: Mapped[str]
    issuer_text: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(default="draft")
    visibility: Mapped[str] = mapped_column(default="internal")
    reviewing_organization_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    reporting_rules: Mapped[list[dict[str, object]]]
    document_sha256: Mapped[str | None]
    clarity: Mapped[list[str]] = mapped_column(default=lambda: [question.value for question in SIX])
    activated_at: Mapped[datetime | None]


class TaskGroup(Identified, Base):
    """A heading (I, II, …) of the task table."""

    __tablename__ = "task_groups"
    __table_args__ = (UniqueConstraint("plan_id", "no"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    no: Mapped[str]
    title: Mapped[str]
    position: Mapped[int]


class PlanImport(Identified, Recorded, Versioned, Base):
    """A read document awaiting a person's agreement. `proposal` is the JSON of the published contract.

    `amends_plan_id` is the plan in force that the document restates: it becomes an amendment of it (`amendment_id`)
    instead of a plan. `corrected` keeps what was read in the cells a person corrected: place → field → value.
    """

    __tablename__ = "plan_imports"
    __table_args__ = (UniqueConstraint("issuer_id", "document_sha256"),)

    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    document_sha256: Mapped[str]
    filename: Mapped[str]
    proposal: Mapped[dict[str, object]]
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"), index=True)
    requested_by: Mapped[str]
    corrected: Mapped[dict[str, object]] = mapped_column(default=dict, server_default=text("'{}'"))
    amends_plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plans.id"), index=True)
    amendment_id: Mapped[UUID | None] = mapped_column(ForeignKey("amendments.id", use_alter=True), index=True)

    @property
    def is_committed(self) -> bool:
        """Whether it has become a plan or an amendment, and can no longer be corrected."""
        return self.plan_id is not None or self.amendment_id is not None
