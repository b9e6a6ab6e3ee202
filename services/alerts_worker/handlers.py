"""What a handler is: a stable name, the fact it answers to, and an effect that commits with its delivery's mark."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.session import Sessions
from shared.events import Event

E = TypeVar("E", bound=Event)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effect:
    """What an attempt does in the transaction that marks its delivery done, and `afterwards`, once that is committed.

    What `afterwards` fails to do makes no attempt fail: the delivery is done.
    """

    act: Callable[[AsyncSession, datetime], Awaitable[None]]
    afterwards: Callable[[], Awaitable[None]] | None = None


class Handler(Protocol):
    """Runs at least once for each event, and takes effect exactly once."""

    @property
    def name(self) -> str:
        """Stored with deliveries: renaming one orphans what is still queued."""

    async def prepare(self, sessions: Sessions, event: Event) -> Effect:
        """Do what needs no transaction, and return the effect."""


@dataclass(frozen=True, slots=True)
class Acting(Generic[E]):
    """A handler that only reads and writes the database."""

    name: str
    event: type[E]
    act: Callable[[AsyncSession, E, datetime], Awaitable[None]]

    async def prepare(self, sessions: Sessions, event: Event) -> Effect:  # noqa: ARG002 -- the Handler protocol
        fact = _expect(self.event, event)
        return Effect(lambda session, now: self.act(session, fact, now))


@dataclass(frozen=True, slots=True)
class Looking(Generic[E, T]):
    """A handler that first looks at something slow (files, other systems) while no transaction is open.

    What looking has left behind is cleared away `afterwards`, once the effect is committed.
    """

    name: str
    event: type[E]
    look: Callable[[Sessions, E], Awaitable[T]]
    act: Callable[[AsyncSession, E, T, datetime], Awaitable[None]]
    afterwards: Callable[[Sessions, T], Awaitable[None]] | None = None

    async def prepare(self, sessions: Sessions, event: Event) -> Effect:
        fact = _expect(self.event, event)
        seen = await self.look(sessions, fact)
        afterwards = self.afterwards
        return Effect(
            lambda session, now: self.act(session, fact, seen, now),
            (lambda: afterwards(sessions, seen)) if afterwards else None,
        )


def _expect(kind: type[E], event: Event) -> E:
    if not isinstance(event, kind):
        raise TypeError(f"subscribed to {kind.type}, given {event.type}")
    return event
