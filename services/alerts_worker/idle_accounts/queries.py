"""Which accounts nobody uses."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import User


async def list_idle(session: AsyncSession, *, on: date, days: int) -> Sequence[User]:
    """Active accounts last used more than `days` days before `on`, locked; one that is being changed waits a day."""
    since = on - timedelta(days=days)
    statement = (
        select(User)
        .where(
            User.deactivated_at.is_(None),
            User.vouched_on < since,
            User.last_seen_on.is_(None) | (User.last_seen_on < since),
        )
        .order_by(User.id)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()
