"""What persons said that names in plans mean."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified


class NameCorrection(Identified, Base):
    """In plans of the issuer the text means an organization or a group, one of the two. The latest word counts; the
    trail keeps earlier ones. `folded` is `shared.domain.text.fold` of the text.
    """

    __tablename__ = "name_corrections"
    __table_args__ = (
        UniqueConstraint("issuer_id", "folded"),
        CheckConstraint("(organization_id IS NULL) <> (group_id IS NULL)", name="one_meaning"),
    )

    issuer_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    folded: Mapped[str]
    text: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization_groups.id"), index=True)
    corrected_by: Mapped[str]
    corrected_at: Mapped[datetime] = mapped_column(server_default=func.now())
