"""Groups of organizations, resolved to their members on the day they are needed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.memberships import not_ended
from shared.db.models import Organization, OrganizationGroup
from shared.domain.organizations import COMMUNE_LEVEL, OrganizationKind


async def list_members(
    session: AsyncSession, group_id: UUID, issuer: Organization, *, on: date
) -> Sequence[Organization]:
    """The organizations a group means on a day in a plan of `issuer`, in the order of their codes.

    The scope of the selector is the province, or the commune, that the issuer is or belongs to; a group that
    speaks of a level the issuer does not have has no members.
    """
    group = await session.get_one(OrganizationGroup, group_id)
    scope = await _find_scope(session, str(group.selector["scope"]), issuer)
    if scope is None:
        return []
    kinds = group.selector["kinds"]
    assert isinstance(kinds, list)
    if group.selector["relation"] == "children":
        below = Organization.parent_id == scope.id
    else:
        below = Organization.path.startswith(scope.path, autoescape=True) & (Organization.id != scope.id)
    exists = or_(Organization.valid_from.is_(None), Organization.valid_from <= on) & not_ended(on)
    statement = select(Organization).where(below, Organization.kind.in_(kinds), exists)
    return (await session.scalars(statement.order_by(Organization.code))).all()


async def _find_scope(session: AsyncSession, scope: str, issuer: Organization) -> Organization | None:
    kinds = {OrganizationKind.PROVINCE} if scope == "province" else COMMUNE_LEVEL
    codes = issuer.path.strip("/").split("/")
    statement = select(Organization).where(Organization.code.in_(codes), Organization.kind.in_(kinds))
    return await session.scalar(statement)
