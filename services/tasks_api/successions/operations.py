"""Writes of successions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.tasks_api.successions import queries
from services.tasks_api.successions.policies import ensure_may_record
from services.tasks_api.successions.rules import Step, ensure_apart, ensure_coherent, ensure_divided
from shared import audit, outbox
from shared.db.ids import new_id
from shared.db.models import Organization, OrganizationSuccession
from shared.domain.errors import FieldError, Invalid
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
    tasks: Sequence[UUID] | None = None,
) -> OrganizationSuccession:
    """Put a succession on record. From its day nobody acts for what ended; the worker passes on what it saw, and its
    open work: that of `tasks`, or without them all that is named for no other.

    Raises Invalid or Conflict as `ensure_apart`, `ensure_coherent` and `ensure_divided` say, and
    Invalid("task-not-theirs").
    """
    ensure_may_record(actor, predecessor, receiver)
    ensure_apart(predecessor.path, receiver.path)
    await _lock(session, predecessor, receiver)
    new = Step(predecessor.id, receiver.id, kind, effective_on, frozenset(tasks) if tasks is not None else None)
    known = await queries.list_steps(session, predecessor.id, receiver.id)
    ensure_coherent(new, queries.term_of(predecessor), queries.term_of(receiver), known)
    ensure_divided(new, known, await queries.list_steps(session, predecessor.id, applied=True))
    await _ensure_theirs(session, actor, predecessor, tasks or ())
    succession = OrganizationSuccession(
        id=new_id(),
        predecessor_id=predecessor.id,
        receiver_id=receiver.id,
        kind=kind,
        effective_on=effective_on,
        instrument=instrument,
        task_ids=sorted(new.task_ids) if new.task_ids is not None else None,
        recorded_by=audit.actor_name(actor),
    )
    session.add(succession)
    after: dict[str, object] = {
        "predecessor_id": str(predecessor.id),
        "receiver_id": str(receiver.id),
        "kind": kind,
        "effective_on": effective_on.isoformat(),
        "instrument": instrument,
        "task_ids": [str(task_id) for task_id in succession.task_ids] if succession.task_ids is not None else None,
    }
    audit.record(session, actor, "succession.recorded", succession, after=after)
    outbox.add(session, SuccessionRecorded(succession_id=succession.id))
    await session.flush()
    return succession


async def _ensure_theirs(
    session: AsyncSession, actor: audit.Actor, predecessor: Organization, tasks: Sequence[UUID]
) -> None:
    theirs = await queries.list_tasks_of(session, actor, predecessor.id, tasks) if tasks else set()
    strange = [number for number, task_id in enumerate(tasks) if task_id not in theirs]
    if strange:
        message = "không phải nhiệm vụ mà cơ quan này chủ trì hoặc phối hợp"
        raise Invalid(
            "task-not-theirs",
            f"Có nhiệm vụ {message}.",
            errors=[FieldError(f"tasks.{number}", "task-not-theirs", message) for number in strange],
        )


async def _lock(session: AsyncSession, *organizations: Organization) -> None:
    """Records about the same organization follow each other; one order for all, so that none waits forever."""
    ids = [organization.id for organization in organizations]
    statement = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.id).with_for_update()
    await session.execute(statement.execution_options(populate_existing=True))
