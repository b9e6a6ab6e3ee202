"""Whose tokens are believed, and what our own tables say their bearers may do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded


class TokenKey(Recorded, Base):
    """A public key: (issuer, kid) names exactly one key with one algorithm."""

    __tablename__ = "token_keys"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(primary_key=True)
    algorithm: Mapped[str]
    public_key: Mapped[str]
    revoked_at: Mapped[datetime | None]


class Membership(Identified, Recorded, Base):
    """(issuer, subject) acts for an organization in a role between two instants."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("issuer", "subject", "organization_id", "role"),)

    issuer: Mapped[str]
    subject: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    role: Mapped[str]
    granted_by: Mapped[str]
    ended_at: Mapped[datetime | None]
