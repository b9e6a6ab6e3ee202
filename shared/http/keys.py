"""The public keys in our tables: those of the local issuer and those that systems registered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from jose import jwk
from jose.exceptions import JOSEError
from sqlalchemy import select

from shared.db.context import identifying, session_info
from shared.db.models import Client, TokenKey
from shared.db.session import Sessions
from shared.http.access_watch import Seen
from shared.http.memory import CALLER_SECONDS, Memory, Ticks
from shared.http.tokens import IssuerKind, VerifyingKey
from shared.log import get_logger

logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found, if anything, and until when it holds."""

    key: VerifyingKey | None = None
    retires_at: datetime | None = None


class StoredKeys:
    """Looks keys up, and remembers what it found while nothing changes: also that there is none."""

    def __init__(self, sessions: Sessions, *, audience: str, ticks: Ticks, now: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._audience = audience
        self._now = now
        self._known: Memory[_Found] = Memory(ticks, lifetime=CALLER_SECONDS)

    async def find(self, issuer: str, kid: str, seen: Seen) -> VerifyingKey | None:
        """The key that (issuer, kid) names, unless it or its client was revoked, or it is rotated out: as it is since
        `seen`, so that a caller remembered from there on never rests on a key from before.
        """
        known = self._known.get((issuer, kid, seen))
        if known is None:
            known = await self._load(issuer, kid)
            self._known.put((issuer, kid, seen), known)
        return known.key if known.retires_at is None or known.retires_at > self._now() else None

    async def _load(self, issuer: str, kid: str) -> _Found:
        statement = (
            select(TokenKey)
            .outerjoin(Client, Client.id == TokenKey.client_id)
            .where(
                TokenKey.issuer == issuer,
                TokenKey.kid == kid,
                TokenKey.revoked_at.is_(None),
                Client.revoked_at.is_(None),
            )
        )
        # Without the context no client would be shown, and a revoked one would look like none.
        async with self._sessions(info=session_info(identifying(issuer, issuer))) as session:
            row = await session.scalar(statement)
        return _Found(self._read(row), row.retires_at) if row else _Found()

    def _read(self, row: TokenKey) -> VerifyingKey | None:
        kind = IssuerKind.SYSTEM if row.client_id else IssuerKind.OF_PEOPLE
        try:
            return VerifyingKey(row.algorithm, jwk.construct(row.public_key, row.algorithm), kind, self._audience)
        except JOSEError as error:
            logger.warning("token key unusable", issuer=row.issuer, kid=row.kid, reason=str(error))
            return None
