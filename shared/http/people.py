"""From the claims of a person's token to a principal: users and memberships come from our own tables."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import now, today
from shared.db.models import Membership, Organization, User
from shared.domain.errors import Forbidden
from shared.domain.principal import Principal, Role
from shared.http.tokens import Claims


async def find_person(session: AsyncSession, claims: Claims) -> Principal:
    """The bearer, acting for the organization that the token hints at, else for that of the first membership.

    Raises Forbidden("no-membership") or Forbidden("account-deactivated").
    """
    rows = await _load_memberships(session, claims)
    if rows and rows[0].deactivated_at is not None:
        raise Forbidden("account-deactivated", "Tài khoản đã bị khóa: hãy liên hệ quản trị cơ quan.")
    held = [row for row in rows if row.role is not None and claims.organization in {None, row.code}]
    if not held:
        raise Forbidden("no-membership", "Tài khoản chưa được gán vào cơ quan nào: hãy liên hệ quản trị.")
    first = held[0]
    return Principal(
        subject=claims.subject,
        client=claims.issuer,
        organization_id=first.id,
        organization_path=first.path,
        roles=frozenset(Role(row.role) for row in held if row.id == first.id),
    )


async def _load_memberships(
    session: AsyncSession, claims: Claims
) -> Sequence[Row[datetime | None, str, UUID, str, str]]:
    """A row for each membership in force, oldest first; for a user who has none, one without role."""
    in_force = and_(
        Membership.user_id == User.id,
        Membership.revoked_at.is_(None) | (Membership.revoked_at > now()),
        Membership.starts_on <= today(),
        Membership.ends_on.is_(None) | (Membership.ends_on >= today()),
    )
    statement = (
        select(User.deactivated_at, Membership.role, Organization.id, Organization.path, Organization.code)
        .outerjoin(Membership, in_force)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(User.issuer == claims.issuer, User.subject == claims.subject)
        .order_by(Membership.id)
    )
    return (await session.execute(statement)).all()
