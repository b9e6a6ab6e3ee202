"""Which plans may have a new cycle."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import Plan


async def list_running_plans(session: AsyncSession, on: date) -> Sequence[Plan]:
    """Active plans whose term holds the day, oldest first."""
    statement = (
        select(Plan)
        .where(Plan.state == "active", Plan.starts_on <= on, or_(Plan.ends_on.is_(None), Plan.ends_on >= on))
        .order_by(Plan.id)
    )
    return (await session.scalars(statement)).all()
