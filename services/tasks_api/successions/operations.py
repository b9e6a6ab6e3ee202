"""Writes of successions."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.successions import queries
from services.tasks_api.successions.policies import ensure_may_record
from services.tasks_api.successions.rules import Step, ensure_apart, ensure_coherent
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Organization, OrganizationSuccession
from shared.domain.successions import SuccessionKind
from shared.events import SuccessionRecorded


async def record_succession(
    session: AsyncSession,
    actor: audit.Actor,
    predecessor: Organization,
    receiver: Organization,
    *,
    kind: SuccessionKind,
    effective_on: date,
    instrument: str,
) -> OrganizationSuccession:
    """Put a succession on record. From its day nobody acts for what ended; the worker passes on what it saw.

    Raises Invalid or Conflict as `ensure_apart` and `ensure_coherent` say.
    """
    ensure_may_record(actor, predecessor, receiver)
    ensure_apart(predecessor.path, receiver.path)
    await _lock(session, predecessor, receiver)
    ensure_coherent(
        Step(predecessor.id, receiver.id, kind, effective_on),
        queries.term_of(predecessor),
        queries.term_of(receiver),
        await queries.list_steps(session, predecessor.id, receiver.id),
    )
    succession = OrganizationSuccession(
        id=new_id(),
        predecessor_id=predecessor.id,
        receiver_id=receiver.id,
        kind=kind,
        effective_on=effective_on,
        instrument=instrument,
        recorded_by=audit.actor_name(actor),
    )
    session.add(succession)
    after: dict[str, object] = {
        "predecessor_id": str(predecessor.id),
        "receiver_id": str(receiver.id),
        "kind": kind,
        "effective_on": effective_on.isoformat(),
        "instrument": instrument,
    }
    audit.record(session, actor, "succession.recorded", succession, after=after)
    outbox.add(session, SuccessionRecorded(succession_id=succession.id))
    await session.flush()
    return succession


async def _lock(session: AsyncSession, *organizations: Organization) -> None:
    """Records about the same organization follow each other; one order for all, so that none waits forever."""
    ids = [organization.id for organization in organizations]
    statement = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.id).with_for_update()
    await session.execute(statement.execution_options(populate_existing=True))
