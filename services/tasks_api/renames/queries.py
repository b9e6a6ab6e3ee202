"""Reads of new names."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import OrganizationRename


async def list_renames(
    session: AsyncSession, organization_id: UUID, *, after: Sequence[str], limit: int
) -> Sequence[OrganizationRename]:
    """One page of the names the organization was given, newest record first."""
    statement = (
        select(OrganizationRename)
        .where(OrganizationRename.organization_id == organization_id)
        .order_by(OrganizationRename.id.desc())
        .limit(limit)
    )
    if after:
        statement = statement.where(OrganizationRename.id < UUID(after[0]))
    return (await session.scalars(statement)).all()


async def list_known(session: AsyncSession, organization_id: UUID) -> list[OrganizationRename]:
    """Every name the organization was given, by the day it holds from."""
    statement = select(OrganizationRename).where(OrganizationRename.organization_id == organization_id)
    return list(await session.scalars(statement.order_by(OrganizationRename.effective_on)))
