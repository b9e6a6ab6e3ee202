"""Uploads, evidence in versions, the checks each version passed, and verdicts on them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned


class Upload(Identified, Recorded, Base):
    """One stored file. `storage_key` is content-addressed; `media_type` was read from the content.

    `verified_at` is when the stored bytes were last found to have the hash; from `damaged_at` on they are never served.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_verified_at", "verified_at", postgresql_where=text("damaged_at IS NULL")),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    uploaded_by: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(index=True)
    storage_key: Mapped[str] = mapped_column(index=True)
    verified_at: Mapped[datetime] = mapped_column(server_default=func.now())
    damaged_at: Mapped[datetime | None]


class Evidence(Identified, Recorded, Versioned, Base):
    """A proof of the output of the assignment it was submitted for, and of others of its plan (`EvidenceAssignment`).

    `current_version` counts from 1; versions are never overwritten. What is withdrawn proves nothing any more, and
    stays readable.
    """

    __tablename__ = "evidence"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[str]
    current_version: Mapped[int] = mapped_column(default=1)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawal_reason: Mapped[str | None]


class EvidenceAssignment(Base):
    """An assignment that a piece of evidence proves. A trigger adds the one it was submitted for, without an instant;
    all are of one plan.
    """

    __tablename__ = "evidence_assignments"

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), primary_key=True, index=True)
    linked_at: Mapped[datetime | None]
    linked_by: Mapped[str | None]


class EvidenceVersion(Identified, Recorded, Base):
    """What was submitted at once. `state` moves received → inspected → scanned → verified → released,
    or ends `refused`; only the worker moves it. `submitted_by` is a subject of `submitted_by_issuer`, which is null
    where it was not kept yet. `effective_on` is when the product took effect, whenever it was submitted; `link_url` the
    public address that evidence of kind `link` is a snapshot of.
    """

    __tablename__ = "evidence_versions"
    __table_args__ = (UniqueConstraint("evidence_id", "number"),)

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="received")
    submitted_by: Mapped[str]
    submitted_by_issuer: Mapped[str | None]
    document_number: Mapped[str | None]
    document_issued_on: Mapped[date | None]
    document_issuer: Mapped[str | None]
    effective_on: Mapped[date | None]
    link_url: Mapped[str | None]
    released_at: Mapped[datetime | None]


class EvidenceFile(Identified, Base):
    """The n-th file (from 1) of a version."""

    __tablename__ = "evidence_files"
    __table_args__ = (UniqueConstraint("evidence_version_id", "position"),)

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"))
    position: Mapped[int]
    upload_id: Mapped[UUID] = mapped_column(ForeignKey("uploads.id"), index=True)


class LinkSnapshot(Base):
    """How the one file of a version of kind `link` was fetched: from where (`address` is the IP), with what answer.

    `url` is the address that answered; redirects are not followed, so that it is the one submitted.
    """

    __tablename__ = "link_snapshots"

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"), primary_key=True)
    url: Mapped[str]
    address: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, object]]
    sha256: Mapped[str]
    fetched_at: Mapped[datetime]


class EvidenceFinding(Identified, Base):
    """A fact a check established about a version: shown to the appraiser, never a verdict."""

    __tablename__ = "evidence_findings"
    __table_args__ = (UniqueConstraint("evidence_version_id", "step"),)

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"))
    step: Mapped[str]
    outcome: Mapped[str]
    facts: Mapped[dict[str, object]]
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Appraisal(Identified, Base):
    """A reviewing body's verdict on the exact version it saw. `level` counts the plan's reviewing bodies from 1."""

    __tablename__ = "appraisals"
    __table_args__ = (
        UniqueConstraint("evidence_id", "evidence_version", "level"),
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
