"""Uploads, evidence in versions, the checks each version passed, and verdicts on them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned


class Upload(Identified, Recorded, Base):
    """One stored file. `storage_key` is content-addressed; `media_type` was read from the content. `created_at` is when
    it was received, `captured_at` when its sender says that it was taken or made. `verified_at` is when the stored
    bytes were last found to have the hash; from `damaged_at` on they are never served. `used_at` is when it first was
    part of evidence: what never is, is removed after a while.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        Index("ix_uploads_verified_at", "verified_at", postgresql_where=text("damaged_at IS NULL")),
        Index("ix_uploads_unused", "created_at", postgresql_where=text("used_at IS NULL")),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    uploaded_by: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(index=True)
    storage_key: Mapped[str] = mapped_column(index=True)
    verified_at: Mapped[datetime] = mapped_column(server_default=func.now())
    damaged_at: Mapped[datetime | None]
    captured_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


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
    where it was not kept yet. `reuse_reason` is why, as declared, it holds what was submitted before. `risk` weighs the
    findings (`shared.domain.appraisal_risks`): reviewers read what weighs most first. Until it is released or
    refused its checks go on by `checks_due_at` at the latest; `check_runs` counts how often they were taken up.
    `effective_on` is when the product took effect, whenever it was submitted; `link_url` the public address that
    evidence of kind `link` is a snapshot of.
    """

    __tablename__ = "evidence_versions"
    __table_args__ = (
        UniqueConstraint("evidence_id", "number"),
        Index(
            "ix_evidence_versions_checks_due_at",
            "checks_due_at",
            postgresql_where=text("checks_due_at IS NOT NULL"),
        ),
    )

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default="received")
    submitted_by: Mapped[str]
    submitted_by_issuer: Mapped[str | None]
    document_number: Mapped[str | None]
    document_issued_on: Mapped[date | None]
    document_issuer: Mapped[str | None]
    reuse_reason: Mapped[str | None]
    effective_on: Mapped[date | None]
    link_url: Mapped[str | None]
    released_at: Mapped[datetime | None]
    risk: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    checks_due_at: Mapped[datetime | None] = mapped_column(server_default=text("now() + interval '10 minutes'"))
    check_runs: Mapped[int] = mapped_column(default=0, server_default="0")


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
    """A fact a check established about a file of a version: shown to the appraiser, never a verdict.

    `position` is the file's, 0 where the version as a whole is meant; `tool` with its version is what looked,
    `policy_version` the rules that made a finding of what it saw, `message` the finding in Vietnamese.
    """

    __tablename__ = "evidence_findings"
    __table_args__ = (UniqueConstraint("evidence_version_id", "step", "position"),)

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"))
    step: Mapped[str]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    tool: Mapped[str] = mapped_column(default="theodoi", server_default="theodoi")
    tool_version: Mapped[str] = mapped_column(default="0", server_default="0")
    policy_version: Mapped[int] = mapped_column(default=0, server_default="0")
    outcome: Mapped[str]
    message: Mapped[str] = mapped_column(default="", server_default="")
    facts: Mapped[dict[str, object]]
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())
