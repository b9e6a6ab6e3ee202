"""Accounts that nobody uses are marked, once, and only they."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.idle_accounts.operations import deactivate_idle
from shared.db.models import AuditEntry, User

ON = date(2026, 6, 16)
NOW = datetime(2026, 6, 15, 18, tzinfo=UTC)
IN_TIME, TOO_LONG_AGO = date(2026, 5, 2), date(2026, 5, 1)


async def make_user(
    session: AsyncSession, *, seen_on: date | None, vouched_on: date, locked_by: str | None = None
) -> User:
    user = User(
        issuer="https://issuer.test",
        subject=f"person-{uuid4().hex[:8]}",
        last_seen_on=seen_on,
        vouched_on=vouched_on,
        deactivated_at=NOW if locked_by else None,
        deactivated_by=locked_by,
    )
    session.add(user)
    await session.flush()
    return user


@pytest.mark.parametrize(
    ("seen_on", "vouched_on", "marked"),
    [
        (None, TOO_LONG_AGO, True),
        (None, IN_TIME, False),
        (TOO_LONG_AGO, date(2025, 1, 1), True),
        (IN_TIME, date(2025, 1, 1), False),
        (TOO_LONG_AGO, IN_TIME, False),
    ],
)
async def test_an_account_is_marked_the_day_after_its_forty_fifth_idle_one(
    session: AsyncSession, seen_on: date | None, vouched_on: date, marked: bool
) -> None:
    user = await make_user(session, seen_on=seen_on, vouched_on=vouched_on)
    assert await deactivate_idle(session, on=ON, days=45, now=NOW) == marked
    assert (user.deactivated_at, user.deactivated_by, user.version) == ((NOW, "idle", 2) if marked else (None, None, 1))
    assert await deactivate_idle(session, on=ON, days=45, now=NOW) == 0


async def test_what_was_marked_is_traced(session: AsyncSession) -> None:
    user = await make_user(session, seen_on=None, vouched_on=TOO_LONG_AGO)
    await deactivate_idle(session, on=ON, days=45, now=NOW)
    entry = (await session.scalars(select(AuditEntry).where(AuditEntry.target_id == user.id))).one()
    assert (entry.action, entry.actor) == ("user.deactivated", "system:deactivate_idle_accounts")
    assert entry.after == {"active": False, "reason": "idle", "last_used_on": "2026-05-01"}


async def test_an_account_that_somebody_deactivated_stays_theirs(session: AsyncSession) -> None:
    user = await make_user(session, seen_on=None, vouched_on=TOO_LONG_AGO, locked_by="quan-tri")
    assert await deactivate_idle(session, on=ON, days=45, now=NOW) == 0
    assert user.deactivated_by == "quan-tri"
