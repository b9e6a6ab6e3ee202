"""Reads of accounts."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from shared.audit import Actor, System
from shared.db.models import Membership, Organization, TokenKey, User
from shared.db.visibility import names_person, visible
from shared.domain.errors import NotFound
from shared.settings import get_settings


def _known(actor: Actor) -> ColumnElement[bool]:
    return true() if isinstance(actor, System) else visible(actor, User)


def is_named(actor: Actor) -> ColumnElement[bool]:
    """Whether the caller may know who the `User` of a statement is, as a column."""
    return (true() if isinstance(actor, System) else names_person(actor)).label("is_named")


async def get_shown_user(session: AsyncSession, actor: Actor, user_id: UUID) -> Row[User, bool]:
    """The account and `is_named`, as far as the caller may know of it; NotFound otherwise."""
    row = (await session.execute(select(User, is_named(actor)).where(User.id == user_id, _known(actor)))).one_or_none()
    if row is None:
        raise _not_found()
    return row


def _not_found() -> NotFound:
    return NotFound("user-not-found", "Không tìm thấy người dùng này.")


async def get_user(session: AsyncSession, actor: Actor, user_id: UUID, *, lock: bool = False) -> User:
    """The account, as far as the caller may know of it; NotFound otherwise."""
    statement = select(User).where(User.id == user_id, _known(actor))
    user = await session.scalar(statement.with_for_update(of=User) if lock else statement)
    if user is None:
        raise _not_found()
    return user


async def is_believed(session: AsyncSession, issuer: str) -> bool:
    """Whether tokens of the issuer prove people here: it is ours, or settings name it."""
    settings = get_settings()
    if issuer in {settings.token_issuer, *(each.issuer for each in settings.oidc_issuers)}:
        return True
    ours = exists().where(TokenKey.issuer == issuer, TokenKey.client_id.is_(None))
    return bool(await session.scalar(select(ours)))


async def find_user(session: AsyncSession, issuer: str, subject: str) -> User | None:
    """The account that this issuer vouches for, whoever may know of it, locked."""
    statement = select(User).where(User.issuer == issuer, User.subject == subject)
    return await session.scalar(statement.with_for_update())


async def is_known(session: AsyncSession, actor: Actor, user: User) -> bool:
    """Whether the caller may know of the account."""
    return bool(await session.scalar(select(exists().where(User.id == user.id, _known(actor)))))


async def list_users(
    session: AsyncSession,
    actor: Actor,
    *,
    organization_id: UUID | None,
    active: bool | None,
    after: Sequence[str],
    limit: int,
) -> Sequence[Row[User, bool]]:
    """One page of accounts and `is_named`, newest first; of one organization, those that ever had a role in it."""
    statement = select(User, is_named(actor)).where(_known(actor)).order_by(User.id.desc()).limit(limit)
    if organization_id:
        seen = true() if isinstance(actor, System) else visible(actor, Membership)
        member = exists().where(Membership.user_id == User.id, Membership.organization_id == organization_id, seen)
        statement = statement.where(member)
    if active is not None:
        statement = statement.where(User.deactivated_at.is_(None) if active else User.deactivated_at.is_not(None))
    if after:
        statement = statement.where(User.id < UUID(after[0]))
    return (await session.execute(statement)).all()


async def list_live_memberships(session: AsyncSession, user: User, on: date) -> Sequence[Row[Membership, Organization]]:
    """What the account may do on a day or after it."""
    statement = (
        select(Membership, Organization)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            Membership.user_id == user.id,
            Membership.revoked_at.is_(None),
            Membership.ends_on.is_(None) | (Membership.ends_on >= on),
        )
        .order_by(Membership.id)
    )
    return (await session.execute(statement)).all()
