"""Successions take effect: access and open work pass to the receiver, and what ended lets nobody act any more.

Here and not in `tasks_api`, where they are put on record: who records one may see less than the predecessor does.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.alerts_worker.successions import queries
from services.alerts_worker.successions.passing import pass_names, transfer_open
from shared import audit, outbox
from shared.db.models import Organization, OrganizationSuccession
from shared.db.succession import pass_on
from shared.domain.successions import ENDING
from shared.events import SuccessionRecorded

BATCH = 2000
"""Assignments that pass in one transaction: it keeps what others wait for short."""


async def apply_due(session: AsyncSession, actor: audit.Actor, *, on: date, now: datetime, batch: int = BATCH) -> int:
    """Apply every recorded succession in force by `on` and not applied yet, oldest first; returns how many.

    A succession with more open work than `batch` goes on in a transaction of its own, by its event; until then those
    after it wait, for they may be links of one chain.
    """
    due = await queries.list_due(session, on)
    for number, succession in enumerate(due):
        if not await _apply(session, actor, succession, now=now, batch=batch):
            outbox.add(session, SuccessionRecorded(succession_id=succession.id))
            await session.flush()
            return number
    return len(due)


async def _apply(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, *, now: datetime, batch: int
) -> bool:
    """Pass access and open work on; False while more work is left. The predecessor keeps its history and evidence;
    both sides can read them.
    """
    if succession.kind in ENDING:
        last_day = succession.effective_on - timedelta(days=1)
        await _end_memberships(session, actor, succession, last_day)
        await _end_organization(session, actor, succession, last_day)
    await pass_on(session, succession.predecessor_id, succession.receiver_id)
    await pass_names(session, actor, succession, now=now)
    if await transfer_open(session, actor, succession, now=now, limit=batch) == batch:
        return False
    succession.applied_at = now
    after: dict[str, object] = {
        "predecessor_id": str(succession.predecessor_id),
        "receiver_id": str(succession.receiver_id),
        "kind": succession.kind,
        "effective_on": succession.effective_on.isoformat(),
    }
    audit.record(session, actor, "succession.applied", succession, after=after)
    await session.flush()
    return True


async def _end_memberships(
    session: AsyncSession, actor: audit.Actor, succession: OrganizationSuccession, last_day: date
) -> None:
    for membership in await queries.list_unended(session, succession.predecessor_id, last_day):
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
