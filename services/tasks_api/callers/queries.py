"""Reads about the caller."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Organization, User
from shared.domain.principal import Principal


async def find_own_account(session: AsyncSession, principal: Principal) -> User | None:
    """The account of a person; systems have none."""
    return await session.get(User, principal.user_id) if principal.user_id else None


async def list_inherited(session: AsyncSession, principal: Principal) -> Sequence[Organization]:
    """The ended organizations whose branches are the caller's too."""
    statement = select(Organization).where(Organization.path.in_(principal.inherited_paths))
    return (await session.scalars(statement.order_by(Organization.code))).all()
