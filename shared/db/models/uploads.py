"""Uploads on their way, the parts that have arrived, and how much each organization takes up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded


class ResumableUpload(Identified, Recorded, Base):
    """A file that arrives over as many requests as its network needs; complete, it becomes the `uploads` row of the
    same id. Sizes in bytes; `received` is where the next part begins, and equals `length` only when complete.

    `fence` counts the requests that began to append: only the last of them may. A `partial` upload never becomes a
    file by itself: it is joined with others. `metadata_text`, `concat_text` and `sha256` are what the sender stated.
    """

    __tablename__ = "resumable_uploads"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    uploaded_by: Mapped[str]
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    fence: Mapped[int] = mapped_column(default=0)
    partial: Mapped[bool] = mapped_column(default=False)
    concat_text: Mapped[str | None]
    metadata_text: Mapped[str]
    filename: Mapped[str]
    sha256: Mapped[str | None]
    captured_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class UploadPart(Base):
    """Bytes of an unfinished upload from `starts_at` (0 is the first), as an object of their own."""

    __tablename__ = "upload_parts"

    resumable_upload_id: Mapped[UUID] = mapped_column(ForeignKey("resumable_uploads.id"), primary_key=True)
    starts_at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    storage_key: Mapped[str] = mapped_column(unique=True)


class UploadUsage(Base):
    """The bytes of an organization's files and of all that it has begun to send, counted at their full length."""

    __tablename__ = "upload_usage"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
