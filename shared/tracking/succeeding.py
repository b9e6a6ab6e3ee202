"""Successions of organizations take effect: access passes to the receiver, and what ended lets nobody act any more.

`tasks_api` applies what is in force when it is recorded, `alerts_worker` the rest on its day; both go through here.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import audit
from shared.db.models import Membership, Organization, OrganizationSuccession
from shared.db.succession import pass_on
from shared.domain.successions import ENDING


async def apply_due(session: AsyncSession, actor: audit.Actor, *, on: date, now: datetime) -> int:
    """Apply every recorded succession in force by `on` and not applied yet, oldest first; returns how many."""
    statement = (
        select(OrganizationSuccession)
        .where(OrganizationSuccession.applied_at.is_(None), OrganizationSuccession.effective_on <= on)
        .order_by(OrganizationSuccession.effective_on, OrganizationSuccession.id)
        .with_for_update()
    )
    due = (await session.scalars(statement)).all()
    for succession in due:
        await apply(session, actor, succession, now=now)
    return len(due)


async def apply(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, *, now: datetime
) -> None:
    """Pass access on. The predecessor keeps its history and evidence; both sides can read them."""
    if succession.kind in ENDING:
        last_day = succession.effective_on - timedelta(days=1)
        await _end_memberships(session, actor, succession, last_day)
        await _end_organization(session, actor, succession, last_day)
    await pass_on(session, succession.predecessor_id, succession.receiver_id)
    succession.applied_at = now
    after: dict[str, object] = {
        "predecessor_id": str(succession.predecessor_id),
        "receiver_id": str(succession.receiver_id),
        "kind": succession.kind,
        "effective_on": succession.effective_on.isoformat(),
    }
    audit.record(session, actor, "succession.applied", succession, after=after)
    await session.flush()


async def _end_memberships(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, last_day: date
) -> None:
    statement = (
        select(Membership)
        .where(
            Membership.organization_id == succession.predecessor_id,
            Membership.revoked_at.is_(None),
            Membership.ends_on.is_(None) | (Membership.ends_on > last_day),
        )
        .with_for_update()
    )
    for membership in await session.scalars(statement):
        before: dict[str, object] = {"ends_on": membership.ends_on.isoformat() if membership.ends_on else None}
        membership.ends_on = last_day
        membership.version += 1
        after: dict[str, object] = {"ends_on": last_day.isoformat(), "succession_id": str(succession.id)}
        audit.record(session, actor, "membership.ended", membership, before=before, after=after)


async def _end_organization(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, last_day: date
) -> None:
    predecessor = await session.get_one(Organization, succession.predecessor_id, with_for_update=True)
    if predecessor.valid_to == last_day:
        return
    before: dict[str, object] = {"valid_to": predecessor.valid_to.isoformat() if predecessor.valid_to else None}
    predecessor.valid_to = last_day
    predecessor.version += 1
    after: dict[str, object] = {"valid_to": last_day.isoformat(), "succession_id": str(succession.id)}
    audit.record(session, actor, "organization.ended", predecessor, before=before, after=after)
