"""Whose tokens are believed, and what our own tables say their bearers may do."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, Identified, Recorded, Versioned


class User(Identified, Recorded, Versioned, Base):
    """A person, known by the OIDC issuer that vouches for them and the subject it calls them by.

    `organization_id` is the organization for which the account was registered; none at the console. `last_seen_on` is
    the last business day of a request, written at most once a day; `vouched_on` the last one when somebody registered
    the account, gave it a role or reactivated it: from the later of both, an account counts as idle. A deactivated one
    is refused whatever its tokens and memberships say.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str | None]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    last_seen_on: Mapped[date | None]
    vouched_on: Mapped[date] = mapped_column(server_default=func.current_date())
    deactivated_at: Mapped[datetime | None]
    deactivated_by: Mapped[str | None]


class Membership(Identified, Recorded, Versioned, Base):
    """A user acts for an organization in a role from `starts_on` to `ends_on`, both included, unless revoked before."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_held",
            "user_id",
            "organization_id",
            "role",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    role: Mapped[str]
    starts_on: Mapped[date] = mapped_column(server_default=func.current_date())
    ends_on: Mapped[date | None]
    granted_by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class Client(Identified, Recorded, Versioned, Base):
    """A registered system (LGSP, ward software): acts for one organization within its scopes.

    It signs its own tokens: `issuer` is their `iss` and `sub`. A revoked client is refused whatever its keys.
    """

    __tablename__ = "clients"

    issuer: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    scopes: Mapped[list[str]]
    registered_by: Mapped[str]
    revoked_at: Mapped[datetime | None]


class TokenKey(Recorded, Base):
    """A public key: (issuer, kid) names exactly one key with one algorithm.

    Keys of a client carry its id; the others are those of the local issuer. A key that is being rotated out holds
    until `retires_at`.
    """

    __tablename__ = "token_keys"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(primary_key=True)
    algorithm: Mapped[str]
    public_key: Mapped[str]
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True)
    retires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class UsedToken(Base):
    """The `jti` of a system's token that was accepted: it is accepted once. Forgotten after `expires_at`."""

    __tablename__ = "used_tokens"
    __table_args__ = (Index("ix_used_tokens_expires_at", "expires_at"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class AccessChange(Base):
    """Some statement may have changed what somebody may do: who remembers callers looks again. Written by triggers."""

    __tablename__ = "access_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
