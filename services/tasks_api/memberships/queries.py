"""Reads of memberships."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.users.queries import is_named
from shared.audit import Actor, System
from shared.db.memberships import held_on, not_ended
from shared.db.models import Membership, Organization, User
from shared.db.visibility import visible
from shared.domain.errors import NotFound

MembershipRow = Row[Membership, User, Organization, bool]
"""A membership, whose, where, and whether the caller may know who that is: `is_named`."""


def _shown(actor: Actor) -> Select[Membership, User, Organization, bool]:
    known: ColumnElement[bool] = true() if isinstance(actor, System) else visible(actor, Membership)
    return (
        select(Membership, User, Organization, is_named(actor))
        .join(User, User.id == Membership.user_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(known)
    )


async def get_membership(
    session: AsyncSession, actor: Actor, membership_id: UUID, *, lock: bool = False
) -> MembershipRow:
    """The membership, whose it is and where, as far as the caller may know of it; NotFound otherwise."""
    statement = _shown(actor).where(Membership.id == membership_id)
    if lock:
        statement = statement.with_for_update(of=Membership)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("membership-not-found", "Không tìm thấy vai trò được giao này.")
    return row


async def list_memberships(
    session: AsyncSession,
    actor: Actor,
    *,
    organization_id: UUID | None,
    user_id: UUID | None,
    role: str | None,
    on: date | None,
    after: Sequence[str],
    limit: int,
) -> Sequence[MembershipRow]:
    """One page of memberships, newest first; with `on`, those that hold on that day."""
    statement = _shown(actor).order_by(Membership.id.desc()).limit(limit)
    if organization_id:
        statement = statement.where(Membership.organization_id == organization_id)
    if user_id:
        statement = statement.where(Membership.user_id == user_id)
    if role:
        statement = statement.where(Membership.role == role)
    if on:
        statement = statement.where(held_on(on), not_ended(on))
    if after:
        statement = statement.where(Membership.id < UUID(after[0]))
    return (await session.execute(statement)).all()


async def find_unrevoked(session: AsyncSession, user_id: UUID, organization_id: UUID, role: str) -> Membership | None:
    """The one membership of a user in a role of an organization that nobody has revoked, whatever its dates."""
    statement = select(Membership).where(
        Membership.user_id == user_id,
        Membership.organization_id == organization_id,
        Membership.role == role,
        Membership.revoked_at.is_(None),
    )
    return await session.scalar(statement)
