"""Whether anything may have changed what callers may do since they were looked up."""

import asyncio

from sqlalchemy import text

from shared.db.session import Sessions
from shared.http.memory import Ticks

LOOK_SECONDS = 1.0
"""How old the answer may be, and so how long a process may go on believing what was taken away."""

Seen = tuple[int, int]
"""Which changes have been seen; equal only where there was none in between."""

# Numbers are given before they are committed, so that the last alone does not tell of one that was late.
_SEEN = text("SELECT count(*), coalesce(max(id), 0) FROM access_changes")


class AccessWatch:
    """Looks at `access_changes` at most once in `LOOK_SECONDS`, for however many requests."""

    def __init__(self, sessions: Sessions, ticks: Ticks) -> None:
        self._sessions = sessions
        self._ticks = ticks
        self._looking: asyncio.Task[None] | None = None
        self._looked_at = -LOOK_SECONDS
        self._seen: Seen = (0, 0)

    async def look(self) -> Seen:
        """What had been changed a moment ago. Ask before looking a caller up, never after."""
        if self._ticks() - self._looked_at >= LOOK_SECONDS:
            # One look for all who wait, who share its failure too; it goes on when the one who began it hangs up.
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            await asyncio.shield(self._looking)
        return self._seen

    async def _look(self) -> None:
        began = self._ticks()
        async with self._sessions() as session:
            count, last = (await session.execute(_SEEN)).one()
        self._seen, self._looked_at = (count, last), began
