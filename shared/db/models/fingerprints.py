"""What evidence is known again by, and where it was met before. Only the worker writes and reads fingerprints."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified


class TextFingerprint(Identified, Base):
    """The text of the file at `position` of a version. `bands` are what near texts share at least one of; `sketch`
    and `facts` are numbers of 16 and of 32 bits, big-endian.
    """

    __tablename__ = "text_fingerprints"
    __table_args__ = (
        Index("ix_text_fingerprints_bands", "bands", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"), index=True)
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    words: Mapped[int]
    bands: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    sketch: Mapped[bytes]
    facts: Mapped[bytes]


class PictureFingerprint(Identified, Base):
    """A picture (`place` counts from 1) in the file at `position` of a version.

    `coarse` is 64 bits, signed; `band_1` (the highest) to `band_4` are the 16 bits each that it consists of. Whatever
    differs from it in at most 11 bits differs in at most 2 in one of the bands. The indexes hold `coarse` and the id,
    so that a search reads no table.
    """

    __tablename__ = "picture_fingerprints"
    __table_args__ = tuple(
        Index(f"ix_picture_fingerprints_band_{number}", f"band_{number}", postgresql_include=["coarse", "id"])
        for number in (1, 2, 3, 4)
    )

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"), index=True)
    position: Mapped[int]
    place: Mapped[int]
    coarse: Mapped[int] = mapped_column(BigInteger)
    band_1: Mapped[int]
    band_2: Mapped[int]
    band_3: Mapped[int]
    band_4: Mapped[int]
    detail: Mapped[bytes]
    is_page: Mapped[bool]


class DocumentFingerprint(Identified, Base):
    """Number and issuer of a document, folded: declared for a version (no `position`), or read from a file of it."""

    __tablename__ = "document_fingerprints"
    __table_args__ = (Index("ix_document_fingerprints_number_issuer", "number", "issuer"),)

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"), index=True)
    position: Mapped[int | None]
    number: Mapped[str]
    issuer: Mapped[str]
    year: Mapped[int | None]


class EvidenceReuse(Identified, Base):
    """A version was met before: how the same it is (`kind`, a `Sameness`) and how far (`measure`, 0 to 1).

    Known to whoever knows the version; where it was met stands in `evidence_reuse_origins`.
    """

    __tablename__ = "evidence_reuses"

    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"), index=True)
    position: Mapped[int | None]
    kind: Mapped[str]
    measure: Mapped[float]
    found_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EvidenceReuseOrigin(Base):
    """The version submitted earlier, and the file in it. Known to whoever knows both versions."""

    __tablename__ = "evidence_reuse_origins"

    reuse_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_reuses.id"), primary_key=True)
    evidence_version_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_versions.id"), index=True)
    position: Mapped[int | None]
