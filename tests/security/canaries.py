"""Words found nowhere else, each of which says what it stands in, so that a leak names itself."""

from itertools import count
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from tests.security.worlds import Thing

numbers = count(1)
"""Tells apart what must differ."""


class Canaries:
    """The words and ids of one world, by the thing they belong to."""

    def __init__(self, session: AsyncSession, name: str) -> None:
        self.session = session
        self._name = name
        self.secrets: dict[Thing, set[str]] = {thing: set() for thing in Thing}

    def word(self, thing: Thing, place: str) -> str:
        """A canary of `thing`, kept as its secret."""
        canary = f"canary{self._name}{thing}{place}"
        self.secrets[thing].add(canary)
        return canary

    async def add(self, thing: Thing, *rows: Any) -> None:
        """Store rows whose ids belong to `thing`."""
        self.session.add_all(rows)
        await self.session.flush()
        self.secrets[thing] |= {str(row.id) for row in rows}
