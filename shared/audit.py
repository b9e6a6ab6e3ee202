"""The trail: every write says who, for whom, what, before and after, in its own transaction."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.appending import append
from shared.db.ids import new_id
from shared.db.models import AuditEntry
from shared.domain.principal import Principal


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from."""

    request_id: str
    address: str


origin: ContextVar[Origin | None] = ContextVar("origin", default=None)
"""Set by the HTTP edge for each request; absent in jobs."""


class Recordable(Protocol):
    """Anything with an identifier."""

    __tablename__: str
    id: UUID


@dataclass(frozen=True, slots=True)
class System:
    """Our own jobs, where no person acts: `name` is the job's."""

    name: str


Actor = Principal | System

OURS = "theodoi"
"""The client that our own jobs act through."""


def actor_name(actor: Actor) -> str:
    """The name kept in histories: a subject, or `system:<job>`."""
    return actor.subject if isinstance(actor, Principal) else f"system:{actor.name}"


def actor_organization(actor: Actor) -> UUID | None:
    """The organization acted for; none for our own jobs."""
    return actor.organization_id if isinstance(actor, Principal) else None


def record(
    session: AsyncSession,
    actor: Actor,
    action: str,
    target: Recordable,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    """Add a trail entry for `action` (`assignment.progress_reported`) on `target` to the transaction."""
    source = origin.get()
    append(
        session,
        AuditEntry,
        id=new_id(),
        actor=actor_name(actor),
        client=actor.client if isinstance(actor, Principal) else OURS,
        organization_id=actor_organization(actor),
        action=action,
        target_type=target.__tablename__,
        target_id=target.id,
        before=before,
        after=after,
        request_id=source.request_id if source else None,
        address=source.address if source else None,
    )
